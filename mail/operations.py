"""The email queue: queueing emails, and sending those that are due."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from smtplib import SMTPDataError, SMTPNotSupportedError, SMTPRecipientsRefused
from typing import NamedTuple
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage, get_connection
from django.db import models, transaction
from django.utils import timezone

from audit.operations import record
from background.enqueue import enqueue_on_commit
from background.operations import work_on
from mail import unsubscribe
from mail.composing import ALREADY_WRITTEN, NotWanted, compose
from mail.models import MailRefusal, Message, OutgoingEmail
from mail.no_mailbox import has_no_mailbox
from mail.querysets import LONGEST_PAUSE
from mail.recipients import Recipient, recipient_at
from postgres.bulk_insert import insert_rows

log = logging.getLogger(__name__)

# Some servers say "no such mailbox" during maintenance, so one refusal is not final.
REFUSALS_TOLERATED = 5
LETTERS_AT_ONCE = 1000
# In templates/emails/base.txt.
BEFORE_THE_FOOT = "\n-- \n"


def queue_email(
    kind: str,
    key: str,
    *,
    to: str,
    language: str = "en",
    context: dict | None = None,
    due_at: datetime | None = None,
) -> None:
    """Queue an email in the caller's transaction. The same kind and key twice is one email."""
    now = timezone.now()
    queue_emails([Letter(kind, key, to, language, context or {}, due_at or now)], now=now)


@transaction.atomic
def queue_written_email(*, to: str, language: str, subject: str, text: str, html: str) -> None:
    """Queue an email that a library has already composed."""
    context = {"subject": subject, "text": text, "html": html}
    queue_email(ALREADY_WRITTEN, str(uuid4()), to=to, language=language, context=context)


class Letter(NamedTuple):
    """The fields of an `OutgoingEmail` that are known when it is queued."""

    kind: str
    key: str
    to: str
    language: str
    context: dict
    due_at: datetime

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


def queue_emails(letters: Iterable[Letter], *, now: datetime) -> None:
    """Queue many emails as `queue_email` does, and wake the worker once for all of them."""
    remaining = iter(letters)
    while batch := [(*letter, now) for letter in islice(remaining, LETTERS_AT_ONCE)]:
        insert_rows(OutgoingEmail, [*Letter._fields, "queued_at"], batch, ignore_conflicts=True)
    enqueue_on_commit("mail.tasks.send_due_emails")


def queue_each(letters: Sequence[Letter], *, now: datetime) -> None:
    """Queue many emails, of which one that fails delays no other: its error is logged."""
    work_on(letters, partial(queue_emails, now=now), what="queue an email")


def withdraw_emails(kind: str, keys: Iterable[str]) -> set[str]:
    """Withdraw those emails of this kind that nobody has tried to send yet. Returns their keys.

    A worker that leases one at this moment has the lock, and then it is not withdrawn.
    """
    untried = OutgoingEmail.objects.filter(
        kind=kind, key__in=list(keys), status=OutgoingEmail.Status.DUE, attempts=0
    ).select_for_update(no_key=True)
    withdrawn = {email.pk: email.key for email in untried.order_by("pk").only("key")}
    OutgoingEmail.objects.filter(pk__in=withdrawn).delete()
    return set(withdrawn.values())


