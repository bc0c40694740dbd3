from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import sql


@contextmanager
def scratch_database(name: str) -> Iterator[None]:
    """Create a temporary database on the server of DATABASE_URL, which points to it meanwhile."""
    original = os.environ["DATABASE_URL"]
    server = re.sub(r"^postgres(ql)?://", "postgresql://", original)
    connection = psycopg2.connect(server)
    connection.autocommit = True
    database = sql.Identifier(name)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(database))
    os.environ["DATABASE_URL"] = re.sub(r"(?<=[^/:]/)[^/?]+(?=\?|$)", name, original, count=1)
    try:
        yield
    finally:
        os.environ["DATABASE_URL"] = original
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        connection.close()
