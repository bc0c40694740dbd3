from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from mail.models import OutgoingEmail


class OutgoingEmailQuerySet(models.QuerySet["OutgoingEmail"]):
    def due(self, *, now: datetime) -> OutgoingEmailQuerySet:
        """Emails to send now, including those whose worker died and whose lease has expired."""
        Status = self.model.Status
        return self.filter(
            Q(status=Status.DUE) | Q(status=Status.SENDING), due_at__lte=now
        ).order_by("due_at", "pk")
