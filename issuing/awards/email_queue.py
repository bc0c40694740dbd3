"""Queues emails about awards, in the transaction of the change they are about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from issuing.models import Assertion
from mail.operations import Letter, queue_emails


def queue_award_emails(awards: Collection[Assertion], kind: str, *, now: datetime) -> None:
    """Queue one email of this kind to the recipient of each award, in their language."""
    recipients = User.objects.filter(pk__in={award.recipient_id for award in awards})
    languages = dict(recipients.values_list("pk", "language"))
    letters = (
        Letter(
            kind=kind,
            key=str(award.public_id),
            to=award.recipient_email,
            language=languages[award.recipient_id],
            context={"assertion": award.pk},
            due_at=now,
        )
        for award in awards
    )
    queue_emails(letters, now=now)
