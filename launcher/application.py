"""The application's processes: steps that run at each start, and parts that keep running."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import changes
from .processes import spawn
from .state import PROJECT, State
from .supervisor import Part
from .switches import is_on

CELERY = ("celery", "--quiet", "-A", "badgeproject")
ROOT_IS_KNOWN = "ignore:You're running the worker with superuser privileges"


class Application:
    def __init__(self, state: State, environment: Mapping[str, str]):
        self.state = state
        self.environment = environment
        self.is_demo = is_on(environment, "DEMO", default=False)

    # Steps

    def step(self, name: str, *words: str, is_quiet: bool = False) -> Part:
        return self._part(name, ("manage.py", *words), is_quiet=is_quiet)

    def migrations(self) -> Part:
        return self.step("migrate", "migrate", "--no-input", "--verbosity", "1")

    def static_files(self) -> Part | None:
        """None if no static file, package or destination has changed."""
        if self.state.note("static-files") == self._current_static_files_digest():
            return None
        return self.step("static", "collectstatic", "--no-input", "--verbosity", "0")

    def record_static_files(self) -> None:
        self.state.note("static-files", self._current_static_files_digest())

    def _current_static_files_digest(self) -> str:
        return changes.static_files_digest(self.environment, self.state.folder)

    def translations(self) -> list[Part]:
        return [
            self._part(f"language-{source.parts[-3]}", command)
            for source, command in stale_translations()
        ]

    # Parts

    def web(self, listener: int) -> Part:
        options = ("--bind", f"fd://{listener}", "--log-level", "warning")
        words = ("-m", "gunicorn", *options, "badgeproject.wsgi:application")
        return self._part(
            "web",
            words,
            pass_fds=(listener,),
            stop_limit=15,
            ignored_output=("GET healthz",),  # asked by the launcher, which reports the result
        )

    def worker(self) -> Part:
        concurrency = self.environment.get("WORKER_CONCURRENCY") or "2"
        options = ("--loglevel", "INFO", "--concurrency", concurrency)
        quick = ("--without-gossip", "--without-mingle")
        return self._part(
            "worker",
            ("-m", *CELERY, "worker", *options, *quick),
            stop_limit=30,
            # Hide received and succeeded tasks. Failures and the tasks' own messages are logged.
            ignored_output=("INFO/MainProcess] Task ", "] succeeded in "),
            environment={"PYTHONWARNINGS": ROOT_IS_KNOWN, **self.environment},
        )

    def beat(self) -> Part:
        schedule = self.state.run / "beat-schedule"
        options = ("--loglevel", "WARNING", "--pidfile", "", "--schedule", str(schedule))
        return self._part("beat", ("-m", *CELERY, "beat", *options))

    def _part(
        self,
        name: str,
        words: Sequence[str],
        *,
        pass_fds: tuple[int, ...] = (),
        environment: Mapping[str, str] | None = None,
        **options,
    ) -> Part:
        def start() -> subprocess.Popen:
            return spawn(
                [sys.executable, *words],
                cwd=PROJECT,
                env=environment or self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(*self.state.inherited, *pass_fds),
            )

        return Part(name, start, **options)


def stale_translations() -> list[tuple[Path, tuple[str, ...]]]:
    """Changed translation catalogs, each with the Python arguments that compile it."""
    stale = []
    for source in sorted(PROJECT.glob("locale/*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        files = ("-i", str(source), "-o", str(compiled), "-l", source.parts[-3])
        stale.append((source, ("-m", "babel.messages.frontend", "compile", *files)))
    return stale
