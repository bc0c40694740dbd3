"""A worker takes rows that are due: one that raises an error delays no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from django.db import transaction

log = logging.getLogger(__name__)
Row = TypeVar("Row")


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
