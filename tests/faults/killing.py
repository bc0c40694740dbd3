"""An act that is killed before each of its statements, and before and after each commit.

The act runs in a process of its own, forked from the test's, which ends by SIGKILL: no `finally`,
no rollback of ours, no goodbye to PostgreSQL. Then it is begun again, as a person or the schedule
would, and killed one statement later. After a commit the count starts again, so that each statement
of each transaction is once the last one.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock

import psycopg2.extensions
from django.apps import apps
from django.core.cache import caches
from django.db import connection, transaction
from django.db.backends.postgresql.base import DatabaseWrapper

Act = Callable[[], object]
Counts = dict[str, int]

PATIENCE = 60
MOST_KILLS = 500
FORK = multiprocessing.get_context("fork")


@dataclass
class Outcome:
    """What was seen from outside: how often the act was killed, and each state in between."""

    kills: int = 0
    states: list[Counts] = field(default_factory=list)


def kill_everywhere(
    act: Act, *, stride: int = 1, progress: Callable[[], object] | None = None
) -> Outcome:
    """Kill it, begin it again and kill it `stride` statements later, until it comes to its end.

    `progress` says how far it has come, where a new attempt alone already changes a row.
    """
    progress = progress or _state
    outcome, statement, state = Outcome(), 1, progress()
    while _run(act, kill_at=statement) == -signal.SIGKILL:
        outcome.kills += 1
        assert outcome.kills < MOST_KILLS, "It never comes to its end."
        statement += stride
        if (now := progress()) != state:
            outcome.states.append(rows_by_table())
            state, statement = now, 1
    if progress() != state:
        outcome.states.append(rows_by_table())
    return outcome


def run_unharmed(act: Act) -> None:
    assert _run(act) == 0


def rehearse(act: Act) -> Counts:
    """How many rows each table would have after the act. Nothing is committed."""
    return _answer(_in_vain, act)


def would_change(act: Act) -> bool:
    """Whether the act changes anything. Refusals are fine; nothing is committed."""
    return _answer(_changes, act)


def rows_by_table() -> Counts:
    with connection.cursor() as cursor:
        counts = (f"SELECT '{name}', count(*) FROM \"{name}\"" for name in _tables())  # noqa: S608
        cursor.execute(" UNION ALL ".join(counts))
        return dict(cursor.fetchall())


def _state() -> str:
    """A digest of all rows of all tables."""
    digests = (
        f"SELECT '{name}' AS name, md5(string_agg(md5(t::text), '' ORDER BY md5(t::text)))"  # noqa: S608
        f' AS digest FROM "{name}" t'
        for name in _tables()
    )
    together = " UNION ALL ".join(digests)
    with connection.cursor() as cursor:
        # Planning it takes longer than reading a few rows of each table.
        cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = 'digest_of_all'")
        if not cursor.fetchone():
            cursor.execute(
                "PREPARE digest_of_all AS"  # noqa: S608
                f" SELECT md5(string_agg(digest, ',' ORDER BY name)) FROM ({together}) AS tables"
            )
        cursor.execute("EXECUTE digest_of_all")
        return cursor.fetchone()[0]


def _tables() -> list[str]:
    return sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})


def _answer(function: Callable, act: Act):
    reading, writing = FORK.Pipe(duplex=False)
    assert _run(lambda: writing.send(function(act))) == 0
    return reading.recv()


def _in_vain(act: Act) -> Counts:
    with transaction.atomic():
        act()
        counts = rows_by_table()
        transaction.set_rollback(True)
    return counts


def _changes(act: Act) -> bool:
    with transaction.atomic():
        before = _state()
        with _ignored_refusals(), transaction.atomic():
            act()
        changed = _state() != before
        transaction.set_rollback(True)
    return changed


@contextmanager
def _ignored_refusals() -> Iterator[None]:
    try:
        yield
    except Exception as refusal:
        print("Refused:", repr(refusal))


def _run(act: Act, *, kill_at: int | None = None) -> int:
    """The exit code of a process that does it."""
    before = _clients()
    # Neither side may use a socket of the other. The connection to PostgreSQL stays: it has read
    # the catalog of all tables, and the other process leaves it alone.
    caches.close_all()
    process = FORK.Process(target=_act_and_be_killed, args=(act, kill_at))
    process.start()
    process.join(PATIENCE)
    if process.is_alive():
        process.kill()
        raise AssertionError("The act did not end.")
    _wait_for_its_rollback(before)
    return process.exitcode


def _clients() -> set[int]:
    """The other connections to this database; a browser of an earlier test may keep some open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in cursor.fetchall()}


def _act_and_be_killed(act: Act, kill_at: int | None) -> None:
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    class Cursor(psycopg2.extensions.cursor):
        def execute(self, *args, **kwargs):
            step()
            return super().execute(*args, **kwargs)

        def executemany(self, *args, **kwargs):
            step()
            return super().executemany(*args, **kwargs)

        def copy_expert(self, *args, **kwargs):
            step()
            return super().copy_expert(*args, **kwargs)

    commit = DatabaseWrapper._commit

    def commit_between_steps(wrapper):
        step()
        commit(wrapper)
        step()

    # A connection of its own, whatever state the one of the parent is in. psycopg2 says no goodbye
    # on a connection that another process made.
    connection.connection = None
    connection.connect()
    connection.connection.cursor_factory = Cursor
    with mock.patch.object(DatabaseWrapper, "_commit", commit_between_steps):
        act()
    connection.close()


def _wait_for_its_rollback(before: set[int]) -> None:
    """PostgreSQL ends the transaction of a client when it notices that the client is gone."""
    ends_at = time.monotonic() + PATIENCE
    while _clients() - before:
        assert time.monotonic() < ends_at
        time.sleep(0.002)
