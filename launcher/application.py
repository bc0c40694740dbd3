"""The application's programs: what runs once at a start, and what stays."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import changes
from .processes import spawn
from .state import PROJECT, State
from .supervisor import Part

CELERY = ("celery", "--quiet", "-A", "badgeproject")
ROOT_IS_KNOWN = "ignore:You're running the worker with superuser privileges"


class Application:
    def __init__(self, state: State, environment: Mapping[str, str]):
        self.state = state
        self.environment = environment
        self.is_demo = environment.get("DEMO") == "1"

    # Once

    def step(self, name: str, *words: str, is_quiet: bool = False) -> Part:
        return self._part(name, ("manage.py", *words), is_quiet=is_quiet)

    def migrations(self) -> Part:
        return self.step("migrate", "migrate", "--no-input", "--verbosity", "1")

    def static_files(self) -> Part | None:
        """Nothing to do when no static file, package or destination has changed."""
        if self.state.note("static-files") == self._static_files_now():
            return None
        return self.step("static", "collectstatic", "--no-input", "--verbosity", "0")

    def static_files_are_done(self) -> None:
        self.state.note("static-files", self._static_files_now())

    def _static_files_now(self) -> str:
        return changes.of_static_files(self.environment, self.state.folder)

    def translations(self) -> list[Part]:
        return [
            self._part(f"language-{source.parts[-3]}", command)
            for source, command in stale_translations()
        ]

    # As long as we run

    def web(self, listener: int) -> Part:
        options = ("--bind", f"fd://{listener}", "--log-level", "warning")
        words = ("-m", "gunicorn", *options, "badgeproject.wsgi:application")
        return self._part(
            "web",
            words,
            pass_fds=(listener,),
            stop_limit=15,
            silent_about=("/healthz",),  # it is we who ask, and we say how it went
        )

    def worker(self) -> Part:
        concurrency = self.environment.get("WORKER_CONCURRENCY") or "2"
        options = ("--loglevel", "INFO", "--concurrency", concurrency)
        quick = ("--without-gossip", "--without-mingle")
        return self._part(
            "worker",
            ("-m", *CELERY, "worker", *options, *quick),
            stop_limit=30,
            # Every task that came and went well; what a task itself says, and failures, stay.
            silent_about=("INFO/MainProcess] Task ", "] succeeded in "),
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
    """Catalogues that changed since they were compiled, each with the words that compile it."""
    stale = []
    for source in sorted(PROJECT.glob("locale/*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        files = ("-i", str(source), "-o", str(compiled), "-l", source.parts[-3])
        stale.append((source, ("-m", "babel.messages.frontend", "compile", *files)))
    return stale
