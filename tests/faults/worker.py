"""A Celery worker with its schedule as a process of its own, on the test's database and broker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

PROJECT = Path(__file__).resolve().parents[2]


def database_of_test() -> str:
    database = urlsplit(os.environ["DATABASE_URL"])
    return database._replace(path="/" + connection.settings_dict["NAME"]).geturl()


class Worker:
    def __init__(self, *, mail_port: int, files: Path, name: str = "worker") -> None:
        self.name, self.log = name, files / f"{name}.log"
        self._environment = {
            **os.environ,
            "PGAPPNAME": name,  # how PostgreSQL lists its connections
            "DATABASE_URL": database_of_test(),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "DATA_DIR": str(files),
            "SWEEP_SECONDS": "0.5",
            "EMAIL_LEASE_SECONDS": "2",
            "EMAIL_FIRST_PAUSE_SECONDS": "0.2",
        }
        self._schedule = str(files / f"{name}-schedule")
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        celery = [sys.executable, "-m", "celery", "-A", "badgeproject", "worker"]
        options = [
            "--hostname",
            f"{self.name}@%h",
            "--beat",
            "--schedule",
            self._schedule,
            "--concurrency",
            "2",
            "--loglevel",
            "INFO",
        ]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                celery + options,
                cwd=PROJECT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def freeze(self) -> None:
        os.killpg(self._process.pid, signal.SIGSTOP)

    def kill(self) -> None:
        """kill -9: the worker, its children and its schedule, all at once."""
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None


def wait_until(holds: Callable[[], bool], *, seconds: float = 30, what: str = "") -> None:
    ends_at = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends_at, f"did not happen: {what}"
        time.sleep(0.05)
