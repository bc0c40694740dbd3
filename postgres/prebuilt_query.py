"""Queries for the most requested URLs: built once, and planned once for each connection.

Building a query takes the ORM several times as long as PostgreSQL takes to run it, and planning a
join takes PostgreSQL longer than running it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cached_property
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

_ANY_ID = UUID(int=0)
# The server is gone or restarts, or this connection knows nothing of the statement, or a table was
# changed since (PostgreSQL's Appendix A). One new connection helps.
_NEEDS_NEW_CONNECTION = re.compile(r"08|57P|26000|0A000")
# The names of the statements that each connection of the driver has prepared.
_prepared: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()


class PrebuiltQuery:
    """A `values_list` query that selects by public id.

    `build` takes the id and is called once, for the first row. Values come straight from the
    database driver: JSON is text.
    """

    def __init__(self, build: Callable[[UUID], QuerySet]) -> None:
        self._build = build

    def row(self, public_id: UUID) -> tuple | None:
        """The first row, or None."""
        rows = self.rows(public_id)
        return rows[0] if rows else None

    def rows(self, public_id: UUID | None = None) -> list[tuple]:
        """All rows. Outside a transaction, it survives a lost connection.

        Without `public_id`, for a query that does not use it.
        """
        # Looking for the thread's connection each time takes longer than what is done with it.
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.in_atomic_block:
            return self._rows(connection, public_id)
        # The query itself shows whether the connection is still there: no other has to ask.
        connection.health_check_done = True
        try:
            return self._rows(connection, public_id)
        except Error as error:
            code = getattr(error.__cause__, "pgcode", None)
            if code is not None and not _NEEDS_NEW_CONNECTION.match(code):
                raise
            connection.close()
            return self._rows(connection, public_id)

    def _rows(self, connection: BaseDatabaseWrapper, public_id: UUID | None) -> list[tuple]:
        with connection.cursor() as cursor:
            if not settings.PREPARED_STATEMENTS:
                sql, parameters = self._sql
                cursor.execute(sql, [public_id if p == _ANY_ID else p for p in parameters])
                return cursor.fetchall()
            prepared = _prepared.setdefault(connection.connection, set())
            if self._name not in prepared:
                cursor.execute(self._prepare(cursor))
                prepared.add(self._name)
            cursor.execute(f"EXECUTE {self._name} (%s)", [public_id])
            return cursor.fetchall()

    @cached_property
    def _sql(self) -> tuple[str, tuple]:
        return self._build(_ANY_ID).query.sql_with_params()

    @cached_property
    def _name(self) -> str:
        # The same statement has the same name, in whatever order a process meets them.
        return "prebuilt_" + hashlib.sha256(repr(self._sql).encode()).hexdigest()[:16]

    def _prepare(self, cursor) -> str:
        """All parameters but the id are constants of the query."""
        sql, parameters = self._sql
        values = ["$1" if p == _ANY_ID else cursor.mogrify("%s", [p]).decode() for p in parameters]
        return f"PREPARE {self._name} (uuid) AS {sql % tuple(values)}"
