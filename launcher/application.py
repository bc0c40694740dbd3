"""The application's programs: what runs once at a start, and what stays."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from .processes import spawn
from .state import PROJECT, State
from .supervisor import Part

CELERY = ("celery", "-A", "badgeproject")


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
        if self.state.note("static-files") == self._static_fingerprint():
            return None
        return self.step("static", "collectstatic", "--no-input", "--verbosity", "1")

    def static_files_are_done(self) -> None:
        self.state.note("static-files", self._static_fingerprint())

    def translations(self) -> list[Part]:
        return [
            self._part(f"language-{source.parts[-3]}", command)
            for source, command in stale_translations()
        ]

    # As long as we run

    def web(self, listener: int) -> Part:
        command = ("gunicorn", "--bind", f"fd://{listener}", "badgeproject.wsgi:application")
        return self._part("web", ("-m", *command), pass_fds=(listener,), stop_limit=15)

    def worker(self) -> Part:
        concurrency = self.environment.get("WORKER_CONCURRENCY") or "2"
        options = ("--loglevel", "INFO", "--concurrency", concurrency)
        quick = ("--without-gossip", "--without-mingle")
        return self._part("worker", ("-m", *CELERY, "worker", *options, *quick), stop_limit=30)

    def beat(self) -> Part:
        schedule = self.state.run / "beat-schedule"
        options = ("--loglevel", "WARNING", "--pidfile", "", "--schedule", str(schedule))
        return self._part("beat", ("-m", *CELERY, "beat", *options))

    def _part(self, name: str, words: tuple, *, pass_fds: tuple[int, ...] = (), **options) -> Part:
        def start() -> subprocess.Popen:
            return spawn(
                [sys.executable, *words],
                cwd=PROJECT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(*self.state.inherited, *pass_fds),
            )

        return Part(name, start, **options)

    def _static_fingerprint(self) -> str:
        digest = hashlib.sha256(self.environment["STATIC_ROOT"].encode())
        for folder in sorted(PROJECT.glob("static")) + sorted(PROJECT.glob("*/static")):
            if folder.is_relative_to(self.state.folder):
                continue
            for path in sorted(folder.rglob("*")):
                found = path.stat()
                digest.update(f"{path} {found.st_mtime_ns} {found.st_size}\n".encode())
        for path in (PROJECT / "requirements/base.txt", PROJECT / "badgeproject/settings.py"):
            digest.update(path.read_bytes() if path.exists() else b"-")
        is_there = os.path.isdir(self.environment["STATIC_ROOT"])
        digest.update(str(is_there).encode())
        return digest.hexdigest()


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
