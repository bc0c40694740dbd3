"""A disk of a few megabytes under the tables of the test's database, really full."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

# What the disk has beside the tables, in bytes.
ROOM = 32 * 1024 * 1024


class SmallDisk:
    def __init__(self, cursor) -> None:
        self._cursor = cursor

    def fill(self) -> None:
        """Up to the last page: large rows as long as they fit, then small ones."""
        self._cursor.execute("CREATE TABLE filler (bytes text) TABLESPACE small")
        for pages in (1000, 100, 10, 1):
            with suppress(psycopg2.errors.DiskFull):
                while True:
                    self._cursor.execute(
                        "INSERT INTO filler SELECT repeat('x', 7) FROM generate_series(1, %s)",
                        [pages * 200],
                    )

    def make_room(self) -> None:
        self._cursor.execute("DROP TABLE IF EXISTS filler")


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Mount it and move all tables there. Skips the test where that is not possible."""
    folder.mkdir()
    with _superuser() as cursor:
        # Pages that earlier tests emptied would be room on a full disk.
        cursor.execute("VACUUM FULL")
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0] + ROOM
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        try:
            mounted = subprocess.run(command, capture_output=True, text=True)
        except OSError as error:
            pytest.skip(f"A small disk can't be mounted: {error}")
        if mounted.returncode:
            pytest.skip(f"A small disk can't be mounted: {mounted.stderr.strip()}")
        try:
            cursor.execute("SHOW data_directory")
            owner = os.stat(cursor.fetchone()[0])
            os.chown(folder, owner.st_uid, owner.st_gid)
            cursor.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
            cursor.execute("GRANT CREATE ON TABLESPACE small TO PUBLIC")
            try:
                _move_all(cursor, "pg_default", "small")
                disk = SmallDisk(cursor)
                try:
                    yield disk
                finally:
                    disk.make_room()
                    _move_all(cursor, "small", "pg_default")
            finally:
                cursor.execute("DROP TABLESPACE small")
        finally:
            subprocess.run(["umount", str(folder)], check=True)


def _move_all(cursor, here: str, there: str) -> None:
    for kind in ("TABLE", "INDEX"):
        cursor.execute(f"ALTER {kind} ALL IN TABLESPACE {here} SET TABLESPACE {there}")


@contextmanager
def _superuser() -> Iterator[psycopg2.extensions.cursor]:
    """The launcher's PostgreSQL lets the machine's own user in as `postgres`."""
    try:
        other = psycopg2.connect(**{**connection.get_connection_params(), "user": "postgres"})
    except psycopg2.OperationalError as error:
        pytest.skip(f"No superuser in this database: {error}")
    other.autocommit = True
    try:
        yield other.cursor()
    finally:
        other.close()
