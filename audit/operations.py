from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils import timezone

from audit.models import AuditEntry, UnwantedFile
from background.enqueue import enqueue_on_commit
from background.operations import succeeds
from postgres.bulk_insert import insert_rows

RETRY_DELAY = timedelta(minutes=10)
ORPHAN_DELAY = timedelta(hours=1)
BATCH = 100


def record(
    act: str,
    subject: models.Model,
    *,
    by: AbstractBaseUser | None,
    agency: models.Model | None = None,
    note: str = "",
    at: datetime | None = None,
    concerns: Iterable[int | None] = (),
) -> AuditEntry:
    """Record in the activity log who did what. Call it inside the transaction of the action.

    The entry stores the label and key of `subject`, so it stays readable when the subject is
    renamed. A search finds it by the people to whom it was done: the `concerned_ids` of the
    subject, if it has them, and the keys in `concerns`.
    """
    now = at or timezone.now()
    entry = _entry(act, subject, by=by, agency=agency, note=note, at=now, concerns=concerns)
    return AuditEntry.objects.create(**entry._asdict())


def record_all(
    acts: Iterable[tuple[str, models.Model, models.Model | None]],
    *,
    by: AbstractBaseUser | None,
    at: datetime,
    note: str = "",
) -> None:
    """Record many actions at once, each as `record` does. `acts` are (act, subject, agency)."""
    insert_rows(
        AuditEntry,
        _Entry._fields,
        [_entry(act, about, by=by, agency=agency, note=note, at=at) for act, about, agency in acts],
    )


def delete_files_later(field: models.Field, names: Iterable[str], *, due_at: datetime) -> None:
    """Delete these stored files of a field, unless a record refers to them by then.

    Call it inside the transaction that removes the records.
    """
    unwanted = [UnwantedFile(field=str(field), name=name, due_at=due_at) for name in names]
    if unwanted:
        UnwantedFile.objects.bulk_create(unwanted)
        enqueue_on_commit("audit.tasks.forget_files")


@contextmanager
def storing_file(field: models.Field, name: str) -> Iterator[UnwantedFile]:
    """A transaction in which a file is stored under this name, before its row is committed.

    Delete what is yielded once a row refers to the file. If that is never committed, the file is
    deleted after the delay.
    """
    unwanted = UnwantedFile.objects.create(
        field=str(field), name=name, due_at=timezone.now() + ORPHAN_DELAY
    )
    with transaction.atomic():
        # While it is locked, nobody deletes the file, even if a clock leaps over the delay.
        UnwantedFile.objects.select_for_update(no_key=True).get(pk=unwanted.pk)
        yield unwanted


@transaction.atomic
def delete_unwanted_files(*, now: datetime) -> None:
    """Delete stored files that no record refers to. Failed deletions are retried later."""
    due = UnwantedFile.objects.due(now=now).select_for_update(no_key=True, skip_locked=True)
    for unwanted in due[:BATCH]:
        if not succeeds(partial(_forget, unwanted), what=f"delete the stored file {unwanted}"):
            unwanted.due_at = now + RETRY_DELAY
            unwanted.save(update_fields=["due_at"])


def _forget(unwanted: UnwantedFile) -> None:
    if not unwanted.is_in_use:
        unwanted.storage.delete(unwanted.name)
    unwanted.delete()


class _Entry(NamedTuple):
    act: str
    subject: str
    subject_key: str
    actor_id: int | None
    agency_id: int | None
    note: str
    at: datetime
    # A tuple, which COPY writes as an array.
    people: tuple[int, ...]


def _entry(
    act: str,
    subject: models.Model,
    *,
    by: AbstractBaseUser | None,
    agency: models.Model | None,
    note: str,
    at: datetime,
    concerns: Iterable[int | None] = (),
) -> _Entry:
    return _Entry(
        act=act,
        subject=str(subject)[:200],
        subject_key=f"{subject._meta.label_lower}:{subject.pk}",
        actor_id=by.pk if by else None,
        agency_id=agency.pk if agency else None,
        note=note,
        at=at,
        people=tuple(sorted({*getattr(subject, "concerned_ids", ()), *concerns} - {None})),
    )
