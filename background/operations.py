"""A worker takes rows that are due: one that raises an error delays no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

log = logging.getLogger(__name__)
Row = TypeVar("Row")
Due = TypeVar("Due", bound=Model)
BATCH = 100


def succeeds(act: Callable[[], object], *, what: str) -> bool:
    """Do it, in a savepoint. If it raises, the error is logged and nothing of it stays.

    The caller puts off what failed, or leaves it out for now, so that the next one has its turn.
    """
    try:
        with transaction.atomic():
            act()
    except Exception:
        log.exception("Could not %s", what)
        return False
    return True


def work_on(rows: Sequence[Row], act: Callable[[list[Row]], object], *, what: str) -> list[Row]:
    """Do it for all rows together; if that raises, for each alone. Returns those that failed."""
    if len(rows) > 1 and succeeds(partial(act, [*rows]), what=f"{what}, {len(rows)} together"):
        return []
    return [row for row in rows if not succeeds(partial(act, [row]), what=f"{what}: {row}")]


def one_by_one(
    due: QuerySet[Due],
    act: Callable[[Due], object],
    *,
    what: str,
    skip: Collection[int] = (),
) -> tuple[int, list[int]]:
    """Do it for the first of the due rows, each in a transaction of its own.

    Returns how many were due, and the keys of those that were left: they failed, or `act` returned
    False because somebody else was faster. Given as `skip`, they keep no other waiting.
    """
    rows = list(due.exclude(pk__in=skip)[:BATCH])
    return len(rows), [row.pk for row in rows if not _is_done(row, act, what=what)]


def _is_done(row: Due, act: Callable[[Due], object], *, what: str) -> bool:
    outcomes: list[object] = []
    done = succeeds(lambda: outcomes.append(act(row)), what=f"{what}: {row.pk}")
    return done and outcomes != [False]


class Step(Protocol):
    def __call__(self, *, now: datetime, skip: Collection[int]) -> tuple[int, list[int]]: ...


def go_on(step: Step, *, now: datetime) -> None:
    """Take this step until nothing is due but what was left. The next run tries that again.

    A step returns how many rows it took, and the keys of those that it left.
    """
    left: list[int] = []
    while True:
        done, newly_left = step(now=now, skip=left)
        left += newly_left
        if not done and not newly_left:
            return
