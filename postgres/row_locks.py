"""Locks rows, and reads them with what they point to after the wait.

A statement that locks reads joined rows before it waits. When it goes on, PostgreSQL has the new
values of the locked row and the old ones of the others: a badge that was published meanwhile came
without its version, and a drawing without its rules.
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def lock_one(rows: QuerySet[Row], pk: object) -> Row:
    """Lock the row with this key, then read it. Raises DoesNotExist if there is none."""
    list(_locked(rows.filter(pk=pk)))
    return rows.get(pk=pk)


def lock_all(rows: QuerySet[Row]) -> list[Row]:
    """Lock these rows in the order of their keys, then read those that still belong to them."""
    keys = list(_locked(rows))
    return list(rows.filter(pk__in=keys).order_by("pk"))


def _locked(rows: QuerySet[Row]) -> QuerySet:
    alone = rows.select_related(None).order_by("pk").select_for_update(no_key=True, of=["self"])
    return alone.values_list("pk", flat=True)
