"""Inserts many rows with PostgreSQL's COPY.

`bulk_create` spends most of its time building the statement. COPY takes a tenth of that time from a
few dozen rows on. Primary keys are not read back.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import attrgetter

from django.db import IntegrityError, connection, models, transaction
from psycopg2 import sql

COPY_THRESHOLD = 20
_TO_ESCAPE = re.compile(r"[\\\n\r\t]")
_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def create_all(objects: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Insert new objects of one model, in the caller's transaction.

    Their primary keys are not set. `ignore_conflicts` works as in `bulk_create`.
    """
    if not objects:
        return
    model = type(objects[0])
    if len(objects) < COPY_THRESHOLD:
        model._default_manager.bulk_create(objects, ignore_conflicts=ignore_conflicts)
        return
    values_of = attrgetter(*(field.attname for field in _insertable_fields(model)))
    _copy(
        model, _insertable_fields(model), map(values_of, objects), ignore_conflicts=ignore_conflicts
    )


def insert_rows(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    ignore_conflicts: bool = False,
) -> None:
    """As `create_all`, for rows of plain values, one for each named field (`attname`).

    All other fields get their defaults. Creating model objects would take as long as inserting.
    """
    rows = list(rows)
    if len(rows) < COPY_THRESHOLD:
        objects = [model(**dict(zip(names, row, strict=True))) for row in rows]
        create_all(objects, ignore_conflicts=ignore_conflicts)
        return
    fields = {field.attname: field for field in _insertable_fields(model)}
    named = [fields.pop(name) for name in names]
    defaults = [_default_factory(field) for field in fields.values()]
    complete_rows = ((*row, *(default() for default in defaults)) for row in rows)
    _copy(model, [*named, *fields.values()], complete_rows, ignore_conflicts=ignore_conflicts)


def _insertable_fields(model: type[models.Model]) -> list[models.Field]:
    """All that a caller gives: neither what a sequence counts nor what PostgreSQL computes."""
    return [
        field
        for field in model._meta.concrete_fields
        if not field.generated and not isinstance(field, models.AutoField)
    ]


def _default_factory(field: models.Field) -> Callable[[], object]:
    """A callable that returns the default for each row."""
    if callable(field.default):
        return field.get_default
    value = field.get_default()
    return lambda: value


def _copy(
    model: type[models.Model],
    fields: Sequence[models.Field],
    rows: Iterable[Sequence[object]],
    *,
    ignore_conflicts: bool,
) -> None:
    stream = io.StringIO()
    for row in rows:
        stream.write("\t".join([_copy_text(value) for value in row]))
        stream.write("\n")
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    table = sql.Identifier(model._meta.db_table)
    with connection.cursor() as cursor:
        if not ignore_conflicts:
            _copy_in(cursor, table, columns, stream)
            return
        try:
            # Usually there is no conflict.
            with transaction.atomic():
                _copy_in(cursor, table, columns, stream)
        except IntegrityError:
            # A savepoint, so that any other error also rolls back the staging table.
            with transaction.atomic():
                _copy_unless_there(cursor, table, columns, stream)


def _copy_unless_there(
    cursor, table: sql.Composable, columns: sql.Composable, stream: io.StringIO
) -> None:
    """COPY cannot skip conflicts, so the rows go through a temporary staging table."""
    staging = sql.Identifier("new_rows")
    _execute(
        cursor, "CREATE TEMPORARY TABLE {} AS SELECT {} FROM {} LIMIT 0", staging, columns, table
    )
    _copy_in(cursor, staging, columns, stream)
    _execute(
        cursor,
        "INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT DO NOTHING",
        table, columns, columns, staging,
    )  # fmt: skip
    _execute(cursor, "DROP TABLE {}", staging)


def _copy_in(cursor, table: sql.Composable, columns: sql.Composable, stream: io.StringIO) -> None:
    stream.seek(0)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)
    with connection.wrap_database_errors:
        cursor.copy_expert(statement.as_string(cursor.cursor), stream)


def _execute(cursor, statement: str, *parts: sql.Composable) -> None:
    cursor.execute(sql.SQL(statement).format(*parts).as_string(cursor.cursor))


def _copy_text(value: object) -> str:
    """A value in COPY's text format."""
    if isinstance(value, str):
        return value.translate(_ESCAPED) if _TO_ESCAPE.search(value) else value
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):  # of numbers, for an array
        return "{" + ",".join(map(str, value)) + "}"
    if isinstance(value, dict | list):
        return _copy_text(json.dumps(value))
    return str(value)