def lease_email(*, now: datetime) -> OutgoingEmail | None:
    """Lease one due email, so that no other worker sends it meanwhile.

    The lease is committed before the email is composed, so an email that crashes its worker is
    not retried at once.
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
    """Send a leased email and save the result.

    Returns False when the mail server itself is in trouble, so that the caller stops trying.
    Problems of this email alone (its address, size or text) do not delay others.

    Sent at least once: if this process dies after the server has accepted the email and before our
    commit, it is sent again under the same Message-ID.

    The row stays locked while the server answers. Even if that takes longer than the lease, other
    workers skip the email as long as this worker lives.
    """
    with transaction.atomic():
        # Not `skip_locked`: a worker that looks for the next email locks this one for a moment,
        # before it sees that it is leased.
        locked = OutgoingEmail.objects.select_for_update(no_key=True)
        leased = locked.filter(
            pk=email.pk, status=OutgoingEmail.Status.SENDING, attempts=email.attempts
        ).first()
        if leased is None:  # our lease expired and another worker has it
            return True
        email = leased
        if email.kind != ALREADY_WRITTEN and unsubscribe.is_refused(email.to):
            _save_as_unwanted(email)
            return True
        try:
            with transaction.atomic():
                message = compose(email)
        except NotWanted:
            _save_as_unwanted(email)
            return True
        except Exception as error:
            log.exception("Could not compose letter %s (%s)", email.pk, email.kind)
            _record_failure(email, error)
            return True
        if has_no_mailbox(email.to):
            _keep(email, message)
            return True
        try:
            with transaction.atomic():
                # Before it leaves: a database that can't save it as sent would send it every time.
                _save_as_sent(email)
                message.connection = get_connection()
                message.send()
        except Exception as error:
            _record_failure(email, error)
            return not _server_is_in_trouble(error)
        return True


@transaction.atomic
def stop_emails_to(email: str) -> None:
    """Send no more emails to an address without an account, until it signs up."""
    email = email.strip().lower()
    if recipient_at(email) is not Recipient.MEMBER:
        MailRefusal.objects.get_or_create(email=email)


def allow_emails_to(email: str) -> None:
    """Allow emails to an address that has signed up, even if it refused them before."""
    MailRefusal.objects.filter(email=email.strip().lower()).delete()


def retry_email(email: OutgoingEmail, *, by: AbstractBaseUser) -> None:
    """Queue a refused email again, after the address or the server has been fixed."""
    with transaction.atomic():
        refused = OutgoingEmail.objects.filter(pk=email.pk, status=OutgoingEmail.Status.REFUSED)
        if refused.update(status=OutgoingEmail.Status.DUE, refusals=0, due_at=timezone.now()):
            record("letter sent again", email, by=by)
            enqueue_on_commit("mail.tasks.send_due_emails")


@transaction.atomic
def send_again(
    email: OutgoingEmail,
    *,
    to: str,
    about: models.Model,
    agency: models.Model,
    by: AbstractBaseUser,
    now: datetime | None = None,
) -> bool:
    """Queue an email once more, to the person's present address; at most once a day.

    It is composed anew. False if it is due already, or was queued again today.
    """
    now = now or timezone.now()
    if email.kind == ALREADY_WRITTEN or email.status in (
        OutgoingEmail.Status.DUE,
        OutgoingEmail.Status.SENDING,
    ):
        return False
    key = f"{email.key[:180]} again {timezone.localdate(now)}"
    _again, is_new = OutgoingEmail.objects.get_or_create(
        kind=email.kind,
        key=key,
        defaults={"to": to, "language": email.language, "context": email.context, "due_at": now},
    )
    if is_new:
        record("letter sent again", about, by=by, agency=agency, at=now)
        enqueue_on_commit("mail.tasks.send_due_emails")
    return is_new


def readdress_due_emails(was: str, to: str, *, but: Iterable[str]) -> int:
    """Send what is due to another address, but not these kinds. In the caller's transaction.

    Messages that were kept for somebody without email stay theirs. What a library wrote has links
    that are only for the old address.
    """
    due = OutgoingEmail.objects.filter(to=was, status=OutgoingEmail.Status.DUE)
    count = due.exclude(kind__in=[ALREADY_WRITTEN, *but]).update(to=to)
    if has_no_mailbox(was):
        Message.objects.filter(to=was).update(to=to)
        OutgoingEmail.objects.filter(to=was, status=OutgoingEmail.Status.KEPT).update(to=to)
    return count


def _keep(email: OutgoingEmail, message: EmailMessage) -> None:
    """Nobody can be reached there: what it says is shown to the person when they sign in."""
    # What follows is about mailboxes: why they got it, how to get no more.
    text = str(message.body).partition(BEFORE_THE_FOOT)[0].strip()
    Message.objects.create(to=email.to, subject=message.subject[:300], text=text)
    email.status, email.last_error = OutgoingEmail.Status.KEPT, ""
    if email.kind == ALREADY_WRITTEN:
        email.context = {"subject": email.context["subject"]}
    email.save(update_fields=["status", "last_error", "context"])


@transaction.atomic
def read_message(message: Message, *, now: datetime | None = None) -> None:
    """The person has opened it. Opening it again changes nothing."""
    Message.objects.unread().filter(pk=message.pk).update(read_at=now or timezone.now())


def _save_as_unwanted(email: OutgoingEmail) -> None:
    email.status = OutgoingEmail.Status.UNWANTED
    email.save(update_fields=["status"])


def _save_as_sent(email: OutgoingEmail) -> None:
    email.status = OutgoingEmail.Status.SENT
    email.sent_at = timezone.now()
    email.last_error = ""
    if email.kind == ALREADY_WRITTEN:
        # The text may contain a link that opens an account; now only the mailbox has it.
        email.context = {"subject": email.context["subject"]}
    email.save(update_fields=["status", "sent_at", "last_error", "context"])


def _record_failure(email: OutgoingEmail, error: Exception) -> None:
    """Keep the email due after a growing pause, or give up after repeated final refusals."""
    email.refusals += _is_final(error)
    given_up = email.refusals >= REFUSALS_TOLERATED
    email.status = OutgoingEmail.Status.REFUSED if given_up else OutgoingEmail.Status.DUE
    email.last_error = f"{type(error).__name__}: {error}"[:2000]
    email.due_at = timezone.now() + _pause_after(email.attempts)
    email.save(update_fields=["status", "refusals", "last_error", "due_at"])
    # The address and the server's answer stay in the row, because many people read the log.
    log.warning("Could not send letter %s (%s): %s", email.pk, email.kind, type(error).__name__)


def _is_final(error: Exception) -> bool:
    """True for a refusal that retrying will hardly change: 5xx for the address or the email.

    A 4xx means "try again later" (greylisting, a full mailbox) and is retried without limit.
    """
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, SMTPDataError):
        return error.smtp_code >= 500
    # The address cannot be encoded for the SMTP envelope.
    return isinstance(error, SMTPNotSupportedError | UnicodeError)


def _server_is_in_trouble(error: Exception) -> bool:
    """True if the next email would fail, too: no connection, a lost one, or a failed login."""
    if isinstance(error, SMTPRecipientsRefused | SMTPDataError | SMTPNotSupportedError):
        return False
    return isinstance(error, OSError)  # smtplib's own errors are subclasses


def _pause_after(attempts: int) -> timedelta:
    first = timedelta(seconds=settings.EMAIL_FIRST_PAUSE_SECONDS)
    return min(first * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)
