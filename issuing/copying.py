"""Many new rows at once, by PostgreSQL's COPY: no statement per row, and nothing read back."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, models
from psycopg2 import sql

_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def copy(model: type[models.Model], rows: Iterable[dict]) -> int:
    """Write rows of field values, in the caller's transaction; how many there were.

    Every row names the same fields, and all that the table needs: nothing is filled in. A row that
    breaks a constraint refuses the whole batch, as it does in `bulk_create`.
    """
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return 0
    names = list(first)
    stream, count = io.StringIO(), 0
    for row in _all(first, rows):
        stream.write("\t".join([_text(row[name]) for name in names]))
        stream.write("\n")
        count += 1
    stream.seek(0)
    columns = {field.attname: field.column for field in model._meta.concrete_fields}
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(columns[name]) for name in names),
    )
    with connection.cursor() as cursor:
        cursor.copy_expert(statement.as_string(cursor.cursor), stream)
    return count


def _all(first: dict, rest: Iterable[dict]) -> Iterable[dict]:
    yield first
    yield from rest


def _text(value: object) -> str:
    """A value in COPY's text format."""
    if value is None:
        return r"\N"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dict | list):
        value = json.dumps(value)
    return str(value).translate(_ESCAPED)
