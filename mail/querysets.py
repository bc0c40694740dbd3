from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class OutgoingEmailQuerySet(models.QuerySet):
    def due(self, *, now: datetime) -> OutgoingEmailQuerySet:
        """Emails to send now, including those whose worker died and whose lease has expired."""
        Status = self.model.Status
        return self.filter(
            Q(status=Status.DUE) | Q(status=Status.SENDING), due_at__lte=now
        ).order_by("due_at", "pk")
