"""Queries for addresses that are read most of all, built once.

To build one takes the ORM several times as long as PostgreSQL takes to answer it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

_ANY_ID = UUID(int=0)


class Prebuilt:
    """A query of `values_list` for the row of one public id.

    `build` is given the id and is called once, when the first row is asked for. Values come as
    the database gives them: JSON as text.
    """

    def __init__(self, build: Callable[[UUID], QuerySet]) -> None:
        self._build = build

    def row(self, public_id: UUID) -> tuple | None:
        sql, parameters = self._statement
        with connection.cursor() as cursor:
            cursor.execute(sql, [public_id if p == _ANY_ID else p for p in parameters])
            return cursor.fetchone()

    @cached_property
    def _statement(self) -> tuple[str, tuple]:
        return self._build(_ANY_ID).query.sql_with_params()
