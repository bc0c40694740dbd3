"""Announcements: written, sent at the program's rate, stopped and continued.

Each recipient is one row (`Letter`), made when sending begins. A batch queues emails and marks its
rows in one transaction, so a worker that is killed leaves either both or neither.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.models import User
from audit.moves import TransitionNotAllowed, check_move
from audit.operations import record
from background.enqueue import enqueue_on_commit
from background.operations import succeeds
from editing.fingerprints import fingerprint
from editing.forms import Edit
from editing.shown import check_shown
from mail import operations as mail
from mail.models import OutgoingEmail
from mailings.announcements.addresses import addresses_of
from mailings.announcements.recipients import recipients_of
from mailings.models import Announcement, Letter, MailingList, Subscription
from mailings.states import (
    ANNOUNCEMENT_TRANSITIONS,
    AnnouncementStatus,
    LetterStatus,
    Purpose,
)
from postgres.bulk_insert import insert_rows
from postgres.row_locks import lock_all, lock_one
from program.current import current
from program.languages import offered

KIND = "announcement"
TEST = "announcement_test"
BATCH = 500
Status = AnnouncementStatus


class NoPostalAddress(Exception):
    """The law asks for one in every announcement."""


class NobodyToWriteTo(Exception):
    """Nobody has confirmed the list, or no person matches the filters."""


@transaction.atomic
def draft(
    mailing_list: MailingList | None, *, by: User, now: datetime | None = None, **values: object
) -> Announcement:
    """Without a list: a service letter to people of an agency, which is then among `values`."""
    values.setdefault("purpose", Purpose.NEWS if mailing_list else Purpose.SERVICE)
    announcement = Announcement.objects.create(mailing_list=mailing_list, made_by=by, **values)
    record("announcement drafted", announcement, by=by, agency=announcement.owner, at=now)
    return announcement


@transaction.atomic
def change(announcement: Announcement, *, by: User, edit: Edit) -> None:
    """Change a draft. Raises EditConflict if it is not what `edit` compared itself with."""
    stored = lock_one(Announcement.objects.all(), announcement.pk)
    edit.check({field.name: field.value_from_object(stored) for field in stored._meta.fields})
    if not stored.is_draft:
        raise TransitionNotAllowed
    for name, value in edit.changes.items():
        setattr(stored, name, value)
    stored.save(update_fields=list(edit.changes))
    record("announcement changed", stored, by=by, agency=stored.owner)


@transaction.atomic
def discard(announcement: Announcement, *, by: User, shown: str = "") -> None:
    """Delete a draft. What has begun to be sent stays. Deleting it again changes nothing.

    Raises NotAsShown if the draft is not the one of the page with the button.
    """
    try:
        announcement = lock_one(Announcement.objects.all(), announcement.pk)
    except Announcement.DoesNotExist:
        return
    if not announcement.is_draft:
        raise TransitionNotAllowed
    check_shown(shown, mark(announcement, 0))
    record("announcement deleted", announcement, by=by, agency=announcement.owner)
    announcement.delete()


@transaction.atomic
def send_test(announcement: Announcement, *, by: User) -> None:
    """To the person who asks for it, in each language of the program."""
    for language in offered():
        context = {"announcement": announcement.pk}
        mail.queue_email(TEST, str(uuid4()), to=by.email, language=language, context=context)


def count_recipients(announcement: Announcement) -> int:
    return recipients_of(announcement).count()


def mark(announcement: Announcement, recipients: int) -> str:
    """Changes with everything that the page with the button to send shows."""
    names = ("subject", "subject_es", "body", "body_es", "purpose", *Announcement.FILTERS)
    shown = [str(getattr(announcement, name)) for name in names]
    return fingerprint([*shown, announcement.mailing_list_id, recipients])


@transaction.atomic
def start(
    announcement: Announcement, *, by: User, shown: str = "", now: datetime | None = None
) -> int:
    """Begin to send to everybody whom it is for now. Returns how many they are.

    Each of them is a row from now on; people who come later do not get it.

    Raises NotAsShown if the texts or the number are not those of the page with the button.
    """
    now = now or timezone.now()
    announcement = lock_one(Announcement.objects.all(), announcement.pk)
    check_move(ANNOUNCEMENT_TRANSITIONS, Status(announcement.status), Status.SENDING)
    keys = list(recipients_of(announcement, now=now).values_list("pk", flat=True))
    check_shown(shown, mark(announcement, len(keys)))
    if not current().postal_address:
        raise NoPostalAddress
    if not keys:
        raise NobodyToWriteTo
    rows = ((announcement.pk, key) for key in keys)
    column = "subscription_id" if announcement.is_news else "user_id"
    insert_rows(Letter, ["announcement_id", column], rows)
    _move(announcement, Status.SENDING, by=by, act="announcement sending", at=now, started_at=now)
    enqueue_on_commit("mailings.tasks.send_announcements")
    return len(keys)


@transaction.atomic
def stop(announcement: Announcement, *, by: User) -> None:
    """Queue no more, and take back what no worker has tried to send. Stopping twice is harmless."""
    announcement = lock_one(Announcement.objects.all(), announcement.pk)
    if announcement.status == Status.STOPPED:
        return
    _move(announcement, Status.STOPPED, by=by, act="announcement stopped")
    queued = announcement.letters.filter(status=LetterStatus.QUEUED)
    _take_back(list(queued), LetterStatus.WAITING)


@transaction.atomic
def go_on(announcement: Announcement, *, by: User) -> None:
    """Send to those who have not got it yet. Going on twice is harmless."""
    announcement = lock_one(Announcement.objects.all(), announcement.pk)
    if announcement.status == Status.SENDING:
        return
    if announcement.is_draft:
        raise TransitionNotAllowed
    _move(announcement, Status.SENDING, by=by, act="announcement continued")
    enqueue_on_commit("mailings.tasks.send_announcements")


@transaction.atomic
def queue_next_letters(*, now: datetime, failed: set[int] | None = None) -> int:
    """Queue the emails that the sending rate allows now, oldest announcement first.

    Everything is committed together. Two workers wait for each other here, so they do not send
    twice as fast. An announcement that raises an error is added to `failed`; those that failed are
    left out until the next run.
    """
    failed = set() if failed is None else failed
    sending = lock_all(Announcement.objects.filter(status=Status.SENDING))
    for announcement in sending:
        if announcement.pk in failed:
            continue
        allowed = min(BATCH, _allowed(now))
        if not allowed:
            return 0
        waiting = announcement.letters.filter(status=LetterStatus.WAITING)
        known = waiting.select_related("subscription", "user")
        letters = list(known.order_by("pk")[:allowed])
        what = f"queue emails of announcement {announcement.pk}"
        if not succeeds(partial(_do_next, announcement, letters, now=now), what=what):
            failed.add(announcement.pk)
        elif letters:
            return len(letters)
    return 0


def _do_next(announcement: Announcement, letters: list[Letter], *, now: datetime) -> None:
    if letters:
        _queue(announcement, letters, now=now)
        return
    _move(announcement, Status.FINISHED, by=None, act="announcement sent", at=now, finished_at=now)


def leave_out(subscription: Subscription) -> None:
    """Send no announcement to somebody who has left, in the caller's transaction."""
    leave_out_letters(subscription.letters.all())


