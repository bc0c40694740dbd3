"""Award lists: read, looked through, awarded by a worker batch by batch, stopped, taken back.

Each step is a status of the list. A worker carries a list on one batch at a time; a batch, and
what became of its rows, is one transaction under the list's own lock. So nothing is made twice and
nothing is lost, whatever is killed, and a press of "stop" counts from the next batch on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import islice

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from accounts.operations import audit, invite_all, people_at, wake
from catalog.models import BadgeClass
from issuing.granting import Grant, Outcome, foresee_all, grant_all
from issuing.models import Assertion, AwardList, AwardListRow
from issuing.operations import cancel_all
from issuing.sources.award_list_reading import SAME_EITHER_WAY, TWO_WAYS, Entry, Reading
from issuing.states import (
    LIST_TRANSITIONS,
    AwardStatus,
    GrantSource,
    ListStatus,
    RowOutcome,
    RowProblem,
)

BATCH = 500
# What fits into a request: a longer list is looked through by the worker.
AT_ONCE = 1000
KEPT_AT_ONCE = 2000


class ListMovedOn(Exception):
    """The list is not in a state from which this move is possible."""


@transaction.atomic
def keep_list(
    badge_class: BadgeClass, *, reading: Reading, name: str, by: User, now: datetime | None = None
) -> AwardList:
    """Keep what somebody brought. Raises Unreadable, and keeps nothing, when it cannot be read."""
    award_list = AwardList.objects.create(
        badge_class=badge_class, name=name[:200], made_by=by, made_at=now or timezone.now()
    )
    entries = reading.entries()
    while batch := list(islice(entries, KEPT_AT_ONCE)):
        AwardListRow.objects.bulk_create(_row(award_list, entry) for entry in batch)
    award_list.columns, award_list.reads_day_first = reading.columns, reading.reads_day_first
    award_list.save(update_fields=["columns", "reads_day_first"])
    mark_doubtful_rows(award_list)
    _write_down("award list made", award_list, by=by, now=now)
    wake("issuing.tasks.carry_on_award_lists")
    return award_list


@transaction.atomic
def start(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    """Award it: everything that follows is the worker's."""
    now = now or timezone.now()
    _be(award_list, ListStatus.CHECKED)
    _move(award_list, ListStatus.RUNNING, by=by, now=now, awarded_by=by, started_at=now)
    wake("issuing.tasks.carry_on_award_lists")


