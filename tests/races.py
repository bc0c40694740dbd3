"""People at the same moment: real threads, each with a connection and commits of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import sleep

from django.db import connection, transaction

PATIENCE = 60


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run the acts in threads that start together; what each returned or raised, in order.

    The test needs `pytest.mark.django_db(transaction=True)`: other connections see its rows only
    when they are committed.
    """
    start, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=PATIENCE)
            outcomes[place] = act()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    return outcomes


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """Run the block in a transaction that commits once `act`, in a thread, is blocked by it."""

    def act_and_close():
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            yield
            acting = other.submit(act_and_close)
            wait_for_blocked_query()
        acting.result()


def wait_for_blocked_query() -> None:
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            sleep(0.01)
    raise AssertionError("No query is waiting for a lock.")
