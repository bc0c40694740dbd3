"""A list is looked through, awarded and taken back by a worker, batch by batch.

A batch, and what became of its rows, is one transaction under the list's own lock. So nothing is
made twice and nothing is lost, whatever is killed, and a press of "stop" counts from the next batch
on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.operations import find_or_invite, people_by_address
from awarding.lists.operations.lists import move
from awarding.models import AwardList, AwardListRow
from awarding.states import ListStatus, RowOutcome, RowProblem
from background.due_rows import enqueue_on_commit
from issuing.awards.operations.changes import cancel_all
from issuing.awards.operations.granting import Grant, Outcome, foresee_all, grant_all
from issuing.models import Assertion
from issuing.states import GrantSource

BATCH = 500
# What fits into a request: a longer list is looked through by the worker.
AT_ONCE = 1000


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
        enqueue_on_commit("awarding.tasks.carry_on_award_lists")


def _look_through(award_list: AwardList, *, now: datetime) -> None:
    """Ask the door what it would say to the next rows."""
    rows = list(
        award_list.rows.filter(pk__gt=award_list.looked_through).sound().order_by("pk")[:AT_ONCE]
    )
    known = people_by_address({row.email for row in rows})
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
        move(award_list, ListStatus.DONE, by=None, now=now, ended_at=now)
        return
    language = award_list.badge_class.published_version.language
    people = find_or_invite([(row.email, row.name, language) for row in rows], now=now)
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
            UPDATE awarding_awardlistrow AS line
            SET outcome = new.outcome, problem = new.problem, assertion_id = new.assertion_id
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[])
                AS new (id, outcome, problem, assertion_id)
            WHERE line.id = new.id
            """,
            [list(column) for column in columns],
        )


def _take_back(award_list: AwardList, *, now: datetime) -> None:
    waiting = award_list.rows.can_be_taken_back().values_list("assertion", flat=True)
    batch = list(waiting[:BATCH])
    if not batch:
        move(award_list, ListStatus.UNDONE, by=None, now=now, ended_at=now)
        return
    # Of this batch all may be issued by now, while others of the list still wait.
    awards = Assertion.objects.filter(pk__in=batch)
    cancel_all(awards, by=award_list.undone_by, reason=str(award_list), now=now)


def _grant(award_list: AwardList, row: AwardListRow, person: User) -> Grant:
    return Grant(
        recipient=person,
        version=award_list.badge_class.published_version,
        source=GrantSource(award_list.source),
        key=row.key,
        narrative=row.narrative,
        awarded_on=_moment(row.earned_on) if row.earned_on else None,
    )


def _moment(day: date) -> datetime:
    """Noon, so that it is the same day wherever it is read; today needs none of its own."""
    today = timezone.localdate()
    return timezone.make_aware(datetime.combine(day, time(0 if day == today else 12)))


def _problem(outcome: Outcome) -> str:
    if outcome.refusal:
        return RowProblem(outcome.refusal.value)
    return RowProblem.ALREADY if outcome.is_already_there else ""
