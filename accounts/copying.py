"""Many new rows at once, by PostgreSQL's COPY: no statement per row, and nothing read back.

`bulk_create` spends most of its time on the statement's text. COPY takes a tenth of that; it pays
from some dozens of rows on.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, models
from psycopg2 import sql

FEW = 20
_TO_ESCAPE = re.compile(r"[\\\n\r\t]")
_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def create_all(objects: Sequence[models.Model], *, unless_there: bool = False) -> None:
    """Write new objects of one model as they are, in the caller's transaction.

    They get no keys: who needs those asks for them. With `unless_there`, a row that a constraint
    refuses is left out, as in `bulk_create(ignore_conflicts=True)`.
    """
    if not objects:
        return
    model = type(objects[0])
    if len(objects) < FEW:
        model._default_manager.bulk_create(objects, ignore_conflicts=unless_there)
        return
    names = [
        field.attname
        for field in model._meta.concrete_fields
        if not isinstance(field, models.AutoField)
    ]
    copy(model, names, ([vars(one)[name] for name in names] for one in objects), unless_there)


def copy(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    unless_there: bool = False,
) -> None:
    """Write rows of values for the named fields (`attname`). Nothing else is filled in."""
    stream = io.StringIO()
    for row in rows:
        stream.write("\t".join([_text(value) for value in row]))
        stream.write("\n")
    stream.seek(0)
    fields = {field.attname: field.column for field in model._meta.concrete_fields}
    columns = sql.SQL(", ").join(sql.Identifier(fields[name]) for name in names)
    table = sql.Identifier(model._meta.db_table)
    with connection.cursor() as cursor:
        if not unless_there:
            _copy_in(cursor, table, columns, stream)
            return
        # COPY itself knows no "unless it is there", so the rows pass through a table of their own.
        beside = sql.Identifier(f"new_{model._meta.db_table}")
        _do(
            cursor, "CREATE TEMPORARY TABLE {} AS SELECT {} FROM {} LIMIT 0", beside, columns, table
        )
        _copy_in(cursor, beside, columns, stream)
        _do(
            cursor,
            "INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT DO NOTHING",
            table, columns, columns, beside,
        )  # fmt: skip
        _do(cursor, "DROP TABLE {}", beside)


def _copy_in(cursor, table: sql.Composable, columns: sql.Composable, stream: io.StringIO) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)
    cursor.copy_expert(statement.as_string(cursor.cursor), stream)


def _do(cursor, statement: str, *parts: sql.Composable) -> None:
    cursor.execute(sql.SQL(statement).format(*parts).as_string(cursor.cursor))


def _text(value: object) -> str:
    """A value in COPY's text format."""
    if isinstance(value, str):
        return value.translate(_ESCAPED) if _TO_ESCAPE.search(value) else value
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value).translate(_ESCAPED)
    return str(value)
