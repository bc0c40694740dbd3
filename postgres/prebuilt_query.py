"""Queries whose SQL is built once, for the most requested URLs.

Building a query takes the ORM several times as long as PostgreSQL takes to run it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

_ANY_ID = UUID(int=0)


class PrebuiltQuery:
    """A `values_list` query that selects one row by public id.

    `build` takes the id and is called once, for the first row. Values come straight from the
    database driver: JSON is text.
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
