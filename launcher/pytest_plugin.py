"""Levels of tests, and an account of what was not run.

`python -m launcher test` loads this. `--level quick` leaves out tests marked `long`, unless their
file is named; `--level long` runs nothing else. Browser tests where there is no browser are
skipped, or fail with REQUIRE_BROWSER=1. Whatever was skipped is written to NOT_RUN_FILE, for the
launcher to print at the very end.
"""

import gc
import os
from pathlib import Path

import pytest

from . import chromium
from .switches import is_on

REASON = "no Chromium"
# New objects after which Python looks for cycles among them; its own choice is 700.
OFTEN_ENOUGH = 20_000
LEFT = "left to the other level"
OTHER_LEVEL = {"quick": ("long", "make test-long"), "long": ("quick", "make test")}


def _have_a_broker_of_ones_own() -> None:
    """Each process of a run has its databases of the one Redis, as it has its own PostgreSQL one.

    Done while this is loaded: Django reads its settings before any conftest is looked at.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and (url := os.environ.get("REDIS_URL", "")):
        server, number = url.rsplit("/", 1)[0], int(worker.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = f"{server}/{2 * number}"
        os.environ["CACHE_URL"] = f"{server}/{2 * number + 1}"


_have_a_broker_of_ones_own()
gc.disable()  # until the tests are collected: all that is made before then stays to the end


def pytest_addoption(parser):
    parser.addoption("--level", choices=OTHER_LEVEL, help="only quick tests, or only long ones")


def pytest_configure(config):
    config.pluginmanager.register(NotRun(config), "not-run")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser to drive; only for tests marked `browser`."""
    found = chromium.find()
    if found is None:
        pytest.fail(f"{REASON}; install with {chromium.HOW_TO_INSTALL}")
    return found


def pytest_runtest_setup(item):
    if item.get_closest_marker("browser") is None or chromium.find() is not None:
        return
    if is_on(os.environ, "REQUIRE_BROWSER", default=False):
        pytest.fail(f"{REASON}, and REQUIRE_BROWSER=1", pytrace=False)
    pytest.skip(f"{REASON}; install with {chromium.HOW_TO_INSTALL}")


class NotRun:
    """With several processes every report also reaches the first one, which is the one to speak."""

    def __init__(self, config):
        self.config = config
        self.level = config.getoption("level")
        self.skipped: dict[str, str] = {}
        self.left = 0

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config, items):
        if self.level is None:
            return
        named = {Path(argument.partition("::")[0]).resolve() for argument in config.args}
        chosen, left = [], []
        for item in items:
            is_long = item.get_closest_marker("long") is not None
            belongs = is_long == (self.level == "long")
            # A file that is named is wanted whole; a folder only as far as it is quick.
            belongs |= self.level == "quick" and item.path in named
            (chosen if belongs else left).append(item)
        if left:
            config.hook.pytest_deselected(items=left)
            items[:] = chosen
            self.left = len(left)

    def pytest_collection_finish(self):
        gc.freeze()
        gc.set_threshold(OFTEN_ENOUGH, *gc.get_threshold()[1:])
        gc.enable()

    def pytest_sessionfinish(self):
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput[LEFT] = self.left

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node, error):
        self.left = max(self.left, getattr(node, "workeroutput", {}).get(LEFT, 0))

    def pytest_collectreport(self, report):
        self.pytest_runtest_logreport(report)

    def pytest_runtest_logreport(self, report):
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple | list) else "?"
            self.skipped[report.nodeid] = reason.removeprefix("Skipped: ")

    def pytest_terminal_summary(self, terminalreporter):
        if self.left:
            which, command = OTHER_LEVEL[self.level]
            terminalreporter.write_line(f"Left to `{command}`: {self.left} {which} tests.")

    def pytest_unconfigure(self):
        file = os.environ.get("NOT_RUN_FILE")
        if file and not hasattr(self.config, "workerinput"):
            Path(file).write_text("".join(f"{line}\n" for line in self.lines()))

    def lines(self) -> list[str]:
        if not self.skipped:
            return []
        listed = [f"  {name}: {reason}" for name, reason in sorted(self.skipped.items())]
        return [f"SKIPPED tests: {len(listed)}", *listed]
