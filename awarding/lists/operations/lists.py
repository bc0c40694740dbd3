"""Award lists: kept as they were brought, then started, stopped, taken back or thrown away.

Each step is a status of the list; what is in work, `award_list_batches` carries on.
"""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from audit.moves import TransitionNotAllowed, check_move
from audit.operations import record
from awarding.lists.reading import SAME_EITHER_WAY, TWO_WAYS, Entry, Reading
from awarding.models import AwardList, AwardListRow
from awarding.states import LIST_TRANSITIONS, ListStatus, RowProblem
from background.due_rows import enqueue_on_commit
from catalog.models import BadgeClass

KEPT_AT_ONCE = 2000


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
    enqueue_on_commit("awarding.tasks.carry_on_award_lists")
    return award_list


@transaction.atomic
def start(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    """Award it: everything that follows is the worker's."""
    now = now or timezone.now()
    _be(award_list, ListStatus.CHECKED)
    move(award_list, ListStatus.RUNNING, by=by, now=now, awarded_by=by, started_at=now)
    enqueue_on_commit("awarding.tasks.carry_on_award_lists")


@transaction.atomic
def stop(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    """Award no further row for now. What was awarded stays."""
    move(award_list, ListStatus.STOPPED, by=by, now=now)


@transaction.atomic
def resume(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    _be(award_list, ListStatus.STOPPED)
    move(award_list, ListStatus.RUNNING, by=by, now=now)
    enqueue_on_commit("awarding.tasks.carry_on_award_lists")


@transaction.atomic
def undo(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    """Cancel what has not been issued yet. What was issued can only be revoked, one by one."""
    move(award_list, ListStatus.UNDOING, by=by, now=now, undone_by=by)
    enqueue_on_commit("awarding.tasks.carry_on_award_lists")


@transaction.atomic
def discard(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    """Throw away a list that awarded nothing, with the addresses in it."""
    _lock(award_list)
    if award_list.status not in {ListStatus.DRAFT, ListStatus.CHECKED}:
        raise TransitionNotAllowed(f"{award_list.status} -> discarded")
    _write_down("award list discarded", award_list, by=by, now=now)
    AwardListRow.objects.filter(award_list=award_list)._raw_delete("default")
    award_list.delete()


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
                FROM awarding_awardlistrow line
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
            UPDATE awarding_awardlistrow line
            SET problem = %s, same_as_line = people.first_line
            FROM people WHERE people.id = line.id AND people.first_id <> line.id
            """,
            [award_list.pk, RowProblem.TWICE],
        )


def _lock(award_list: AwardList) -> None:
    award_list.refresh_from_db(from_queryset=AwardList.objects.select_for_update(no_key=True))


def _be(award_list: AwardList, status: ListStatus) -> None:
    """Two moves lead to the same status, each from another."""
    _lock(award_list)
    if award_list.status != status:
        raise TransitionNotAllowed(f"{award_list.status}, not {status}")


def move(
    award_list: AwardList,
    to: ListStatus,
    *,
    by: User | None,
    now: datetime | None,
    **fields: object,
) -> None:
    """Lock, check, save, write into the book. `fields` change together with the status."""
    _lock(award_list)
    check_move(LIST_TRANSITIONS, ListStatus(award_list.status), to)
    award_list.status = to
    for name, value in fields.items():
        setattr(award_list, name, value)
    award_list.save(update_fields=["status", *fields])
    _write_down(f"award list {to.value}", award_list, by=by, now=now)


def _write_down(act: str, award_list: AwardList, *, by: User | None, now: datetime | None) -> None:
    record(act, award_list, by=by, agency=award_list.badge_class.issuer.agency, at=now)
