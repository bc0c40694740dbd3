"""Queues emails about awards, in the transaction of the change they are about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from issuing.models import Assertion
from mail.models import OutgoingEmail
from mail.operations import Letter, queue_emails, withdraw_emails


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


def queue_cancellation_emails(awards: Collection[Assertion], *, now: datetime) -> None:
    """Write to the recipients of canceled awards who were promised a badge by email.

    A promise that nobody has tried to send yet is withdrawn, and nothing is said. One that was
    tried and did not leave says that the award is canceled when it leaves (`award_waiting`).
    """
    by_key = {str(award.public_id): award for award in awards}
    withdraw_emails("award_waiting", by_key)
    promises = OutgoingEmail.objects.filter(kind="award_waiting", key__in=list(by_key))
    promised = promises.exclude(status=OutgoingEmail.Status.DUE).values_list("key", flat=True)
    queue_award_emails([by_key[key] for key in promised], "award_canceled", now=now)
