"""Subscribers from a file: looked at first, added in batches, and undone while nothing was sent.

The worker adds them. A batch marks its rows in the transaction that adds their addresses, so a
worker that is killed leaves either both or neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Protocol

from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from audit.moves import TransitionNotAllowed, check_move
from audit.operations import record
from background.enqueue import enqueue_on_commit
from background.operations import succeeds
from editing.fingerprints import fingerprint
from editing.shown import check_shown
from mailings.imports.outcomes import outcomes_of
from mailings.models import (
    ImportRow,
    Letter,
    MailingList,
    Subscriber,
    SubscriberImport,
    Subscription,
)
from mailings.states import (
    IMPORT_TRANSITIONS,
    ImportStatus,
    LetterStatus,
    RowOutcome,
    SubscriptionStatus,
)
from postgres.bulk_insert import insert_rows
from postgres.row_locks import lock_all, lock_one

MOST_ROWS = 20_000
PIECE = 2_000
BATCH = 500
LONGEST_ADDRESS = 320
Status = ImportStatus


class TooManyRows(Exception):
    """The file has more than MOST_ROWS addresses."""


class SentSince(Exception):
    """An announcement has gone to an address of this import, so it can't be undone."""


class Row(Protocol):
    line: int
    email: str
    problem: str


@transaction.atomic
def save(
    mailing_list: MailingList, *, rows: Iterable[Row], name: str, language: str,
    consent_how: str, consent_on: date, consent_by: str, by: User,
) -> SubscriberImport:  # fmt: skip
    """Keep the addresses with what would happen to each. Nobody is on the list yet.

    Raises TooManyRows.
    """
    made = SubscriberImport.objects.create(
        mailing_list=mailing_list, name=name[:200], language=language, consent_how=consent_how,
        consent_on=consent_on, consent_by=consent_by, made_by=by,
    )  # fmt: skip
    seen: set[str] = set()
    remaining, total = iter(rows), 0
    while piece := list(islice(remaining, PIECE)):
        total += len(piece)
        if total > MOST_ROWS:
            raise TooManyRows
        columns = ["from_import_id", "line", "email", "outcome"]
        insert_rows(ImportRow, columns, _looked_at(made, piece, seen))
    record("subscribers looked at", made, by=by, agency=mailing_list.agency)
    return made


def _looked_at(made: SubscriberImport, piece: list[Row], seen: set[str]) -> Iterator[tuple]:
    good = {row.email.lower() for row in piece if not row.problem}
    outcomes = outcomes_of(made.mailing_list, good)
    for row in piece:
        email = row.email.lower()
        if row.problem:
            yield made.pk, row.line, _showable(row.email), RowOutcome.BAD
        else:
            outcome = RowOutcome.TWICE if email in seen else outcomes[email]
            seen.add(email)
            yield made.pk, row.line, email, outcome


def _showable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:LONGEST_ADDRESS]


def counts(found: SubscriberImport) -> dict[str, int]:
    rows = found.rows.order_by().values_list("outcome").annotate(Count("pk"))
    return dict(Counter(dict(rows)))


def mark(found: SubscriberImport) -> str:
    """Changes with what the page with the buttons shows."""
    return fingerprint([found.status, str(found), found.mailing_list_id, found.rows.count()])


@transaction.atomic
def start(
    found: SubscriberImport, *, by: User, shown: str = "", now: datetime | None = None
) -> None:
    """Let the worker add the new addresses. Starting twice changes nothing.

    Raises NotAsShown if the page that was looked at has changed, or TransitionNotAllowed.
    """
    found = lock_one(SubscriberImport.objects.all(), found.pk)
    if found.status == Status.RUNNING:
        return
    check_move(IMPORT_TRANSITIONS, Status(found.status), Status.RUNNING)
    check_shown(shown, mark(found))
    found.started_at = now or timezone.now()
    _move(found, Status.RUNNING, by=by, act="subscribers being imported")
    enqueue_on_commit("mailings.tasks.import_subscribers")


