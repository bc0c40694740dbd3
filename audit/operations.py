from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone

from audit.models import AuditEntry
from postgres.bulk_insert import insert_rows


def record(
    act: str,
    subject: models.Model,
    *,
    by: AbstractBaseUser | None,
    agency: models.Model | None = None,
    note: str = "",
    at: datetime | None = None,
) -> AuditEntry:
    """Record in the audit log who did what. Call it inside the transaction of the action.

    The entry stores the label and key of `subject`, so it stays readable when the subject is
    renamed.
    """
    entry = _entry(act, subject, by=by, agency=agency, note=note, at=at or timezone.now())
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


class _Entry(NamedTuple):
    act: str
    subject: str
    subject_key: str
    actor_id: int | None
    agency_id: int | None
    note: str
    at: datetime


def _entry(
    act: str,
    subject: models.Model,
    *,
    by: AbstractBaseUser | None,
    agency: models.Model | None,
    note: str,
    at: datetime,
) -> _Entry:
    return _Entry(
        act=act,
        subject=str(subject)[:200],
        subject_key=f"{subject._meta.label_lower}:{subject.pk}",
        actor_id=by.pk if by else None,
        agency_id=agency.pk if agency else None,
        note=note,
        at=at,
    )
