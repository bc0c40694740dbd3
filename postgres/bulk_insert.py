"""Many new rows at once, by PostgreSQL's COPY: no statement per row, and nothing read back.

`bulk_create` spends most of its time on the statement's text. COPY takes a tenth of that; it pays
from some dozens of rows on.
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
    values_of = attrgetter(*(field.attname for field in _written(model)))
    _copy(model, _written(model), map(values_of, objects), unless_there=unless_there)


def insert(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    unless_there: bool = False,
) -> None:
    """As `create_all`, of plain values: a row has one for each of the named fields (`attname`).

    Every other field has its default. An object for each row costs as much as to write it.
    """
    rows = list(rows)
    if len(rows) < FEW:
        objects = [model(**dict(zip(names, row, strict=True))) for row in rows]
        create_all(objects, unless_there=unless_there)
        return
    fields = {field.attname: field for field in _written(model)}
    named = [fields.pop(name) for name in names]
    defaults = [_default(field) for field in fields.values()]
    whole = ((*row, *(default() for default in defaults)) for row in rows)
    _copy(model, [*named, *fields.values()], whole, unless_there=unless_there)


def _written(model: type[models.Model]) -> list[models.Field]:
    return [
        field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)
    ]


def _default(field: models.Field) -> Callable[[], object]:
    """What gives a field its default, row by row."""
    if callable(field.default):
        return field.get_default
    value = field.get_default()
    return lambda: value


def _copy(
    model: type[models.Model],
    fields: Sequence[models.Field],
    rows: Iterable[Sequence[object]],
    *,
    unless_there: bool,
) -> None:
    stream = io.StringIO()
    for row in rows:
        stream.write("\t".join([_text(value) for value in row]))
        stream.write("\n")
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    table = sql.Identifier(model._meta.db_table)
    with connection.cursor() as cursor:
        if not unless_there:
            _copy_in(cursor, table, columns, stream)
            return
        try:
            # As a rule none of them is there.
            with transaction.atomic():
                _copy_in(cursor, table, columns, stream)
        except IntegrityError:
            # Together, so that the table beside goes also if something else is wrong.
            with transaction.atomic():
                _copy_unless_there(cursor, table, columns, stream)


def _copy_unless_there(
    cursor, table: sql.Composable, columns: sql.Composable, stream: io.StringIO
) -> None:
    """COPY itself knows no "unless it is there": the rows pass through a table of their own."""
    beside = sql.Identifier("new_rows")
    _do(cursor, "CREATE TEMPORARY TABLE {} AS SELECT {} FROM {} LIMIT 0", beside, columns, table)
    _copy_in(cursor, beside, columns, stream)
    _do(
        cursor,
        "INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT DO NOTHING",
        table, columns, columns, beside,
    )  # fmt: skip
    _do(cursor, "DROP TABLE {}", beside)


def _copy_in(cursor, table: sql.Composable, columns: sql.Composable, stream: io.StringIO) -> None:
    stream.seek(0)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)
    with connection.wrap_database_errors:
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
        return _text(json.dumps(value))
    return str(value)
