"""A PostgreSQL that refuses to write into some tables, with the error code it would really send."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, models

FULL = "53100"


@contextmanager
def refusing(*tables: type[models.Model] | str, code: str = FULL, when: str = "") -> Iterator[None]:
    """As long as it lasts, each change of these tables fails; without any, of every table.

    `when` is a condition on the new row.
    """
    names = [table if isinstance(table, str) else table._meta.db_table for table in tables]
    names = names or [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    moment = "INSERT OR UPDATE" if when else "INSERT OR UPDATE OR DELETE"
    each = f"ROW WHEN ({when})" if when else "STATEMENT"
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_to_write() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION 'refused by the test' USING ERRCODE = '{code}'; END $$"
        )
        for name in names:
            cursor.execute(
                f'CREATE TRIGGER aaa_refuse BEFORE {moment} ON "{name}"'
                f" FOR EACH {each} EXECUTE FUNCTION refuse_to_write()"
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse_to_write() CASCADE")
