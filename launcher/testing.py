"""`make test` and `make test-long`: pytest on services of its own that vanish afterwards.

A test marked `long` belongs to the second level, every other to the first. The checks that are no
tests (style, import contracts, migrations, deployment) are made once, with the first.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from . import chromium, environment
from .log import Log
from .processes import kill_group, spawn
from .services import Services
from .start import compile_translations
from .state import PROJECT, State
from .supervisor import StopRequested, Supervisor

QUICK, LONG = "quick", "long"
NO_TESTS = 5  # pytest's own code
# Tests that fork the process of pytest, which takes over what earlier tests left open.
FORKING = "tests/faults/test_killed_everywhere.py"
COVERAGE = ("--cov", "--cov-config=tests/coverage.ini", "--cov-report=term-missing")


@dataclass
class Check:
    name: str
    words: Sequence[str]
    environment: Mapping[str, str]
    meanwhile: subprocess.Popen | None = None
    log: Path | None = None

    def begin(self, log: Path) -> None:
        """Run it while others have the terminal."""
        self.log = log
        with log.open("wb") as file:
            self.meanwhile = spawn(
                self.words, cwd=PROJECT, env=self.environment, stdout=file, stderr=file
            )

    def passes(self, supervisor: Supervisor) -> bool:
        began = time.monotonic()
        print(f"== {self.name}", flush=True)
        if self.meanwhile is None:
            code = _run(supervisor, self.words, self.environment)
        else:
            code = _wait(supervisor, self.meanwhile)
            print(self.log.read_text(), end="")
        print(f"   {'ok' if not code else 'FAILED'} ({time.monotonic() - began:.1f} s)", flush=True)
        return not code


def test(words: Sequence[str], level: str) -> int:
    """One level; or, with words for pytest, what they choose of it."""
    try:
        with _test_run() as run:
            if not words:
                run.find_browser()
            failed = run.failed_checks() if level == QUICK and not words else []
            if level == LONG and not words:
                # First, and in processes of their own.
                forking = run.pytest([f"--level={level}", FORKING])
                code = run.pytest([f"--level={level}", f"--ignore={FORKING}"]) or forking
            else:
                code = run.pytest([f"--level={level}", *words])
            if code == NO_TESTS:
                print(f"FAILED: there was no {level} test to run.", flush=True)
            if failed:
                print(f"FAILED before the tests: {', '.join(failed)}", flush=True)
            run.say_what_was_not_run()
            return code or int(bool(failed))
    except StopRequested:
        return 130


def coverage(words: Sequence[str]) -> int:
    """Which lines of the modules that decide no test of the first level reaches."""
    try:
        with _test_run() as run:
            run.find_browser()
            run.variables["COVERAGE_FILE"] = str(run.state.folder / "coverage")
            code = run.pytest([f"--level={QUICK}", *COVERAGE, *words])
            run.say_what_was_not_run()
            return code
    except StopRequested:
        return 130


@contextmanager
def _test_run() -> Iterator["_TestRun"]:
    """Services, a database with tables to copy, translations."""
    state = State.throwaway()
    try:
        with state.hold(), Supervisor(Log(state.log / "badges.log", None)) as supervisor:
            services = Services(state, throwaway=True)
            services.start(supervisor)
            run = _TestRun(state, services, supervisor)
            try:
                compile_translations()
                yield run
            finally:
                run.close()
    finally:
        shutil.rmtree(state.folder, ignore_errors=True)


class _TestRun:
    def __init__(self, state: State, services: Services, supervisor: Supervisor):
        self.state, self.services, self.supervisor = state, services, supervisor
        self.variables = environment.tests(state, services.environment())
        self.not_run = state.folder / "not-run"
        self.variables["NOT_RUN_FILE"] = str(self.not_run)
        # Empty while the tests run: every client of a test would read all that is in it.
        Path(self.variables["STATIC_ROOT"]).mkdir()
        self._making = self._make_tables()

    def find_browser(self) -> None:
        if found := chromium.find_or_install():
            self.variables["CHROMIUM"] = found

    def failed_checks(self) -> list[str]:
        strict = environment.production_like(self.state, self.services.environment())
        strict["STATIC_ROOT"] = str(self.state.folder / "collected-static")
        *checks, longest = _checks(self.variables, strict)
        longest.begin(self.state.log / "longest-check")
        return [c.name for c in [*checks, longest] if not c.passes(self.supervisor)]

    def pytest(self, words: Sequence[str]) -> int:
        if code := self._finish_tables():
            return code
        # Two processes; tests of one group (the worker's) stay in one of them.
        options = ["-n", "2", "--dist", "loadgroup", "-p", "launcher.pytest_plugin"]
        options += ["--basetemp", self.state.folder / "files"]
        print("== pytest", flush=True)
        return _run(
            self.supervisor, [sys.executable, "-m", "pytest", *options, *words], self.variables
        )

    def say_what_was_not_run(self) -> None:
        """Last, so that nobody misses it; and for a caller that makes several runs."""
        lines = self.not_run.read_text() if self.not_run.exists() else ""
        print(lines, end="", flush=True)
        if collected := os.environ.get("NOT_RUN_FILE"):
            with Path(collected).open("a") as file:
                file.write(lines)

    def close(self) -> None:
        if self._making and self._making.poll() is None:
            kill_group(self._making)
            self._making.wait()

    def _make_tables(self) -> subprocess.Popen | None:
        """Once, while the checks run: each process of pytest then copies the database.

        Only on a server of our own. On one that the environment names, the database may be
        somebody's, and each process migrates one for itself.
        """
        if self.services.postgres is None:
            return None
        self.variables["TEST_DATABASE_TEMPLATE"] = urlsplit(self.services.postgres.url).path[1:]
        with (self.state.log / "tables").open("wb") as log:
            command = [sys.executable, "-m", "tests.tables"]
            return spawn(command, cwd=PROJECT, env=self.variables, stdout=log, stderr=log)

    def _finish_tables(self) -> int:
        if self._making is None:
            return 0
        code = _wait(self.supervisor, self._making)
        if code:
            print((self.state.log / "tables").read_text(), end="")
            print("FAILED before the tests: the tables", flush=True)
        return code


def _checks(variables: Mapping[str, str], strict: Mapping[str, str]) -> list[Check]:
    """The one that takes longest comes last: it begins first and runs beside the others."""
    manage = [sys.executable, "manage.py"]
    tool = os.path.dirname(sys.executable)
    return [
        Check("ruff check", [f"{tool}/ruff", "check", "."], variables),
        Check("ruff format", [f"{tool}/ruff", "format", "--check", "."], variables),
        Check("import contracts", [f"{tool}/lint-imports", "--no-logo"], variables),
        Check("migrations", [*manage, "makemigrations", "--check", "--dry-run"], variables),
        Check("static files", [*manage, "collectstatic", "--no-input", "-v", "0"], strict),
        Check("deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], strict),
        Check("types", [f"{tool}/mypy"], variables),
    ]


def _run(supervisor: Supervisor, words: Sequence[str], variables: Mapping[str, str]) -> int:
    process = spawn(words, cwd=PROJECT, env=variables, start_new_session=False)
    return _wait(supervisor, process)


def _wait(supervisor: Supervisor, process: subprocess.Popen) -> int:
    code = supervisor.run_in_foreground(process)
    if code in (-signal.SIGINT, -signal.SIGTERM):
        raise StopRequested
    return code if code >= 0 else 128 - code
