"""Queries for the most requested URLs: built once, and planned once for each connection.

Building a query takes the ORM several times as long as PostgreSQL takes to run it, and planning a
join takes PostgreSQL longer than running it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, Literal
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

# Stands for the key in a query that is built once, by PostgreSQL's type of the key.
_ANY_KEY = {"uuid": UUID(int=0), "bigint": -(2**63)}
# The server is gone or restarts, or this connection knows nothing of the statement, or a table was
# changed since (PostgreSQL's Appendix A). One new connection helps.
_NEEDS_NEW_CONNECTION = re.compile(r"08|57P|26000|0A000")
# The names of the statements that each connection of the driver has prepared.
_prepared: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()


class PrebuiltQuery:
    """A `values_list` query that selects by public id, or by another key of type `key_type`.

    `build` takes the key and is called once, for the first row. Values come straight from the
    database driver: JSON is text.
    """

    def __init__(
        self, build: Callable[[Any], QuerySet], key_type: Literal["uuid", "bigint"] = "uuid"
    ) -> None:
        self._build, self._key_type = build, key_type
        self._any_key = _ANY_KEY[key_type]

    def row(self, key: UUID | int) -> tuple | None:
        """The first row, or None."""
        rows = self.rows(key)
        return rows[0] if rows else None

    def rows(self, key: UUID | int | None = None) -> list[tuple]:
        """All rows. Outside a transaction, it survives a lost connection.

        Without `key`, for a query that does not use it.
        """
        # Looking for the thread's connection each time takes longer than what is done with it.
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.in_atomic_block:
            return self._rows(connection, key)
        # The query itself shows whether the connection is still there: no other has to ask.
        connection.health_check_done = True
        try:
            return self._rows(connection, key)
        except Error as error:
            code = getattr(error.__cause__, "pgcode", None)
            if code is not None and not _NEEDS_NEW_CONNECTION.match(code):
                raise
            connection.close()
            return self._rows(connection, key)

    def _rows(self, connection: BaseDatabaseWrapper, key: UUID | int | None) -> list[tuple]:
        with connection.cursor() as cursor:
            if not settings.PREPARED_STATEMENTS:
                sql, parameters = self._sql
                cursor.execute(sql, [key if p == self._any_key else p for p in parameters])
                return cursor.fetchall()
            prepared = _prepared.setdefault(connection.connection, set())
            if self._name not in prepared:
                cursor.execute(self._prepare(cursor))
                prepared.add(self._name)
            cursor.execute(f"EXECUTE {self._name} (%s)", [key])
            return cursor.fetchall()

    @cached_property
    def _sql(self) -> tuple[str, tuple]:
        return self._build(self._any_key).query.sql_with_params()

    @cached_property
    def _name(self) -> str:
        # The same statement has the same name, in whatever order a process meets them.
        return "prebuilt_" + hashlib.sha256(repr(self._sql).encode()).hexdigest()[:16]

    def _prepare(self, cursor) -> str:
        """All parameters but the key are constants of the query."""
        sql, parameters = self._sql
        values = [
            "$1" if p == self._any_key else cursor.mogrify("%s", [p]).decode() for p in parameters
        ]
        return f"PREPARE {self._name} ({self._key_type}) AS {sql % tuple(values)}"
