"""Award lists: saved as uploaded, then started, stopped, undone or discarded.

These operations set the status of a list; `batches` does the work of that status.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from audit.moves import TransitionNotAllowed, check_move, require_reason
from audit.operations import record
from awarding import many_at_once
from awarding.lists.columns import ListReader, ParsedRow
from awarding.models import AwardList, AwardListRow, ListUpload
from awarding.states import LIST_TRANSITIONS, ListStatus, RowProblem
from background.enqueue import enqueue_on_commit
from spreadsheets.dates import AMBIGUOUS_DATE, SAME_DAY_AND_MONTH

ROWS_PER_INSERT = 2000


class QuestionsOpen(Exception):
    """Nobody has said yet what a column of the list's file means."""


def add_rows(award_list: AwardList, rows: Sequence[AwardListRow]) -> None:
    """Insert rows in the caller's transaction."""
    for row in rows:
        row.award_list = award_list
    AwardListRow.objects.bulk_create(rows, batch_size=ROWS_PER_INSERT)


def finish_saving(
    award_list: AwardList, *, reader: ListReader, by: User, now: datetime | None
) -> None:
    """Note how the list was read, in the caller's transaction, after its last row."""
    award_list.columns, award_list.reads_day_first = reader.columns, reader.reads_day_first
    award_list.save(update_fields=["columns", "reads_day_first"])
    mark_problems_across_rows(award_list)
    _record("award list made", award_list, by=by, now=now)


@transaction.atomic
def start(
    award_list: AwardList, *, by: User, at_once: bool = False, now: datetime | None = None
) -> None:
    """Start awarding the checked list; a worker does the rest.

    Badges for many people wait, unless the coordinator sends them `at_once`. Raises QuestionsOpen
    while nobody has said what a column of its file means. From now on the file is not needed.
    """
    now = now or timezone.now()
    if upload := _lock_upload(award_list):
        if upload.has_questions:
            raise QuestionsOpen
        upload.content = None
        upload.columns = [column | {"samples": [], "values": []} for column in upload.columns]
        upload.reading |= {"doubtful": [], "readings": []}
        upload.save(update_fields=["content", "columns", "reading"])
    _require_status(award_list, ListStatus.CHECKED)
    people, issuer = many_at_once.people_of(award_list), award_list.badge_class.issuer
    wait = many_at_once.wait_for(people, issuer)
    move(
        award_list,
        ListStatus.RUNNING,
        by=by,
        now=now,
        awarded_by=by,
        started_at=now,
        wait_minutes=0 if at_once else wait // timedelta(minutes=1),
        act="award list sent at once" if at_once and wait else "",
    )
    enqueue_on_commit("awarding.tasks.carry_on_award_lists")


