"""Files with test results: saved, assigned by a person, and made into an import.

A file has an import exactly while none of its questions is open. What its columns mean can be
changed until a badge of its results is awarded; its results are then read again.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Agency, User
from audit.moves import TransitionNotAllowed
from audit.operations import record
from awarding.lists import headings
from awarding.lists.reading import names_somebody
from awarding.lists.seen_columns import DayOrder
from awarding.models import RememberedScoreColumn, ScoreField, ScoreImport, ScoreUpload
from awarding.score_files.layout import ReadScores, read
from awarding.scores import operations as scores
from awarding.scores.columns import ScoreReader
from background.operations import one_by_one
from postgres.row_locks import lock_all, lock_one
from spreadsheets.file_formats import Choice


class ChangedMeanwhile(Exception):
    """Somebody else said what the columns mean, or started awarding, in the meantime."""


@transaction.atomic
def save(
    agency: Agency, *, read: ReadScores, name: str, by: User, now: datetime | None = None
) -> ScoreUpload:
    """Save a file, and its results if nothing is in doubt."""
    now = now or timezone.now()
    upload = ScoreUpload.objects.create(
        agency=agency,
        name=name[:200],
        content=zlib.compress(read.content),
        is_pasted=read.is_pasted,
        choice=asdict(read.choice),
        kept_until=now + timedelta(days=settings.UNANSWERED_LISTS_KEPT_DAYS),
        made_by=by,
        made_at=now,
    )
    if read.has_questions:
        record("list uploaded", upload, by=by, agency=agency, at=now)
    else:
        upload.fields = [str(column.field) for column in read.columns]
        _import(upload, read, by=by, now=now)
    return upload


def read_kept(upload: ScoreUpload, *, choice: Choice | None = None) -> ReadScores:
    """What is in the file, read again. Raises Unreadable."""
    content = zlib.decompress(bytes(upload.content))
    known = RememberedScoreColumn.objects.filter(agency=upload.agency)
    found = read(
        content,
        is_pasted=upload.is_pasted,
        choice=choice or Choice(**upload.choice),
        remembered=dict(known.values_list("heading", "field")),
    )
    if not choice and len(upload.fields) == len(found.columns):
        for column, said in zip(found.columns, upload.fields, strict=True):
            column.field, column.is_unfit, column.by_values = said, False, False
    return found


@transaction.atomic
def read_again(
    upload: ScoreUpload, *, choice: Choice, revision: int, by: User, now: datetime | None = None
) -> None:
    """Read another sheet, encoding, or the hidden rows. Every question is asked again."""
    _lock_to_change(upload, revision, by=by, now=now)
    upload.choice, upload.fields = asdict(choice), []
    upload.save(update_fields=["choice", "fields", "score_import", "revision"])
    record("list read again", upload, by=by, agency=upload.agency, at=now)


@transaction.atomic
def assign(
    upload: ScoreUpload,
    *,
    fields: Sequence[str],
    day_order: str = "",
    read: ReadScores,
    revision: int,
    by: User,
    now: datetime | None = None,
) -> ScoreImport:
    """Read the results by a person's answers, in place of those read before.

    Raises ChangedMeanwhile, also if badges of the results are awarded.
    """
    _lock_to_change(upload, revision, by=by, now=now)
    _remember(upload, read, fields, by=by, now=now)
    upload.fields, upload.day_order = [*fields], day_order
    upload.save(update_fields=["fields", "day_order", "score_import", "revision"])
    record("list columns assigned", upload, by=by, agency=upload.agency, at=now)
    return _import(upload, read, by=by, now=now)


@transaction.atomic
def discard(upload: ScoreUpload, *, by: User, now: datetime | None = None) -> None:
    """Delete a file that has no results yet. Raises ChangedMeanwhile."""
    upload = lock_one(ScoreUpload.objects.all(), upload.pk)
    if upload.score_import_id:
        raise ChangedMeanwhile
    record("list upload discarded", upload, by=by, agency=upload.agency, at=now)
    upload.delete()


def forget(*, now: datetime, skip: Collection[int] = ()) -> tuple[int, list[int]]:
    """Delete files whose time is over, as `one_by_one` does; their results stay."""
    due = ScoreUpload.objects.over(now).only("pk").order_by("kept_until", "pk")
    return one_by_one(due, partial(_forget, now=now), what="forget a file of scores", skip=skip)


@transaction.atomic
def _forget(upload: ScoreUpload, *, now: datetime) -> bool:
    due = ScoreUpload.objects.over(now).defer("content")
    locked = due.select_for_update(no_key=True, skip_locked=True, of=["self"])
    found = locked.select_related("agency").filter(pk=upload.pk).first()
    if found is None:
        return False
    if not found.score_import_id:
        record("list upload forgotten", found, by=None, agency=found.agency, at=now)
    found.delete()
    return True


def discard_those_that_name(addresses: Collection[str], *, now: datetime) -> None:
    """Delete files with these people, in the caller's transaction. Their results stay."""
    for upload in lock_all(ScoreUpload.objects.all()):
        if names_somebody(upload, addresses):
            record("list upload discarded", upload, by=None, agency=upload.agency, at=now)
            upload.delete()


def _lock_to_change(upload: ScoreUpload, revision: int, *, by: User, now: datetime | None) -> None:
    """Lock the file, and delete the results that were read from it."""
    try:
        upload.refresh_from_db(from_queryset=ScoreUpload.objects.select_for_update(no_key=True))
    except ScoreUpload.DoesNotExist:
        raise ChangedMeanwhile from None
    if upload.revision != revision:
        raise ChangedMeanwhile
    upload.revision += 1
    if read_before := upload.score_import:
        ScoreUpload.objects.filter(pk=upload.pk).update(score_import=None)
        upload.score_import = None
        try:
            scores.discard(read_before, by=by, now=now)
        except TransitionNotAllowed:
            raise ChangedMeanwhile from None


def _import(
    upload: ScoreUpload, read: ReadScores, *, by: User, now: datetime | None
) -> ScoreImport:
    reader = ScoreReader(
        iter(read.lines),
        assigned={
            field: index for index, field in enumerate(upload.fields) if field != ScoreField.IGNORED
        },
        headings_line=read.headings_line,
    )
    if upload.day_order:
        reader.order_known.add(ScoreField.DAY)
    if upload.day_order == DayOrder.DAY_FIRST:
        reader.day_first.add(ScoreField.DAY)
    upload.score_import = scores.save_import(
        upload.agency, reader=reader, name=upload.name, by=by, now=now
    )
    upload.save(update_fields=["score_import", "fields"])
    return upload.score_import


def _remember(
    upload: ScoreUpload, read: ReadScores, fields: Sequence[str], *, by: User, now: datetime | None
) -> None:
    """What a person changed, for the next results of the agency."""
    new = {
        headings.remembered_as(column.heading): said
        for column, said in zip(read.columns, fields, strict=True)
        if said != column.field or column.is_unfit or column.by_values
    }
    RememberedScoreColumn.objects.bulk_create(
        [
            RememberedScoreColumn(
                agency=upload.agency, heading=heading, field=said,
                made_by=by, made_at=now or timezone.now(),
            )
            for heading, said in sorted(new.items())
            if heading
        ],
        update_conflicts=True,
        unique_fields=["agency", "heading"],
        update_fields=["field", "made_by", "made_at"],
    )  # fmt: skip
