"""A web node, gunicorn with the product's settings, as processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from bench.servers import free_port, wait_for
from tests.faults.worker import PROJECT, database_of_test


class WebNode:
    """On the test's database and broker, with files in `files`."""

    def __init__(self, *, files: Path, name: str = "web", **variables: str) -> None:
        self.name, self.port = name, free_port()
        self.log = files / f"{name}.log"
        self._environment = {
            **os.environ,
            "PGAPPNAME": name,  # how PostgreSQL lists its connections
            "DATABASE_URL": database_of_test(),
            "DATA_DIR": str(files),
            "WEB_CONCURRENCY": "1",
            **variables,
        }
        self._process: subprocess.Popen | None = None

    def start(self) -> WebNode:
        command = [sys.executable, "-m", "gunicorn", "badgeproject.wsgi:application"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--bind", f"127.0.0.1:{self.port}"],
                cwd=PROJECT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(self.port)
        return self

    def kill(self) -> None:
        """kill -9: the master and its workers, all at once."""
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
