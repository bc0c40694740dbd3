"""Requests per second and CPU per request of each page, compared with a bare view."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.__main__ import say
from issuing.documents import operations as credentials
from issuing.models import Assertion

CONNECTIONS = 8
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Page:
    name: str
    paths: list[str]
    accept: str = "text/html"
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def measure(*, seconds: float, rounds: int) -> None:
    credentials.sign_due(now=timezone.now(), most=200)
    signed = Assertion.objects.filter(signed__isnull=False).order_by("public_id")
    assertions = signed.values_list("public_id", "badge_class__slug")[:200]
    pages = [
        Page("bare view (floor)", [f"/bare/{uuid}" for uuid, _ in assertions], "*/*"),
        Page("assertion JSON", [f"/assertions/{uuid}" for uuid, _ in assertions], "*/*"),
        Page("signed JSON", [f"/credentials/{uuid}" for uuid, _ in assertions], "*/*"),
        Page("signed VC-JWT", [f"/credentials/{uuid}.jwt" for uuid, _ in assertions], "*/*"),
        Page("baked PNG", [f"/assertions/{uuid}/badge.png" for uuid, _ in assertions], "*/*"),
        Page("badge page", [f"/badges/{slug}/" for _, slug in assertions]),
        Page("catalog page", ["/badges/"]),
        Page("catalog search", ["/badges/?q=formative+feedbak", "/badges/?q=algoritms"]),
        Page("award page", [f"/awards/{uuid}/" for uuid, _ in assertions]),
    ]
    with server() as (port, workers):
        for page in pages:
            _load(port, page, 0.5)
        for _ in range(rounds):
            for page in pages:
                _round(port, workers, page, seconds)
    _print(pages)


def _round(port: int, workers, page: Page, seconds: float) -> None:
    before, start = _cpu_seconds(workers()), time.perf_counter()
    done = _load(port, page, seconds)
    elapsed, used = time.perf_counter() - start, _cpu_seconds(workers()) - before
    page.rates.append(done / elapsed)
    page.cpu.append(1000 * used / done)


def _print(pages: list[Page]) -> None:
    floor_rate = statistics.median(pages[0].rates)
    floor_cpu = statistics.median(pages[0].cpu)
    say(f"\n{'page':<20}{'req/s':>9}{'of floor':>10}{'CPU ms':>9}{'x floor':>9}{'queries':>9}")
    for page in pages:
        rate, cpu = statistics.median(page.rates), statistics.median(page.cpu)
        say(
            f"{page.name:<20}{rate:>9.0f}{rate / floor_rate:>10.2f}"
            f"{cpu:>9.2f}{cpu / floor_cpu:>9.2f}{_queries(page):>9}"
        )
    say(f"({CONNECTIONS} connections, medians of the rounds; target: assertion JSON at least 0.8)")


def _queries(page: Page) -> int:
    client = Client(headers={"accept": page.accept, "host": "localhost"})
    client.get(page.paths[0])
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(page.paths[0])
    return len(captured)


@contextmanager
def server() -> Iterator[tuple[int, object]]:
    """The production server as `make run` starts it, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "badgeproject.wsgi:application"]
    process = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", "--access-logfile", "/dev/null"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings"},
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield port, lambda: _family(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def _cpu_seconds(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        # User and system time of the process and its ended children (proc(5), fields 14 to 17).
        total += sum(map(int, fields[11:15]))
    return total / TICKS


def _load(port: int, page: Page, seconds: float) -> int:
    """Send requests as fast as answers come, with keep-alive. Every answer must be a 200."""
    counts = [0] * CONNECTIONS
    problems = []
    deadline = time.perf_counter() + seconds

    def ask(number: int) -> None:
        try:
            counts[number] = _ask_until(deadline, port, page, start=number)
        except Exception as problem:  # raised in the main thread
            problems.append(problem)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return sum(counts)


def _ask_until(deadline: float, port: int, page: Page, *, start: int) -> int:
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {page.accept}\r\n\r\n".encode()
        for path in page.paths
    ]
    done = 0
    connection = None
    while time.perf_counter() < deadline:
        connection = connection or socket.create_connection(("127.0.0.1", port), timeout=30)
        connection.sendall(requests[(start + done) % len(requests)])
        if not _read_answer(connection, page):
            connection.close()  # the server restarts its workers now and then
            connection = None
        done += 1
    return done


def _read_answer(connection: socket.socket, page: Page) -> bool:
    """Read one complete answer. True if the connection stays open."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{page.name}: {head.splitlines()[0].decode()}")
    headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    missing = int(headers[b"content-length"]) - len(body)
    while missing > 0:
        missing -= len(connection.recv(65536))
    return headers.get(b"connection") != b"close"
