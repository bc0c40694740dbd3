"""Documents through the shipped nginx, compared with a file that it reads from a folder."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from bench import load, servers
from bench.__main__ import say
from bench.nginx import MISSING, nginx, nginx_before
from issuing.models import Assertion

ASKED_FOR = 200  # documents of each kind in the time for which one is kept
KEPT_SECONDS = 10
TARGET = 0.5  # of the file's requests per second
# The load generator uses one connection for all of a round.
LINES = "keepalive_requests 10000000; location /bench/ { alias %s/; }"


@dataclass
class Line:
    """One kind of document, or the file of the same bytes."""

    name: str
    paths: list[str]
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # milliseconds of nginx for a request


def measure(*, seconds: float, rounds: int) -> None:
    if nginx() is None:
        say(f"\nproxy: not measured. {MISSING}")
        return
    # Every address is confirmed once in a round, which is shorter than the ten seconds.
    asked_for = max(1, round(ASKED_FOR * min(seconds / KEPT_SECONDS, 1)))
    awards = Assertion.objects.filter(signed__isnull=False).order_by("public_id")[:asked_for]
    keys = list(awards.values_list("public_id", "version__public_id"))
    documents = [
        Line("assertion 2.0", [f"/assertions/{uuid}" for uuid, _ in keys]),
        Line("credential 3.0", [f"/credentials/{uuid}" for uuid, _ in keys]),
        Line("badge class", [f"/badge-classes/{uuid}" for uuid in sorted({v for _, v in keys})]),
        Line("keys", ["/.well-known/jwks.json"]),
        Line("baked PNG", [f"/assertions/{uuid}/badge.png" for uuid, _ in keys]),
    ]
    with (
        TemporaryDirectory(prefix="badges-bench-") as name,
        servers.serving(servers.PRODUCT) as product,
        nginx_before(product.port, more=LINES % name) as proxy,
    ):
        pairs = [(_file_like(line, proxy.port, Path(name)), line) for line in documents]
        turns = [line for pair in pairs for line in pair]
        for line in turns:
            load.send(proxy.port, [*map(load.request, line.paths)], seconds=0.5)
        for _ in range(rounds):
            for line in turns:
                _round(proxy, line, seconds)
    _print(pairs)


def _file_like(document: Line, port: int, folder: Path) -> Line:
    """A file with the bytes of the first of these documents."""
    request = Request(f"http://127.0.0.1:{port}{document.paths[0]}", headers={"Host": "localhost"})
    with urlopen(request) as answer:
        content = answer.read()
    name = f"{document.name.replace(' ', '-')}.bin"
    (folder / name).write_bytes(content)
    return Line(f"file of {len(content):,} bytes", [f"/bench/{name}"])


def _round(proxy: servers.Server, line: Line, seconds: float) -> None:
    cpu = servers.cpu_of_web(proxy)
    sent = load.send(proxy.port, [*map(load.request, line.paths)], seconds=seconds)
    line.cpu.append(1000 * cpu() / sent.requests)
    line.rates.append(sent.requests / sent.elapsed)


def _print(pairs: list[tuple[Line, Line]]) -> None:
    say(f"\n{'behind nginx':<24}{'requests/s':>16}{'target':>8}{'nginx CPU ms':>18}")
    for file, document in pairs:
        for line in (file, document):
            rate, cpu = statistics.median(line.rates), statistics.median(line.cpu)
            ratio = rate / statistics.median(file.rates)
            least = statistics.median(file.cpu)
            missed = line is document and ratio < TARGET
            say(
                f"{line.name:<24}{rate:>10.0f}{ratio:>6.2f}{TARGET if line is document else '':>8}"
                f"{cpu:>12.3f}{cpu / least if least else 0:>6.1f}"
                f"{'  below its target' if missed else ''}"
            )
    say("(kept for ten seconds; each figure and, after it, its ratio to the file)")