@transaction.atomic
def stop(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    """Award no further rows for now. Awards already made stay."""
    move(award_list, ListStatus.STOPPED, by=by, now=now)


@transaction.atomic
def resume(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    _require_status(award_list, ListStatus.STOPPED)
    move(award_list, ListStatus.RUNNING, by=by, now=now)
    enqueue_on_commit("awarding.tasks.carry_on_award_lists")


@transaction.atomic
def undo(award_list: AwardList, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Take back what the list awarded: a worker revokes issued badges and cancels waiting ones.

    The activity log gets one entry, with the number of awards and the reason.
    """
    reason, now = require_reason(reason).strip(), now or timezone.now()
    _lock(award_list)
    if award_list.status == ListStatus.HALTED:
        raise TransitionNotAllowed("An undoing that was stopped is continued.")
    fields: dict[str, Any] = {"undone_by": by, "undone_because": reason, "undone_from": now}
    people = list(award_list.rows.to_undo().values_list("assertion__recipient", flat=True))
    note = f"{len(people)}: {reason}"
    move(award_list, ListStatus.UNDOING, by=by, now=now, note=note, concerns=people, **fields)
    enqueue_on_commit("awarding.tasks.carry_on_award_lists")


@transaction.atomic
def halt_undoing(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    """Take back no further awards for now. What was taken back stays so."""
    move(award_list, ListStatus.HALTED, by=by, now=now)


@transaction.atomic
def continue_undoing(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    """Go on with the reason, and in the name, of the person who began it."""
    _require_status(award_list, ListStatus.HALTED)
    award_list.status = ListStatus.UNDOING
    award_list.save(update_fields=["status"])
    _record("award list undoing continued", award_list, by=by, now=now)
    enqueue_on_commit("awarding.tasks.carry_on_award_lists")


@transaction.atomic
def discard(award_list: AwardList, *, by: User, now: datetime | None = None) -> None:
    """Delete a list that awarded nothing, with the addresses in it and in its file."""
    _lock_upload(award_list)
    _lock(award_list)
    _record("award list discarded", award_list, by=by, now=now)
    delete(award_list)


def delete(award_list: AwardList) -> None:
    """Delete a list that awarded nothing, in the caller's transaction, which records why."""
    upload = _lock_upload(award_list)
    _lock(award_list)
    if award_list.status not in {ListStatus.DRAFT, ListStatus.CHECKED}:
        raise TransitionNotAllowed(f"{award_list.status} -> discarded")
    AwardListRow.objects.filter(award_list=award_list)._raw_delete("default")
    award_list.delete()
    if upload and not upload.award_lists.exists():
        upload.delete()


def unsaved_row(parsed: ParsedRow) -> AwardListRow:
    return AwardListRow(
        line=parsed.line,
        email=parsed.email,
        name=parsed.name,
        narrative=parsed.narrative,
        ids_given=parsed.ids_given,
        evidence_given=parsed.evidence_given,
        evidence=parsed.evidence,
        day_given=parsed.day_given,
        earned_on=parsed.earned_on,
        expires_given=parsed.expires_given,
        expires_on=parsed.expires_on,
        problem=parsed.problem,
    )


def mark_problems_across_rows(award_list: AwardList) -> None:
    """Mark what only the whole list can show: ambiguous dates and people listed twice."""
    if award_list.reads_day_first:
        ambiguous = award_list.rows.without_problem().filter(day_given__regex=AMBIGUOUS_DATE)
        ambiguous.exclude(day_given__regex=SAME_DAY_AND_MONTH).update(
            problem=RowProblem.DATE_AMBIGUOUS
        )
    with connection.cursor() as cursor:
        # One person may be listed under several of their confirmed addresses.
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


def _lock_upload(award_list: AwardList) -> ListUpload | None:
    """Before the list itself: assigning the columns locks in this order."""
    if award_list.upload_id is None:
        return None
    uploads = ListUpload.objects.defer("content").select_for_update(no_key=True)
    return uploads.get(pk=award_list.upload_id)


def _lock(award_list: AwardList) -> None:
    award_list.refresh_from_db(from_queryset=AwardList.objects.select_for_update(no_key=True))


def _require_status(award_list: AwardList, status: ListStatus) -> None:
    """The table of moves cannot tell `start` from `resume`: both lead to RUNNING."""
    _lock(award_list)
    if award_list.status != status:
        raise TransitionNotAllowed(f"{award_list.status}, not {status}")


def move(
    award_list: AwardList,
    to: ListStatus,
    *,
    by: User | None,
    now: datetime | None,
    note: str = "",
    act: str = "",
    concerns: Iterable[int] = (),
    **fields: object,
) -> None:
    """Lock the list, check the move, save and record it. `fields` change with the status.

    It is recorded as `act`, if that says more than the status.
    """
    _lock(award_list)
    check_move(LIST_TRANSITIONS, ListStatus(award_list.status), to)
    award_list.status = to
    for name, value in fields.items():
        setattr(award_list, name, value)
    award_list.save(update_fields=["status", *fields])
    # What was begun as undoing has its one entry already, with the people and the reason.
    if to != ListStatus.UNDONE:
        act = act or f"award list {to.value}"
        _record(act, award_list, by=by, now=now, note=note, concerns=concerns)


def _record(
    act: str,
    award_list: AwardList,
    *,
    by: User | None,
    now: datetime | None,
    note: str = "",
    concerns: Iterable[int] = (),
) -> None:
    agency = award_list.badge_class.issuer.agency
    record(act, award_list, by=by, agency=agency, note=note, at=now, concerns=concerns)
