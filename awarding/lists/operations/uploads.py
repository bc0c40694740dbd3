"""Uploads: saved with what their columns seem to mean, assigned by a person, made into lists.

An upload has award lists exactly while none of its questions is open, so nothing can be awarded
by a column that nobody was asked about.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Agency, User
from audit.moves import TransitionNotAllowed
from audit.operations import record
from awarding.lists import headings
from awarding.lists.assigned import reader_for
from awarding.lists.badge_names import badges_named
from awarding.lists.operations import lists
from awarding.lists.reading import ReadUpload, names_somebody
from awarding.lists.seen_columns import Asked, Column
from awarding.lists.understanding import understand
from awarding.models import (
    AwardList,
    AwardListRow,
    ColumnField,
    ListUpload,
    RememberedColumn,
)
from awarding.states import ListStatus, RowProblem
from background.enqueue import enqueue_on_commit
from catalog.models import BadgeClass
from postgres.row_locks import lock_all, lock_one

REMEMBERED_LISTS = 20
NOT_STARTED = {ListStatus.DRAFT, ListStatus.CHECKED}


class DeletedMeanwhile(Exception):
    """Somebody else deleted this upload, or nobody answered for too long."""


class ChangedMeanwhile(Exception):
    """Somebody else answered for this upload, or started one of its lists, in the meantime."""


class NobodyLeft(Exception):
    """By these answers no row names a badge."""


@dataclass(frozen=True)
class Answers:
    """What a person said on the page of the columns, in the order of the columns."""

    fields: Sequence[str]
    # By the index of the column: the keys of the values that get the badge.
    chosen: Mapping[int, Sequence[str]] = field(default_factory=dict)
    # By the index of the column: the number from which on a row gets the badge.
    at_least: Mapping[int, str] = field(default_factory=dict)
    # By the index of the column of dates: which comes first, of DayOrder.
    orders: Mapping[int, str] = field(default_factory=dict)
    # By the key of the value in the badge column: the badge, or 0 to leave its rows out.
    badges: Mapping[str, int] = field(default_factory=dict)


@transaction.atomic
def save(
    badge_class: BadgeClass,
    *,
    read: ReadUpload,
    name: str,
    by: User,
    now: datetime | None = None,
) -> ListUpload:
    """Save an upload, and its lists if nothing is in doubt."""
    agency = badge_class.issuer.agency
    columns = understand(
        read.layout, remembered=_remembered(agency), hidden=read.table.hidden_columns
    )
    badges = _named_badges(columns, badge_class, by=by)
    has_questions = read.is_in_doubt or any(column.asked for column in columns)
    now = now or timezone.now()
    upload = ListUpload.objects.create(
        agency=agency,
        badge_class=badge_class,
        name=name[:200],
        content=zlib.compress(read.content),
        is_pasted=read.is_pasted,
        choice=asdict(read.choice),
        reading=read.as_json(),
        columns=[column.as_json() for column in columns],
        badges=badges,
        has_questions=has_questions,
        kept_until=_end_of_waiting(now) if has_questions else None,
        made_by=by,
        made_at=now,
    )
    record("list uploaded", upload, by=by, agency=agency, at=now)
    if not upload.has_questions:
        _make_lists(upload, read, by=by, now=now)
    return upload


@transaction.atomic
def read_again(
    upload: ListUpload,
    *,
    read: ReadUpload,
    said: Mapping[str, str],
    revision: int,
    by: User,
    now: datetime | None = None,
) -> None:
    """Read another sheet, encoding, or the hidden rows. Every question is asked again.

    A column keeps what a person `said` about its heading, if it is there and its values fit.
    """
    _lock_to_change(upload, revision)
    columns = understand(
        read.layout,
        remembered=_remembered(upload.agency) | dict(said),
        hidden=read.table.hidden_columns,
    )
    _delete_lists(upload)
    upload.choice, upload.reading = asdict(read.choice), read.as_json()
    upload.columns = [column.as_json() for column in columns]
    upload.badges = _named_badges(columns, upload.badge_class, by=by) | upload.badges
    upload.has_questions, upload.kept_until = True, _end_of_waiting(now or timezone.now())
    _save(upload)
    record("list read again", upload, by=by, agency=upload.agency, at=now)


@transaction.atomic
def assign(
    upload: ListUpload,
    *,
    answers: Answers,
    read: ReadUpload,
    revision: int,
    by: User,
    now: datetime | None = None,
) -> list[AwardList]:
    """Make the lists by a person's answers, in place of those made before.

    Raises ChangedMeanwhile and NobodyLeft, and then changes nothing.
    """
    _lock_to_change(upload, revision)
    _remember(upload, answers.fields, by=by, now=now)
    for index, (column, said) in enumerate(zip(upload.columns, answers.fields, strict=True)):
        chosen = answers.chosen.get(index)
        column |= {
            "field": said,
            "asked": "",
            "chosen": None if chosen is None else [*chosen],
            "at_least": answers.at_least.get(index),
            "day_order": answers.orders.get(index, ""),
        }
    upload.badges = dict(answers.badges)
    upload.has_questions, upload.kept_until = False, None
    _delete_lists(upload)
    _save(upload)
    record("list columns assigned", upload, by=by, agency=upload.agency, at=now)
    return _make_lists(upload, read, by=by, now=now)


@transaction.atomic
def discard(upload: ListUpload, *, by: User, now: datetime | None = None) -> None:
    """Delete an upload of which nothing was awarded, with the addresses in it.

    Raises TransitionNotAllowed after one of its lists was started, and ListUpload.DoesNotExist if
    it is deleted already.
    """
    upload = lock_one(ListUpload.objects.all(), upload.pk)
    if upload.award_lists.exclude(status__in=NOT_STARTED).exists():
        raise TransitionNotAllowed("started -> discarded")
    record("list upload discarded", upload, by=by, agency=upload.agency, at=now)
    _delete_lists(upload)
    upload.delete()


def discard_those_that_name(addresses: Collection[str], *, now: datetime) -> None:
    """Delete uploads with these people of which nothing was awarded, in the caller's transaction.

    A line can't be taken out of a file, so its coordinator uploads it again without the person.
    """
    for upload in lock_all(ListUpload.objects.exclude(content=None)):
        started = upload.award_lists.exclude(status__in=NOT_STARTED).exists()
        if not started and names_somebody(upload, addresses):
            record("list upload discarded", upload, by=None, agency=upload.agency, at=now)
            _delete_lists(upload)
            upload.delete()


def _lock_to_change(upload: ListUpload, revision: int) -> None:
    try:
        upload.refresh_from_db(from_queryset=ListUpload.objects.select_for_update(no_key=True))
    except ListUpload.DoesNotExist:
        raise DeletedMeanwhile from None
    started = upload.award_lists.exclude(status__in=NOT_STARTED).exists()
    if upload.revision != revision or upload.content is None or started:
        raise ChangedMeanwhile


def _save(upload: ListUpload) -> None:
    upload.revision += 1
    changed = ["choice", "reading", "columns", "badges", "has_questions", "kept_until", "revision"]
    upload.save(update_fields=changed)


def _end_of_waiting(now: datetime) -> datetime:
    """Until when an upload waits for answers."""
    return now + timedelta(days=settings.UNANSWERED_LISTS_KEPT_DAYS)


def _delete_lists(upload: ListUpload) -> None:
    """Lists that awarded nothing; a worker that checks one of them is waited for."""
    found = list(upload.award_lists.select_for_update(no_key=True).order_by("pk"))
    AwardListRow.objects.filter(award_list__in=found)._raw_delete("default")
    upload.award_lists.all().delete()


def _remembered(agency: Agency) -> dict[str, str]:
    known = RememberedColumn.objects.filter(agency=agency)
    return dict(known.values_list("heading", "field"))


def _remember(upload: ListUpload, fields: Sequence[str], *, by: User, now: datetime | None) -> None:
    """What a person changed or was asked about, for the next list of the agency."""
    new = {
        headings.remembered_as(column["heading"]): said
        for column, said in zip(upload.columns, fields, strict=True)
        if said != column["field"] or (column["asked"] and column["asked"] != Asked.NO_DAY)
    }
    RememberedColumn.objects.bulk_create(
        [
            RememberedColumn(
                agency=upload.agency,
                heading=heading,
                field=said,
                made_by=by,
                made_at=now or timezone.now(),
            )
            for heading, said in sorted(new.items())
            if heading
        ],
        update_conflicts=True,
        unique_fields=["agency", "heading"],
        update_fields=["field", "made_by", "made_at"],
    )


def _named_badges(columns: Sequence[Column], default: BadgeClass, *, by: User) -> dict[str, int]:
    """The badge of each value that names one. If all name the chosen badge, nothing is asked."""
    column = next((column for column in columns if column.field == ColumnField.BADGE), None)
    if column is None:
        return {}
    all_keys = [key for _value, key, _count in column.pieces or column.values]
    keys = [key for key in all_keys if key]
    found = badges_named(keys, by=by)
    if {found.get(key, 0) for key in all_keys} == {default.pk}:
        column.asked = ""
        return found
    chosen = _badges_chosen_before(default.issuer.agency, by=by)
    return {key: chosen[key] for key in keys if key in chosen} | found


def _badges_chosen_before(agency: Agency, *, by: User) -> dict[str, int]:
    """What a person chose for a value in one of the last lists, if it can still be awarded."""
    earlier = ListUpload.objects.filter(agency=agency, has_questions=False).exclude(badges={})
    offered = set(BadgeClass.objects.managed_by(by).published().values_list("pk", flat=True))
    chosen: dict[str, int] = {}
    for badges in reversed(earlier.values_list("badges", flat=True)[:REMEMBERED_LISTS]):
        chosen |= {key: badge for key, badge in badges.items() if badge in offered}
    return chosen


def _make_lists(
    upload: ListUpload, read: ReadUpload, *, by: User, now: datetime | None
) -> list[AwardList]:
    """One list for each badge that a row names. Rows left out are noted in the first list."""
    reader = reader_for(read.layout, upload.columns, agency=upload.agency)
    has_badges = upload.column_of(ColumnField.BADGE) is not None
    offered = {
        badge.pk: badge
        for badge in BadgeClass.objects.managed_by(by).published().select_related("issuer__agency")
        if badge.pk == upload.badge_class_id or badge.pk in upload.badges.values()
    }
    made: dict[int, AwardList] = {}
    waiting: dict[int, list[AwardListRow]] = {}
    left_out = []
    for assigned in reader.assigned_rows():
        named = {upload.badge_class_id}
        if has_badges:
            named = {upload.badges.get(key, 0) for key in assigned.badges} & offered.keys()
        for badge in sorted(named):
            if badge not in made:
                of = offered.get(badge, upload.badge_class)
                made[badge] = _new_list(upload, of, by=by, now=now)
            waiting.setdefault(badge, []).append(lists.unsaved_row(assigned.parsed))
            if len(waiting[badge]) == lists.ROWS_PER_INSERT:
                lists.add_rows(made[badge], waiting.pop(badge))
        if not named:
            row = lists.unsaved_row(assigned.parsed)
            row.problem = RowProblem.NOT_CHOSEN
            left_out.append(row)
    if not made:
        raise NobodyLeft
    for badge, rows in waiting.items():
        lists.add_rows(made[badge], rows)
    lists.add_rows(next(iter(made.values())), left_out)
    for award_list in made.values():
        lists.finish_saving(award_list, reader=reader, by=by, now=now)
    enqueue_on_commit("awarding.tasks.carry_on_award_lists")
    return list(made.values())


def _new_list(
    upload: ListUpload, badge_class: BadgeClass, *, by: User, now: datetime | None
) -> AwardList:
    return AwardList.objects.create(
        badge_class=badge_class,
        upload=upload,
        name=upload.name,
        made_by=by,
        made_at=now or timezone.now(),
    )
