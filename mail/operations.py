"""The post: letters that are due, and how each is carried to the mail server."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from smtplib import SMTPDataError, SMTPNotSupportedError, SMTPRecipientsRefused
from typing import NamedTuple
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone

from audit.operations import record
from background.due_rows import wake
from mail import unsubscribe
from mail.composing import ALREADY_WRITTEN, compose
from mail.models import MailRefusal, OutgoingEmail
from mail.recipients import Recipient, recipient_at
from postgres.bulk_insert import insert

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(minutes=30)
# Some servers say "no such mailbox" while they are being mended, so one refusal is not the end.
REFUSALS_TOLERATED = 5
LETTERS_AT_ONCE = 1000


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
    now = timezone.now()
    queue_emails([Letter(kind, key, to, language, context or {}, due_at or now)], now=now)


@transaction.atomic
def queue_written_email(*, to: str, language: str, subject: str, text: str, html: str) -> None:
    """Make an e-mail due that a library has already composed."""
    context = {"subject": subject, "text": text, "html": html}
    queue_email(ALREADY_WRITTEN, str(uuid4()), to=to, language=language, context=context)


class Letter(NamedTuple):
    """What there is to say of a letter when it is queued; see `OutgoingEmail`."""

    kind: str
    key: str
    to: str
    language: str
    context: dict
    due_at: datetime


def queue_emails(letters: Iterable[Letter], *, now: datetime) -> None:
    """Many letters at once, as queue_email does one; the worker is woken once for all."""
    remaining = iter(letters)
    while batch := [(*letter, now) for letter in islice(remaining, LETTERS_AT_ONCE)]:
        insert(OutgoingEmail, [*Letter._fields, "queued_at"], batch, unless_there=True)
    wake("mail.tasks.send_due_emails")


def take_up_email(*, now: datetime) -> OutgoingEmail | None:
    """Lease one due letter, so that no other worker sends it meanwhile.

    The lease is committed before the letter is touched: one that brings its worker down is not
    picked up again at once.
    """
    with transaction.atomic():
        email = (
            OutgoingEmail.objects.due(now=now)
            .select_for_update(no_key=True, skip_locked=True)
            .first()
        )
        if email is None:
            return None
        email.status = OutgoingEmail.Status.SENDING
        email.attempts += 1
        email.due_at = now + timedelta(seconds=settings.EMAIL_LEASE_SECONDS)
        email.save(update_fields=["status", "attempts", "due_at"])
        return email


def send_email(email: OutgoingEmail) -> bool:
    """Carry a letter that was taken up to the post, and write down how it went.

    Returns False when the mail server itself is in trouble, so that the caller stops knocking.
    What concerns this letter alone (its address, its size, its words) keeps no other waiting.

    The row stays locked while the server is talked to. A server that answers slowly may outlast
    the lease, but the letter is skipped by everyone else as long as this worker lives.
    """
    with transaction.atomic():
        held = OutgoingEmail.objects.select_for_update(no_key=True, skip_locked=True)
        email = held.filter(
            pk=email.pk, status=OutgoingEmail.Status.SENDING, attempts=email.attempts
        ).first()
        if email is None:  # our lease ran out and another worker has it
            return True
        if email.kind != ALREADY_WRITTEN and unsubscribe.is_refused(email.to):
            email.status = OutgoingEmail.Status.UNWANTED
            email.save(update_fields=["status"])
            return True
        try:
            with transaction.atomic():
                message = compose(email)
        except Exception as error:
            log.exception("Could not compose letter %s (%s)", email.pk, email.kind)
            _write_down_refusal(email, error)
            return True
        try:
            message.connection = get_connection()
            message.send()
        except Exception as error:
            _write_down_refusal(email, error)
            return not _server_is_in_trouble(error)
        email.status = OutgoingEmail.Status.SENT
        email.sent_at = timezone.now()
        email.last_error = ""
        if email.kind == ALREADY_WRITTEN:
            # Its words may hold a link that opens an account; from here only the mailbox has it.
            email.context = {"subject": email.context["subject"]}
        email.save(update_fields=["status", "sent_at", "last_error", "context"])
        return True


@transaction.atomic
def refuse_mail(email: str) -> None:
    """No more letters to an address with which nobody signed up. Signing up ends it."""
    email = email.strip().lower()
    if recipient_at(email) is not Recipient.MEMBER:
        MailRefusal.objects.get_or_create(email=email)


def accept_mail(email: str) -> None:
    """They have signed up: a refusal from before ends."""
    MailRefusal.objects.filter(email=email.strip().lower()).delete()


def send_again(email: OutgoingEmail, *, by: AbstractBaseUser) -> None:
    """Somebody has mended the address or the server: try a refused letter once more."""
    with transaction.atomic():
        refused = OutgoingEmail.objects.filter(pk=email.pk, status=OutgoingEmail.Status.REFUSED)
        if refused.update(status=OutgoingEmail.Status.DUE, refusals=0, due_at=timezone.now()):
            record("letter sent again", email, by=by)
            wake("mail.tasks.send_due_emails")


def _write_down_refusal(email: OutgoingEmail, error: Exception) -> None:
    """The letter stays due with a growing pause, unless its receiver said no for good."""
    email.refusals += _is_final(error)
    given_up = email.refusals >= REFUSALS_TOLERATED
    email.status = OutgoingEmail.Status.REFUSED if given_up else OutgoingEmail.Status.DUE
    email.last_error = f"{type(error).__name__}: {error}"[:2000]
    email.due_at = timezone.now() + _pause_after(email.attempts)
    email.save(update_fields=["status", "refusals", "last_error", "due_at"])
    # Whom it was for, and what the server said of them, stays in the row: logs are read by many.
    log.warning("Could not send letter %s (%s): %s", email.pk, email.kind, type(error).__name__)


def _is_final(error: Exception) -> bool:
    """True for a "no" that trying again will hardly change: 5xx to the address or the letter.

    A 4xx means "come back later": greylisting, a full mailbox. It is tried for as long as it takes.
    """
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, SMTPDataError):
        return error.smtp_code >= 500
    # An address that cannot even be written into the envelope.
    return isinstance(error, SMTPNotSupportedError | UnicodeError)


def _server_is_in_trouble(error: Exception) -> bool:
    """True when the next letter would fare no better: not reached, cut off, or not let in."""
    if isinstance(error, SMTPRecipientsRefused | SMTPDataError | SMTPNotSupportedError):
        return False
    return isinstance(error, OSError)  # smtplib's own errors are among them


def _pause_after(attempts: int) -> timedelta:
    first = timedelta(seconds=settings.EMAIL_FIRST_PAUSE_SECONDS)
    return min(first * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)
