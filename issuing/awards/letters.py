"""E-mails about awards, made due in the transaction of what they tell."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from issuing.models import Assertion
from mail.operations import Letter, queue_emails


def write_to_recipients(awards: Collection[Assertion], kind: str, *, now: datetime) -> None:
    """One e-mail of this kind to the recipient of each award, in their language."""
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
