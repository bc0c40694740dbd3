from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused

from celery import signature
from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone

from accounts.emails import compose
from accounts.models import Agency, AuditEntry, OutgoingEmail, User

log = logging.getLogger(__name__)

# A worker that takes up a letter and is not heard of again leaves it to the others after this.
LEASE = timedelta(minutes=2)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=30)
REFUSALS_TOLERATED = 5


def audit(
    act: str,
    subject: object,
    *,
    by: User | None,
    agency: Agency | None = None,
    note: str = "",
    at: datetime | None = None,
) -> AuditEntry:
    """Write into the book who did what. Call it inside the transaction of the act.

    `subject` is a model instance; its label and key are kept, so the entry reads well even when
    the subject changes its name.
    """
    return AuditEntry.objects.create(
        actor=by,
        act=act,
        subject=str(subject)[:200],
        subject_key=f"{subject._meta.label_lower}:{subject.pk}",
        agency=agency,
        note=note,
        at=at or timezone.now(),
    )


def queue_email(
    kind: str,
    key: str,
    *,
    to: str,
    language: str = "en",
    context: dict | None = None,
    due_at: datetime | None = None,
) -> None:
    """Make a letter due, in the caller's transaction. The same kind and key twice is one letter."""
    OutgoingEmail.objects.bulk_create(
        [
            OutgoingEmail(
                kind=kind,
                key=key,
                to=to,
                language=language,
                context=context or {},
                due_at=due_at or timezone.now(),
            )
        ],
        ignore_conflicts=True,
    )
    wake("accounts.tasks.send_due_emails")


def wake(task: str) -> None:
    """After the commit, tell a worker that rows are due. A broker that is down only delays."""
    transaction.on_commit(signature(task).delay, robust=True)


def take_up_email(*, now: datetime) -> OutgoingEmail | None:
    """Lease one due letter, so that no other worker sends it meanwhile."""
    with transaction.atomic():
        email = OutgoingEmail.objects.due(now=now).select_for_update(skip_locked=True).first()
        if email is None:
            return None
        email.status = OutgoingEmail.Status.SENDING
        email.attempts += 1
        email.due_at = now + LEASE
        email.save(update_fields=["status", "attempts", "due_at"])
        return email


def send_email(email: OutgoingEmail) -> bool:
    """Carry a letter that was taken up to the post, and write down how it went.

    Returns False when the mail server cannot be reached or refuses, so that the caller can stop
    knocking; the letter stays due with a growing pause.
    """
    try:
        message = compose(email)
        message.connection = get_connection()
        message.send()
    except Exception as error:
        refused = isinstance(error, SMTPRecipientsRefused) and email.attempts >= REFUSALS_TOLERATED
        email.status = OutgoingEmail.Status.REFUSED if refused else OutgoingEmail.Status.DUE
        email.last_error = f"{type(error).__name__}: {error}"[:2000]
        email.due_at = timezone.now() + _pause_after(email.attempts)
        email.save(update_fields=["status", "last_error", "due_at"])
        log.warning("Could not send %s: %s", email, email.last_error)
        return False
    email.status = OutgoingEmail.Status.SENT
    email.sent_at = timezone.now()
    email.last_error = ""
    email.save(update_fields=["status", "sent_at", "last_error"])
    return True


def _pause_after(attempts: int) -> timedelta:
    return min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)