@transaction.atomic
def discard(found: SubscriberImport, *, by: User) -> None:
    """Forget an import that was not started. Forgetting it again changes nothing.

    Raises TransitionNotAllowed.
    """
    locked = lock_all(SubscriberImport.objects.filter(pk=found.pk))
    for one in locked:
        if one.status != Status.CHECKED:
            raise TransitionNotAllowed
        record("subscribers not imported", one, by=by, agency=one.mailing_list.agency)
        one.delete()


@transaction.atomic
def add_next_batch(*, now: datetime, failed: set[int] | None = None) -> int:
    """Add the next addresses of the oldest import. Returns how many rows were done.

    Each address is asked about again: it may have left or signed up since the look. An import that
    raises an error is added to `failed`; those that failed are left out until the next run.
    """
    failed = set() if failed is None else failed
    for found in lock_all(SubscriberImport.objects.running().exclude(pk__in=failed)):
        rows = list(found.rows.filter(outcome=RowOutcome.NEW, is_done=False)[:BATCH])
        what = f"add the subscribers of import {found.pk}"
        if succeeds(partial(_do_next, found, rows, now=now), what=what):
            return len(rows) or 1
        failed.add(found.pk)
    return 0


def _do_next(found: SubscriberImport, rows: list[ImportRow], *, now: datetime) -> None:
    if rows:
        _add(found, rows, now=now)
    else:
        _move(found, Status.FINISHED, by=None, act="subscribers imported")


def _add(found: SubscriberImport, rows: list[ImportRow], *, now: datetime) -> None:
    addresses = sorted({row.email for row in rows})
    before = outcomes_of(found.mailing_list, addresses)
    new = [email for email in addresses if before[email] == RowOutcome.NEW]
    insert_rows(
        Subscriber, ["email", "language", "since"], [(email, found.language, now) for email in new],
        ignore_conflicts=True,
    )  # fmt: skip
    people = {one.email: one for one in lock_all(Subscriber.objects.filter(email__in=addresses))}
    outcomes = outcomes_of(found.mailing_list, addresses)
    for row in rows:
        row.outcome = outcomes[row.email]
        row.is_done = True
    columns = [
        "subscriber_id", "mailing_list_id", "status", "asked_at", "confirmed_at", "imported_in_id",
    ]  # fmt: skip
    added = [
        (people[row.email].pk, found.mailing_list_id, SubscriptionStatus.CONFIRMED, now, now,
         found.pk)
        for row in rows
        if row.outcome == RowOutcome.NEW
    ]  # fmt: skip
    insert_rows(Subscription, columns, added)
    ImportRow.objects.bulk_update(rows, ["outcome", "is_done"])
    _forget_unused([one.pk for one in people.values()])


@transaction.atomic
def undo(found: SubscriberImport, *, by: User, shown: str = "") -> int:
    """Take those off the list again whom this import added. Returns how many.

    People who have left since stay unsubscribed. Undoing twice changes nothing. Raises SentSince if
    an announcement has gone to one of them, NotAsShown, or TransitionNotAllowed.
    """
    found = lock_one(SubscriberImport.objects.all(), found.pk)
    if found.status == Status.UNDONE:
        return 0
    check_move(IMPORT_TRANSITIONS, Status(found.status), Status.UNDONE)
    check_shown(shown, mark(found))
    added = found.subscriptions.exclude(status=SubscriptionStatus.ENDED)
    keys = list(added.values_list("subscriber", flat=True))
    lock_all(Subscriber.objects.filter(pk__in=keys))
    sent = Letter.objects.filter(subscription__imported_in=found, status=LetterStatus.QUEUED)
    if sent.exists():
        raise SentSince
    number = added.count()
    added.delete()
    _forget_unused(keys)
    _move(found, Status.UNDONE, by=by, act="import of subscribers undone")
    return number


def _forget_unused(keys: list[int]) -> None:
    """Addresses that are on no list and were never."""
    theirs = Subscription.objects.filter(subscriber=OuterRef("pk"))
    Subscriber.objects.filter(~Exists(theirs), pk__in=keys).delete()


def _move(found: SubscriberImport, to: ImportStatus, *, by: User | None, act: str) -> None:
    check_move(IMPORT_TRANSITIONS, Status(found.status), to)
    found.status = to
    found.save(update_fields=["status", "started_at"])
    record(act, found, by=by, agency=found.mailing_list.agency)
