from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from mail.models import Message, OutgoingEmail

LONGEST_PAUSE = timedelta(minutes=30)


class OutgoingEmailQuerySet(models.QuerySet["OutgoingEmail"]):
    def due(self, *, now: datetime) -> OutgoingEmailQuerySet:
        """Emails to send now, including those whose worker died and whose lease has expired.

        If a clock was ahead for a while, an email that was due at once, or that was tried, does not
        wait until that time comes.
        """
        Status = self.model.Status
        longest_wait = LONGEST_PAUSE + timedelta(seconds=settings.EMAIL_LEASE_SECONDS)
        return self.filter(
            Q(due_at__lte=now)
            | Q(queued_at__gt=now, due_at__lte=F("queued_at"))
            | Q(attempts__gt=0, due_at__gt=now + longest_wait),
            status__in=[Status.DUE, Status.SENDING],
        ).order_by("due_at", "pk")

    def refused(self) -> OutgoingEmailQuerySet:
        """Emails that the receiving server refused for good. Somebody has to act."""
        return self.filter(status=self.model.Status.REFUSED).order_by("queued_at", "pk")


class MessageQuerySet(models.QuerySet["Message"]):
    def to_addresses(self, addresses: models.QuerySet) -> MessageQuerySet:
        """Newest first."""
        return self.filter(to__in=addresses).order_by("-kept_at", "-pk")

    def unread(self) -> MessageQuerySet:
        return self.filter(read_at=None)
