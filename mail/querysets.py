from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class OutgoingEmailQuerySet(models.QuerySet):
    def due(self, *, now: datetime) -> OutgoingEmailQuerySet:
        """What is to be sent now, including what a worker took up and never reported back on."""
        Status = self.model.Status
        return self.filter(
            Q(status=Status.DUE) | Q(status=Status.SENDING), due_at__lte=now
        ).order_by("due_at", "pk")
