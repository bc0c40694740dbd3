"""gunicorn with the product's settings of it, and what its processes and PostgreSQL spend."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

TICKS = os.sysconf("SC_CLK_TCK")
PRODUCT, FLOOR = "badgeproject.wsgi:application", "bench.floor.wsgi:application"


@dataclass
class Server:
    port: int
    pid: int

    def processes(self) -> list[int]:
        """The server's own and its workers'."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    def memory(self) -> list[int]:
        """Of each worker in bytes: its own pages, and its part of those that are shared (PSS)."""
        return [_proportional_size(pid) for pid in self.processes()[1:]]


@contextmanager
def serving(application: str, **variables: str) -> Iterator[Server]:
    """The server as `make run` starts it, on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, "--access-logfile", "/dev/null"],
        env={**os.environ, **variables},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_of_web(server: Server) -> Callable[[], float]:
    """A function that says how many seconds the server has used since."""
    before = sum(map(_cpu_seconds, server.processes()))
    return lambda: sum(map(_cpu_seconds, server.processes())) - before


def cpu_of_postgres() -> Callable[[], float]:
    """The same of the sessions that are connected now, and were before. They stay connected."""
    before = {pid: _cpu_seconds(pid) for pid in _sessions()}
    return lambda: sum(_cpu_seconds(pid) - before.get(pid, 0.0) for pid in _sessions())


def _sessions() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return [pid for (pid,) in cursor.fetchall()]


def _cpu_seconds(pid: int) -> float:
    """User and system time of a process and its ended children (proc(5), fields 14 to 17).

    0 if it is on another machine.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


def _proportional_size(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


def wait_for(port: int) -> None:
    """Until a worker answers: the socket takes connections before there is one."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as asked:
                asked.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
                if asked.recv(100):
                    return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
