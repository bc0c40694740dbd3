"""What each document and page takes, compared with a bare view on a server of its own.

The bare view is the least that Django can do: no middleware, one SELECT by cursor. Both servers
have the same settings, the same database and kept connections, and take turns.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import load, servers
from bench.__main__ import say
from issuing.documents import operations as credentials
from issuing.models import Assertion, StatusList

ASKED_FOR = 200
BROWSER, PROGRAM = "text/html", "*/*"
LONGEST_TAIL = 6  # times p50
BAKED = "baked PNG"
BARE, BARE_PICTURE = "bare view", "bare view of a picture"


@dataclass
class Page:
    name: str
    paths: list[str]
    floor: str = BARE
    target: float | None = None  # of the floor's requests per second
    accept: str = PROGRAM
    rounds: list[Round] = field(default_factory=list)

    def requests(self) -> list[bytes]:
        return [load.request(path, accept=self.accept) for path in self.paths]

    def median(self, figure: str) -> float:
        return statistics.median(getattr(one, figure) for one in self.rounds)


@dataclass(frozen=True)
class Round:
    """Requests per second, and milliseconds."""

    rate: float
    p50: float
    p99: float
    web: float
    postgres: float


def measure(*, seconds: float, rounds: int, documents_only: bool = False) -> None:
    """Print one table. `documents_only` leaves out the pages for people."""
    signed = Assertion.objects.filter(signed__isnull=False).order_by("public_id")
    awards = list(signed.values_list("public_id", "badge_class__slug", "version__public_id"))
    pages, first = _documents(awards[:ASKED_FOR]), []
    if not documents_only:
        pages += _pages(awards[:ASKED_FOR])
        first = _first_views(awards[0])
    floors = [
        Page(BARE, [f"/bare/{uuid}" for uuid, *_ in awards[:ASKED_FOR]]),
        Page(BARE_PICTURE, [f"/bare/{uuid}.png" for uuid, *_ in awards[:ASKED_FOR]], BARE_PICTURE),
    ]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="badges-bench-")))
        picture = folder / "picture.png"
        picture.write_bytes(_answer(next(page for page in pages if page.name == BAKED)))
        floor = stack.enter_context(
            servers.serving(servers.FLOOR, FLOOR_PICTURE=os.fspath(picture))
        )
        product = stack.enter_context(servers.serving(servers.PRODUCT))
        turns = [*((floor, page) for page in floors), *((product, page) for page in pages)]
        # Last, because they drive out what is kept.
        for some in (turns, [(product, page) for page in first]):
            for server, page in some:
                load.send(server.port, page.requests(), seconds=0.5)
            for _ in range(rounds):
                for server, page in some:
                    page.rounds.append(_round(server, page, seconds))
    _print(floors, [*pages, *first])


def sign_enough() -> None:
    """Sign the awards that are asked for, and give every other one a row of the same size."""
    credentials.sign_due(now=timezone.now(), most=ASKED_FOR)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO issuing_signedcredential (assertion_id, text_id, gaps, signed_at,"
            " integrity_key_id, proof, jwt_key_id, jwt_signature)"
            " SELECT a.id, s.text_id, s.gaps, s.signed_at, s.integrity_key_id, s.proof,"
            " s.jwt_key_id, s.jwt_signature FROM issuing_assertion a,"
            " (SELECT * FROM issuing_signedcredential LIMIT 1) s"
            " WHERE NOT EXISTS"
            " (SELECT 1 FROM issuing_signedcredential t WHERE t.assertion_id = a.id)"
        )
        cursor.execute("VACUUM ANALYZE")


def _documents(awards: Sequence[tuple]) -> list[Page]:
    issuer = Assertion.objects.get(public_id=awards[0][0]).badge_class.issuer.public_id
    lists = [
        f"/status-lists/{uuid}"
        for uuid in StatusList.objects.exclude(signed="").values_list("public_id", flat=True)
    ]
    versions = sorted({version for *_, version in awards})
    return [
        Page("assertion 2.0", [f"/assertions/{uuid}" for uuid, *_ in awards], target=0.8),
        Page("credential 3.0", [f"/credentials/{uuid}" for uuid, *_ in awards], target=0.8),
        Page("VC-JWT", [f"/credentials/{uuid}.jwt" for uuid, *_ in awards], target=0.8),
        Page("badge class", [f"/badge-classes/{uuid}" for uuid in versions], target=0.8),
        Page("issuer", [f"/issuers/{issuer}"], target=0.8),
        Page("status list", lists, target=0.8),
        Page("DID document", [f"/issuers/{issuer}/did.json"], target=0.8),
        Page("keys", ["/.well-known/jwks.json"], target=0.8),
        Page("art", [f"/art/{uuid}.png" for uuid in versions], BARE_PICTURE),
        Page("share card", [f"/awards/{awards[0][0]}/card.png"]),
        Page(
            BAKED,
            [f"/assertions/{uuid}/badge.png" for uuid, *_ in awards],
            BARE_PICTURE,
            target=0.8,
        ),
    ]


def _pages(awards: Sequence[tuple]) -> list[Page]:
    searches = ["/badges/?q=formative+feedbak", "/badges/?q=algoritms"]
    return [
        Page("home", ["/"], target=0.15, accept=BROWSER),
        Page("catalog", ["/badges/"], target=0.12, accept=BROWSER),
        Page("catalog search", searches, accept=BROWSER),
        Page(
            "badge page", [f"/badges/{slug}/" for _, slug, _ in awards], target=0.15, accept=BROWSER
        ),
        Page(
            "award page", [f"/awards/{uuid}/" for uuid, *_ in awards], target=0.15, accept=BROWSER
        ),
    ]


def _first_views(award: tuple) -> list[Page]:
    """Pages that nobody opened since the last change: a page is kept by its query, too."""
    uuid, slug, _version = award
    return [
        Page(f"{name} page, first", [f"{path}?n={n}" for n in range(20_000)], accept=BROWSER)
        for name, path in (("badge", f"/badges/{slug}/"), ("award", f"/awards/{uuid}/"))
    ]


def _round(server: servers.Server, page: Page, seconds: float) -> Round:
    web, postgres = servers.cpu_of_web(server), servers.cpu_of_postgres()
    sent = load.send(server.port, page.requests(), seconds=seconds)
    times = sorted(sent.times)
    return Round(
        rate=sent.requests / sent.elapsed,
        p50=1000 * times[len(times) // 2],
        p99=1000 * times[len(times) * 99 // 100],
        web=1000 * web() / sent.requests,
        postgres=1000 * postgres() / sent.requests,
    )


def _print(floors: Sequence[Page], pages: Sequence[Page]) -> None:
    by_name = {page.name: page for page in floors}
    say(f"\n{Assertion.objects.count():,} assertions; each figure and, after it, its ratio")
    say(
        f"{'':<24}{'requests/s':>16}{'target':>8}{'p50 ms':>9}{'p99 ms':>9}{'x p50':>7}"
        f"{'web CPU ms':>17}{'PostgreSQL ms':>17}{'queries':>9}"
    )
    for page in [*floors, *pages]:
        floor, median = by_name[page.floor], page.median
        ratio, tail = median("rate") / floor.median("rate"), median("p99") / median("p50")
        missed = page.target is not None and ratio < page.target
        queries = "" if page in floors else _queries(page)
        say(
            f"{page.name:<24}{median('rate'):>10.0f}{ratio:>6.2f}{page.target or '':>8}"
            f"{median('p50'):>9.2f}{median('p99'):>9.2f}{tail:>7.1f}"
            f"{_with_ratio(page, floor, 'web')}{_with_ratio(page, floor, 'postgres')}"
            f"{queries:>9}{'  below its target' if missed else ''}"
            f"{'  long tail' if tail > LONGEST_TAIL else ''}"
        )
    say(f"({load.CONNECTIONS} connections from this machine, medians of the rounds)")


def _with_ratio(page: Page, floor: Page, figure: str) -> str:
    value, least = page.median(figure), floor.median(figure)
    return f"{value:>11.2f}{value / least if least else 0:>6.1f}"


def _answer(page: Page) -> bytes:
    return Client(headers={"accept": page.accept, "host": "localhost"}).get(page.paths[0]).content


def _queries(page: Page) -> int:
    client = Client(headers={"accept": page.accept, "host": "localhost"})
    client.get(page.paths[0])
    with CaptureQueriesContext(connection) as captured:
        client.get(page.paths[0])
    return len(captured)
