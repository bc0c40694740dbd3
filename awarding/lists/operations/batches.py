"""Check, award and undo a list in batches, in a worker.

Each batch and the outcomes of its rows are one transaction under the list's lock. So a killed
worker neither repeats nor loses an award, and "stop" takes effect from the next batch on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.operations import find_or_invite, people_by_address
from awarding.lists.operations.lists import move
from awarding.models import AwardList, AwardListRow
from awarding.states import ListStatus, RowOutcome, RowProblem
from background.enqueue import enqueue_on_commit
from issuing import dates
from issuing.awards.operations.changes import take_back_all
from issuing.awards.operations.granting import GivenLink, Grant, Outcome, grant_all, preview_all
from issuing.models import Assertion
from issuing.states import GrantSource

BATCH = 500
# Checked within the request that uploads the list; the worker checks the rest.
CHECK_BATCH = 1000


def run_next_batch(award_list: AwardList, *, now: datetime | None = None) -> bool:
    """Check, award or undo the next rows, as the status says. False when there is nothing to do."""
    steps = {
        ListStatus.DRAFT: _check_rows,
        ListStatus.RUNNING: _award_rows,
        ListStatus.UNDOING: _take_back_awards,
    }
    with transaction.atomic():
        free = AwardList.objects.select_for_update(no_key=True, skip_locked=True, of=["self"])
        locked = free.with_badge().filter(pk=award_list.pk).first()
        if locked is None or locked.status not in steps:
            return False  # another worker has it, or somebody stopped it
        steps[ListStatus(locked.status)](locked, now=now or timezone.now())
        award_list.status = locked.status
        return locked.is_in_work


def start_checking(award_list: AwardList) -> None:
    """Check the first rows right away; a short list is then done.

    For a longer list, queue the task again: its first run may have found the list locked.
    """
    if run_next_batch(award_list):
        enqueue_on_commit("awarding.tasks.carry_on_award_lists")


def _check_rows(award_list: AwardList, *, now: datetime) -> None:
    """Note the problems that granting the next rows would meet, without granting anything."""
    rows = list(
        award_list.rows.filter(pk__gt=award_list.looked_through)
        .without_problem()
        .order_by("pk")[:CHECK_BATCH]
    )
    known = people_by_address({row.email for row in rows})
    grants = [
        # An unknown person has no user yet: the list creates one when it is awarded.
        _grant(award_list, row, known.get(row.email) or User(pk=-row.pk, email=row.email))
        for row in rows
    ]
    rows_by_problem: dict[str, list[int]] = {}
    for row, outcome in zip(rows, preview_all(grants, now=now), strict=True):
        if problem := _problem(outcome):
            rows_by_problem.setdefault(problem, []).append(row.pk)
    for problem, keys in rows_by_problem.items():
        AwardListRow.objects.filter(pk__in=keys).update(problem=problem)
    unknown = [row.pk for row in rows if row.email not in known]
    AwardListRow.objects.filter(pk__in=unknown).update(is_new_person=True)
    if len(rows) < CHECK_BATCH:
        award_list.status = ListStatus.CHECKED
    else:
        award_list.looked_through = rows[-1].pk
    award_list.save(update_fields=["status", "looked_through"])


def _award_rows(award_list: AwardList, *, now: datetime) -> None:
    rows = list(award_list.rows.to_award()[:BATCH])
    if not rows:
        move(award_list, ListStatus.DONE, by=None, now=now, ended_at=now)
        return
    language = award_list.badge_class.published_version.language
    people = find_or_invite([(row.email, row.name, language) for row in rows], now=now)
    grants = [_grant(award_list, row, people[row.email]) for row in rows]
    outcomes = grant_all(grants, by=award_list.awarded_by, now=now)
    for row, outcome in zip(rows, outcomes, strict=True):
        # An award that this row made in an earlier attempt is this row's own.
        is_own = outcome.assertion and not row.given_key and outcome.assertion.source_key == row.key
        if outcome.is_granted or is_own:
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


def _take_back_awards(award_list: AwardList, *, now: datetime) -> None:
    """Only awards that this list made: somebody who had the badge before keeps it."""
    # Waiting awards first, so that fewer of them are issued meanwhile.
    rows = award_list.rows.cancellable()[:BATCH] or award_list.rows.to_undo()[:BATCH]
    batch = [row.assertion_id for row in rows]
    if not batch:
        move(award_list, ListStatus.UNDONE, by=None, now=now, ended_at=now)
        return
    take_back_all(
        Assertion.objects.filter(pk__in=batch),
        by=award_list.undone_by,
        reason=award_list.undone_because,
        now=now,
    )


def _grant(award_list: AwardList, row: AwardListRow, person: User) -> Grant:
    return Grant(
        recipient=person,
        version=award_list.badge_class.published_version,
        source=GrantSource(award_list.source),
        key=row.key,
        narrative=row.narrative,
        evidence=[GivenLink(url, is_shown=is_shown) for url, is_shown in row.evidence],
        awarded_on=dates.moment_of(row.earned_on) if row.earned_on else None,
        expires=dates.end_of(row.expires_on) if row.expires_on else None,
        waits_at_least=timedelta(minutes=award_list.wait_minutes),
    )


def _problem(outcome: Outcome) -> str:
    if outcome.refusal:
        return RowProblem(outcome.refusal.value)
    return RowProblem.ALREADY if outcome.is_already_there else ""
