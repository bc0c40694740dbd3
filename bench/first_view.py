"""The first view of a page on a phone: what is asked for, and when something can be seen.

Chromium with an empty cache, a connection of 150 ms and 1.6 Mbit/s and a processor slowed four
times, beside an empty page of the same server. The times come from the browser itself: first
contentful paint (Paint Timing) and largest contentful paint (a W3C draft).
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from functools import partial

from playwright.sync_api import Browser, sync_playwright

from bench import servers
from bench.__main__ import say
from catalog.models import BadgeClass
from launcher import chromium

PHONE = {"width": 390, "height": 844}
NETWORK = {
    "offline": False,
    "latency": 150,  # ms
    "downloadThroughput": 1_600_000 / 8,  # bytes per second
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
PATIENCE = 120_000  # ms
SETTLED = 1500  # ms after the page has loaded
LARGEST = """new Promise(done => {
  new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true});
  setTimeout(() => done(0), 500);
})"""
FIRST = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
SHIFT = """new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(one => sum += one.value))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 200);
})"""
MOST_REQUESTS, MOST_BYTES, LATEST_FIRST, LATEST_LARGEST = 20, 300_000, 1300, 2000
LARGEST_SHIFT = 0.01


@dataclass
class View:
    requests: int = 0
    received: int = 0
    first: float = 0.0
    largest: float = 0.0
    shift: float = 0.0


@dataclass
class Page:
    name: str
    path: str
    views: list[View] = field(default_factory=list)

    def median(self, figure: str) -> float:
        return statistics.median(getattr(view, figure) for view in self.views)


def measure(*, rounds: int) -> None:
    path = chromium.find()
    if path is None:
        say(f"\nFirst view: not measured, there is no Chromium ({chromium.HOW_TO_INSTALL})")
        return
    badge = BadgeClass.objects.order_by("pk")[0]
    pages = [
        Page("home", "/"),
        Page("catalog", "/badges/"),
        Page("badge page", badge.get_absolute_url()),
    ]
    empty = Page("empty page", "/empty")
    with (
        servers.serving(servers.FLOOR) as floor,
        servers.serving(servers.PRODUCT) as product,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, chromium_sandbox=False)
        for page in pages:
            # Light copies of art are made when they are first asked for.
            _view(browser, f"http://localhost:{product.port}{page.path}", is_slow=False)
        for _ in range(rounds):
            empty.views.append(_view(browser, f"http://localhost:{floor.port}{empty.path}"))
            for page in pages:
                page.views.append(_view(browser, f"http://localhost:{product.port}{page.path}"))
        browser.close()
    _print([empty, *pages])


def _view(browser: Browser, url: str, *, is_slow: bool = True) -> View:
    context = browser.new_context(viewport=PHONE, device_scale_factor=3, is_mobile=True)
    page, view = context.new_page(), View()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    if is_slow:
        session.send("Network.emulateNetworkConditions", NETWORK)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.on("Network.requestWillBeSent", partial(_count, view))
    session.on("Network.loadingFinished", partial(_add_length, view))
    page.goto(url, wait_until="load", timeout=PATIENCE)
    page.wait_for_timeout(SETTLED)
    view.first, view.largest = page.evaluate(FIRST), page.evaluate(LARGEST)
    view.shift = page.evaluate(SHIFT)
    context.close()
    return view


def _count(view: View, event: dict) -> None:
    if not event["request"]["url"].startswith("data:"):
        view.requests += 1


def _add_length(view: View, event: dict) -> None:
    view.received += int(event["encodedDataLength"])


def missed_targets(page: Page) -> list[str]:
    """The columns of the table in which this page is above its target."""
    targets = {
        "requests": ("requests", MOST_REQUESTS),
        "kB": ("received", MOST_BYTES),
        "first paint": ("first", LATEST_FIRST),
        "largest": ("largest", LATEST_LARGEST),
        "shift": ("shift", LARGEST_SHIFT),
    }
    return [name for name, (figure, most) in targets.items() if page.median(figure) > most]


def _print(pages: list[Page]) -> None:
    say("\nFirst view on a phone at 150 ms and 1.6 Mbit/s, processor four times slower")
    say(f"{'':<14}{'requests':>10}{'kB':>8}{'first paint ms':>16}{'largest ms':>12}{'shift':>8}")
    for page in pages:
        median = page.median
        missed = [] if page is pages[0] else missed_targets(page)
        say(
            f"{page.name:<14}{median('requests'):>10.0f}{median('received') / 1000:>8.0f}"
            f"{median('first'):>16.0f}{median('largest'):>12.0f}{median('shift'):>8.3f}"
            f"{'  too much: ' + ', '.join(missed) if missed else ''}"
        )
    say(
        f"(medians; targets: {MOST_REQUESTS} requests, {MOST_BYTES // 1000} kB,"
        f" {LATEST_FIRST} ms, {LATEST_LARGEST} ms, no shift)"
    )
