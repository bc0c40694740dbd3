"""Two operations at the same moment, in every order that could make each wait for the other.

In a deadlock one holds a lock that the other waits for, and then asks for one that the other holds.
So the first is stopped after a statement that takes locks, the second runs until it is done or
waits, and the first goes on. Nothing here depends on who is faster.

Each runs in a transaction that is rolled back, after the checks that a commit would make; so all
runs begin with the same rows.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.db import connection, transaction

# Nothing ever waits for an entry in the activity log.
TAKES_LOCKS = re.compile(
    r"^\s*(INSERT(?! INTO .audit_audit)|UPDATE|DELETE|WITH)\b"
    r"|\bFOR (NO KEY )?UPDATE\b|pg_advisory_xact_lock",
    re.IGNORECASE,
)
AT_THE_END = -1
PATIENCE = 30
TO_THE_END = math.inf

Act = Callable[[], object]


class Hand:
    """A thread with a connection of its own, which does one act after the other."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self.pid: int = self._thread.submit(_pid).result()

    def __enter__(self) -> Hand:
        return self

    def __exit__(self, *exc) -> None:
        self._thread.submit(lambda: connection.close()).result()
        self._thread.shutdown()

    def begin(self, act: Act, *, stop_after: int = 0) -> Doing:
        doing = Doing(self.pid, stop_after)
        doing.ended = self._thread.submit(doing.run, act)
        return doing


class Doing:
    """One act under way. `statements` are those that took locks so far."""

    def __init__(self, pid: int, stop_after: int) -> None:
        self.pid, self.statements, self.ended = pid, [], Future()
        self._stop_after = stop_after
        self._stopped, self._may_go_on = threading.Event(), threading.Event()

    def run(self, act: Act) -> None:
        try:
            with transaction.atomic(), connection.execute_wrapper(self._watch):
                act()
                with connection.cursor() as cursor:
                    # Foreign keys are looked at, and what they point to locked, at the commit.
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                if self._stop_after == AT_THE_END:
                    self._stop()
                transaction.set_rollback(True)
        finally:
            self._stopped.set()

    def wait_until_stopped(self) -> None:
        assert self._stopped.wait(PATIENCE)

    def go_on(self) -> None:
        self._may_go_on.set()

    def _watch(self, execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if TAKES_LOCKS.search(sql):
            self.statements.append(" ".join(sql.split())[:120])
            if len(self.statements) == self._stop_after:
                self._stop()
        return answer

    def _stop(self) -> None:
        self._stopped.set()
        assert self._may_go_on.wait(PATIENCE)


def deadlocks(first: Act, second: Act, one: Hand, other: Hand) -> list[str]:
    """After which statements of the first the two come to wait for each other.

    The more the first holds, the sooner the second waits, and holds less. Where it waits at the
    same statement whether the first has stopped earlier or later, stopping earlier is the harder
    case: the first has more to ask for. So only the first stop of each such stretch is tried, and
    halving finds where they begin.
    """
    # If the second never waits for all locks of the first, it waits for none of them.
    doing, meanwhile = _begin(first, second, one, other, stop_after=AT_THE_END)
    least = _reached(meanwhile)
    _end(doing, meanwhile)
    found: list[int] = []

    def try_between(low: int, reached_low: float, high: int, reached_high: float) -> None:
        if high - low < 2 or reached_low == reached_high:
            return
        number = (low + high) // 2
        doing, meanwhile = _begin(first, second, one, other, stop_after=number)
        reached = _reached(meanwhile)
        if _end(doing, meanwhile):
            found.append(number)
        try_between(low, reached_low, number, reached)
        try_between(number, reached, high, reached_high)

    try_between(0, TO_THE_END, len(doing.statements) + 1, least)
    return [doing.statements[number - 1] for number in sorted(found)]


def _reached(meanwhile: Doing) -> float:
    """How many statements it has behind it when it waits."""
    return TO_THE_END if meanwhile.ended.done() else len(meanwhile.statements)


def _begin(
    first: Act, second: Act, one: Hand, other: Hand, *, stop_after: int
) -> tuple[Doing, Doing]:
    """The first has stopped; the second is done, or waits for it."""
    doing = one.begin(first, stop_after=stop_after)
    doing.wait_until_stopped()
    meanwhile = other.begin(second)
    _ended(meanwhile, or_else=lambda: _waits_for(doing, meanwhile))
    return doing, meanwhile


def _end(doing: Doing, meanwhile: Doing) -> bool:
    """Whether both can only be ended by force."""
    doing.go_on()
    if not _ended(
        doing, or_else=lambda: _waits_for(doing, meanwhile) and _waits_for(meanwhile, doing)
    ):
        _cancel(doing)
        for each in (doing, meanwhile):
            each.ended.exception(PATIENCE)
        return True
    doing.ended.result()
    meanwhile.ended.result(PATIENCE)
    return False


def _pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def _waits_for(holder: Doing, waiting: Doing) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s = ANY(pg_blocking_pids(%s))", [holder.pid, waiting.pid])
        return cursor.fetchone()[0]


def _cancel(doing: Doing) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_cancel_backend(%s)", [doing.pid])


def _ended(doing: Doing, *, or_else: Callable[[], bool]) -> bool:
    """Wait until it has, or until the other thing is so."""
    gives_up_at = time.monotonic() + PATIENCE
    while not wait([doing.ended], timeout=0.01).done:
        if or_else():
            return False
        assert time.monotonic() < gives_up_at, "Neither done nor waiting."
    return True