def leave_out_letters(letters: QuerySet[Letter]) -> None:
    """Send no more of these, in the caller's transaction."""
    letters.filter(status=LetterStatus.WAITING).update(status=LetterStatus.LEFT_OUT)
    _take_back(list(letters.filter(status=LetterStatus.QUEUED)), LetterStatus.LEFT_OUT)


def letters_of(announcement: Announcement) -> QuerySet[Letter]:
    """The recipients as they were when sending began."""
    known = announcement.letters.select_related(
        "user", "subscription__subscriber", "subscription__mailing_list"
    )
    return known.order_by("pk")


def progress(announcement: Announcement) -> dict[str, int]:
    """How many letters are where. Together they are all letters of the announcement."""
    letters = announcement.letters.values_list("status").annotate(Count("pk"))
    by_letter = Counter(dict(letters))
    emails = OutgoingEmail.objects.filter(kind=KIND, key__startswith=f"{announcement.pk}:")
    by_email = Counter(dict(emails.values_list("status").annotate(Count("pk"))))
    Email = OutgoingEmail.Status
    return {
        "all": by_letter.total(),
        "waiting": by_letter[LetterStatus.WAITING] + by_email[Email.DUE] + by_email[Email.SENDING],
        "sent": by_email[Email.SENT],
        "undeliverable": by_email[Email.REFUSED],
        "left_out": by_letter[LetterStatus.LEFT_OUT] + by_email[Email.UNWANTED],
    }


def _queue(announcement: Announcement, letters: list[Letter], *, now: datetime) -> None:
    """Queue emails to those who may still be written to. People who leave wait for this batch."""
    addresses = addresses_of(announcement, letters)
    to_send = [letter for letter in letters if letter.pk in addresses]
    emails = []
    for letter in to_send:
        to_whom = {"subscription": letter.subscription_id, "user": letter.user_id}
        context = {"announcement": announcement.pk, **{k: v for k, v in to_whom.items() if v}}
        email, language = addresses[letter.pk]
        emails.append(mail.Letter(KIND, letter.key, email, language, context, now))
    mail.queue_emails(emails, now=now)
    _save(to_send, LetterStatus.QUEUED, queued_at=now)
    _save([letter for letter in letters if letter.pk not in addresses], LetterStatus.LEFT_OUT)


def _allowed(now: datetime) -> int:
    """How many letters may be queued now, so that a minute takes no more than its part."""
    queued = Letter.objects.filter(status=LetterStatus.QUEUED)
    last_hour = queued.filter(queued_at__gt=now - timedelta(hours=1)).count()
    last_minute = queued.filter(queued_at__gt=now - timedelta(minutes=1)).count()
    of_a_minute = math.ceil(settings.EMAILS_PER_HOUR / 60)
    return max(0, min(of_a_minute - last_minute, settings.EMAILS_PER_HOUR - last_hour))


def _take_back(letters: list[Letter], to: LetterStatus) -> None:
    withdrawn = mail.withdraw_emails(KIND, [letter.key for letter in letters])
    _save([letter for letter in letters if letter.key in withdrawn], to)


def _save(letters: list[Letter], status: LetterStatus, queued_at: datetime | None = None) -> None:
    keys = [letter.pk for letter in letters]
    Letter.objects.filter(pk__in=keys).update(status=status, queued_at=queued_at)


def _move(
    announcement: Announcement, to: AnnouncementStatus, *, by: User | None, act: str,
    at: datetime | None = None, **fields: object,
) -> None:  # fmt: skip
    check_move(ANNOUNCEMENT_TRANSITIONS, Status(announcement.status), to)
    announcement.status = to
    for name, value in fields.items():
        setattr(announcement, name, value)
    announcement.save(update_fields=["status", *fields])
    record(act, announcement, by=by, agency=announcement.owner, at=at)
