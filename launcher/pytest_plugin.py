"""Browser tests where there is no browser: skipped by name, and said at the very end.

`python -m launcher test` loads this. With REQUIRE_BROWSER=1 they fail instead.
"""

import os

import pytest

from . import chromium

REASON = "no Chromium"


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
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(f"{REASON}, and REQUIRE_BROWSER=1", pytrace=False)
    pytest.skip(REASON)


def pytest_runtest_logreport(report):
    # With several processes every report also reaches the first one, which is the one to speak.
    if (
        report.skipped
        and isinstance(report.longrepr, tuple | list)
        and report.longrepr[2].endswith(REASON)
    ):
        _skipped.add(report.nodeid)


_skipped: set[str] = set()


def pytest_unconfigure(config):
    """After pytest's own last line."""
    if _skipped and not hasattr(config, "workerinput"):
        print(
            f"{len(_skipped)} browser tests NOT RUN: {REASON}; "
            f"install with {chromium.HOW_TO_INSTALL}",
            flush=True,
        )
