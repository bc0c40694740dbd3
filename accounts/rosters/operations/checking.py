"""What each record of a file would do, worked out by a worker.

The check compares every record with all the others, so it is one piece of work: its rows are saved
batch by batch, which the page shows, and a check that was killed begins again. Each
worker that begins counts `checks` up; an earlier one that is still alive sees that and stops.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from accounts.models import RosterFile, RosterImport, RosterRow
from accounts.rosters.keeping import KEPT
from accounts.rosters.planning import Planner
from postgres.bulk_insert import create_all

Status = RosterImport.Status
BATCH = 1000
# No batch takes this long, so a check that has saved nothing for longer has been killed.
LEASE = timedelta(minutes=2)
MOST_CHECKS = 5


def pack(records: Iterable[dict[str, Any]]) -> bytes:
    return zlib.compress(b"\n".join(json.dumps(record).encode() for record in records), 1)


def unpack(packed: bytes) -> list[dict[str, Any]]:
    """The records, without the zero characters that PostgreSQL has no place for."""
    return [
        {name: text.replace("\0", "") if text else text for name, text in json.loads(line).items()}
        for line in zlib.decompress(packed).splitlines()
    ]


def check(roster: RosterImport, *, now: datetime) -> None:
    """Save what its records would do. Nothing happens if it is not due."""
    taken = _begin(roster, now=now)
    if taken is None:
        return
    rows = iter(Planner(taken, unpack(bytes(taken.file.packed))).rows())
    while batch := list(islice(rows, BATCH)):
        if not _keep(taken, batch, now=now):
            return
    _finish(taken, now=now)


@transaction.atomic
def _begin(roster: RosterImport, *, now: datetime) -> RosterImport | None:
    free = RosterImport.objects.select_for_update(no_key=True, skip_locked=True, of=["self"])
    due = free.filter(pk=roster.pk, status=Status.CHECKING, due_at__lte=now)
    taken = due.select_related("agency", "made_by").first()
    if taken is None:
        return None
    RosterRow.objects.filter(roster=taken)._raw_delete("default")
    if taken.checks >= MOST_CHECKS:
        _end(taken, Status.FAILED, now=now)
        return None
    taken.checks += 1
    taken.due_at = now + LEASE
    taken.save(update_fields=["checks", "due_at"])
    return taken


@transaction.atomic
def _keep(taken: RosterImport, rows: list[RosterRow], *, now: datetime) -> bool:
    """False if another worker has begun again in the meantime."""
    fresh = _locked(taken)
    if fresh is None:
        return False
    create_all(rows)
    fresh.due_at = now + LEASE
    fresh.save(update_fields=["due_at"])
    return True


@transaction.atomic
def _finish(taken: RosterImport, *, now: datetime) -> None:
    if fresh := _locked(taken):
        _end(fresh, Status.CHECKED, now=now)


def _locked(taken: RosterImport) -> RosterImport | None:
    mine = RosterImport.objects.filter(
        pk=taken.pk, status=Status.CHECKING, checks=taken.checks
    )  # fmt: skip
    return mine.select_for_update(no_key=True).first()


def _end(roster: RosterImport, status: str, *, now: datetime) -> None:
    RosterFile.objects.filter(roster=roster).delete()
    roster.status, roster.due_at, roster.clear_at = status, None, now + KEPT
    roster.save(update_fields=["status", "due_at", "clear_at"])