@transaction.atomic
def stop(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    """Award no further row for now. What was awarded stays."""
    _move(award_list, ListStatus.STOPPED, by=by, now=now)


@transaction.atomic
def resume(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    _be(award_list, ListStatus.STOPPED)
    _move(award_list, ListStatus.RUNNING, by=by, now=now)
    wake("issuing.tasks.carry_on_award_lists")


@transaction.atomic
def undo(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    """Cancel what has not been issued yet. What was issued can only be revoked, one by one."""
    _move(award_list, ListStatus.UNDOING, by=by, now=now, undone_by=by)
    wake("issuing.tasks.carry_on_award_lists")


@transaction.atomic
def discard(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    """Throw away a list that awarded nothing, with the addresses in it."""
    _lock(award_list)
    if award_list.status not in {ListStatus.DRAFT, ListStatus.CHECKED}:
        raise ListMovedOn(f"{award_list.status} -> discarded")
    _write_down("award list discarded", award_list, by=by, now=now)
    AwardListRow.objects.filter(award_list=award_list)._raw_delete("default")
    award_list.delete()


def carry_on(award_list: AwardList, *, now: datetime | None = None) -> bool:
    """Do the next batch of whatever the list waits for. False when it waits for nothing."""
    steps = {
        ListStatus.DRAFT: _look_through,
        ListStatus.RUNNING: _award,
        ListStatus.UNDOING: _take_back,
    }
    with transaction.atomic():
        held = AwardList.objects.select_for_update(no_key=True, skip_locked=True, of=["self"])
        mine = held.with_badge().filter(pk=award_list.pk).first()
        if mine is None or mine.status not in steps:
            return False  # another worker has it, or somebody stopped it
        steps[ListStatus(mine.status)](mine, now=now or timezone.now())
        award_list.status = mine.status
        return mine.is_in_work


def begin(award_list: AwardList) -> None:
    """Look through the first rows at once, which is all of a short list.

    The worker that was woken meanwhile found the list taken and left, so it is woken once more.
    """
    if carry_on(award_list):
        wake("issuing.tasks.carry_on_award_lists")


def numbers(award_list: AwardList) -> dict[str, int]:
    """How many rows there are of each kind, for the list's page."""
    return award_list.rows.aggregate(
        rows=Count("pk"),
        problems=Count("pk", filter=~Q(problem="") & ~Q(problem__in=_NOTHING_TO_MEND)),
        repeated=Count("pk", filter=Q(problem=RowProblem.TWICE)),
        holding=Count("pk", filter=Q(problem=RowProblem.ALREADY)),
        left_out=Count("pk", filter=~Q(problem="")),
        sound=Count("pk", filter=Q(problem="")),
        to_award=Count("pk", filter=Q(problem="") | ~Q(outcome="")),
        new_people=Count("pk", filter=Q(problem="", is_new_person=True)),
        worked_off=Count("pk", filter=~Q(outcome="")),
        granted=Count("pk", filter=Q(outcome=RowOutcome.GRANTED)),
        already=Count("pk", filter=Q(outcome=RowOutcome.ALREADY)),
        refused=Count("pk", filter=Q(outcome=RowOutcome.REFUSED)),
        issued=Count(
            "pk",
            filter=Q(outcome=RowOutcome.GRANTED)
            & Q(assertion__status__in=[AwardStatus.ISSUED, AwardStatus.REVOKED]),
        ),
        waiting=Count(
            "pk",
            filter=Q(outcome=RowOutcome.GRANTED)
            & Q(assertion__status__in=[AwardStatus.PENDING, AwardStatus.HELD]),
        ),
        cancelled=Count(
            "pk",
            filter=Q(outcome=RowOutcome.GRANTED, assertion__status=AwardStatus.CANCELLED),
        ),
    )


# A row of these is left out, and nobody need do anything about it.
_NOTHING_TO_MEND = [RowProblem.TWICE, RowProblem.ALREADY]


def _row(award_list: AwardList, entry: Entry) -> AwardListRow:
    return AwardListRow(
        award_list=award_list,
        line=entry.line,
        email=entry.email,
        name=entry.name,
        narrative=entry.narrative,
        day_given=entry.day_given,
        earned_on=entry.earned_on,
        problem=entry.problem,
    )


def mark_doubtful_rows(award_list: AwardList) -> None:
    """What only the whole list can tell: dates that read two ways, and people who come twice."""
    if award_list.reads_day_first:
        two_ways = award_list.rows.sound().filter(day_given__regex=TWO_WAYS)
        two_ways.exclude(day_given__regex=SAME_EITHER_WAY).update(problem=RowProblem.DATE_AMBIGUOUS)
    with connection.cursor() as cursor:
        # A person is the same under every address that they have confirmed.
        cursor.execute(
            """
            WITH people AS (
                SELECT line.id, line.line,
                    first_value(line.id) OVER same AS first_id,
                    first_value(line.line) OVER same AS first_line
                FROM issuing_awardlistrow line
                LEFT JOIN account_emailaddress further
                    ON further.email = line.email AND further.verified
                LEFT JOIN accounts_user person ON person.email = line.email
                WHERE line.award_list_id = %s AND line.problem = ''
                WINDOW same AS (
                    PARTITION BY coalesce(
                        further.user_id::text, person.id::text, line.email
                    ) ORDER BY line.id
                )
            )
            UPDATE issuing_awardlistrow line
            SET problem = %s, same_as_line = people.first_line
            FROM people WHERE people.id = line.id AND people.first_id <> line.id
            """,
            [award_list.pk, RowProblem.TWICE],
        )


def _look_through(award_list: AwardList, *, now: datetime) -> None:
    """Ask the door what it would say to the next rows."""
    rows = list(
        award_list.rows.filter(pk__gt=award_list.looked_through).sound().order_by("pk")[:AT_ONCE]
    )
    known = people_at({row.email for row in rows})
    grants = [
        # Somebody unknown has no award and no key yet, and no row before the list is awarded.
        _grant(award_list, row, known.get(row.email) or User(pk=-row.pk, email=row.email))
        for row in rows
    ]
    found: dict[str, list[int]] = {}
    for row, outcome in zip(rows, foresee_all(grants, now=now), strict=True):
        if problem := _problem(outcome):
            found.setdefault(problem, []).append(row.pk)
    for problem, those in found.items():
        AwardListRow.objects.filter(pk__in=those).update(problem=problem)
    unknown = [row.pk for row in rows if row.email not in known]
    AwardListRow.objects.filter(pk__in=unknown).update(is_new_person=True)
    if len(rows) < AT_ONCE:
        award_list.status = ListStatus.CHECKED
    else:
        award_list.looked_through = rows[-1].pk
    award_list.save(update_fields=["status", "looked_through"])


def _award(award_list: AwardList, *, now: datetime) -> None:
    rows = list(award_list.rows.waiting()[:BATCH])
    if not rows:
        _move(award_list, ListStatus.DONE, by=None, now=now, ended_at=now)
        return
    language = award_list.badge_class.current_version.language
    people = invite_all([(row.email, row.name, language) for row in rows], now=now)
    grants = [_grant(award_list, row, people[row.email]) for row in rows]
    outcomes = grant_all(grants, by=award_list.awarded_by, now=now)
    for row, outcome in zip(rows, outcomes, strict=True):
        # What this very row made in an attempt before is its own.
        made_here = (
            outcome.assertion and not row.given_key and outcome.assertion.source_key == row.key
        )
        if outcome.is_granted or made_here:
            row.outcome = RowOutcome.GRANTED
        else:
            row.outcome = RowOutcome.REFUSED if outcome.is_refused else RowOutcome.ALREADY
        row.assertion = outcome.assertion
        row.problem = _problem(outcome) if outcome.is_refused else ""
    _save_outcomes(rows)


def _save_outcomes(rows: Sequence[AwardListRow]) -> None:
    columns = zip(
        *((row.pk, row.outcome, row.problem, row.assertion_id) for row in rows), strict=True
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE issuing_awardlistrow AS line
            SET outcome = new.outcome, problem = new.problem, assertion_id = new.assertion_id
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[])
                AS new (id, outcome, problem, assertion_id)
            WHERE line.id = new.id
            """,
            [list(column) for column in columns],
        )


def _take_back(award_list: AwardList, *, now: datetime) -> None:
    reason = str(award_list)
    rows = award_list.rows.can_be_taken_back().values_list("assertion", flat=True)[:BATCH]
    awards = Assertion.objects.filter(pk__in=list(rows))
    if not cancel_all(awards, by=award_list.undone_by, reason=reason, now=now):
        _move(award_list, ListStatus.UNDONE, by=None, now=now, ended_at=now)


def _grant(award_list: AwardList, row: AwardListRow, person: User) -> Grant:
    return Grant(
        recipient=person,
        version=award_list.badge_class.current_version,
        source=GrantSource(award_list.source),
        key=row.key,
        narrative=row.narrative,
        awarded_on=row.earned_on and _moment(row.earned_on),
    )


def _moment(day: date) -> datetime:
    """Noon, so that it is the same day wherever it is read; today needs none of its own."""
    today = timezone.localdate()
    return timezone.make_aware(datetime.combine(day, time(0 if day == today else 12)))


def _problem(outcome: Outcome) -> str:
    if outcome.is_refused:
        return RowProblem(outcome.refusal.value)
    return RowProblem.ALREADY if outcome.is_already_there else ""


def _lock(award_list: AwardList) -> None:
    award_list.refresh_from_db(from_queryset=AwardList.objects.select_for_update(no_key=True))


def _be(award_list: AwardList, status: ListStatus) -> None:
    """Two moves lead to the same status, each from another."""
    _lock(award_list)
    if award_list.status != status:
        raise ListMovedOn(f"{award_list.status}, not {status}")


def _move(
    award_list: AwardList, to: ListStatus, *, by: User | None, now: datetime | None, **fields
) -> None:
    """Lock, check, save, write into the book. `fields` change together with the status."""
    _lock(award_list)
    if to not in LIST_TRANSITIONS[ListStatus(award_list.status)]:
        raise ListMovedOn(f"{award_list.status} -> {to}")
    award_list.status = to
    for name, value in fields.items():
        setattr(award_list, name, value)
    award_list.save(update_fields=["status", *fields])
    _write_down(f"award list {to.value}", award_list, by=by, now=now)


def _write_down(act: str, award_list: AwardList, *, by: User | None, now: datetime | None) -> None:
    audit(act, award_list, by=by, agency=award_list.badge_class.issuer.agency, at=now)
