import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from launcher.postgres import Postgres
from launcher.state import PROJECT, State
from launcher.valkey import Valkey

LIMIT = 90  # generous: a busy machine is no failure


def wait_until(condition, limit=LIMIT):
    until = time.monotonic() + limit
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it never came true")


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Launcher:
    """`python -m launcher services` on a state folder, as a person starts it."""

    def __init__(self, folder, environment):
        self.state = State(folder)
        self.postgres = Postgres(self.state)
        self.valkey = Valkey(self.state)
        self.output = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-m", "launcher", "services"],
            cwd=PROJECT,
            env={**environment, "BADGES_STATE": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=subprocess.STDOUT,
        )

    @property
    def said(self):
        self.output.seek(0)
        return self.output.read()

    def wait(self):
        """Until it has said where everything is."""
        wait_until(lambda: "export DATA_DIR" in self.said or self.process.poll() is not None)
        assert self.process.poll() is None, self.said
        return self

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        return self.process.wait(LIMIT)

    def ask_postgres(self, question, database="badges"):
        command = [self.postgres.programs / "psql", "-h", self.postgres.socket_folder]
        command += ["-U", "app", "-d", database, "-X", "-A", "-t", "-c", question]
        return subprocess.check_output(command, text=True, timeout=LIMIT).strip()

    def ask_valkey(self, *words):
        with socket.create_connection(("127.0.0.1", self.valkey.port), timeout=5) as connection:
            lines = f"AUTH {self.valkey.password}\r\n{' '.join(words)}\r\n"
            connection.sendall(lines.encode())
            answer = connection.makefile("rb")
            assert answer.readline() == b"+OK\r\n"
            return answer.readline().decode().strip()

    @property
    def postmaster(self):
        return int((self.postgres.data / "postmaster.pid").read_text().split()[0])

    @property
    def valkey_process(self):
        return int(self.ask_valkey_info("process_id"))

    def ask_valkey_info(self, name):
        with socket.create_connection(("127.0.0.1", self.valkey.port), timeout=5) as connection:
            connection.sendall(f"AUTH {self.valkey.password}\r\nINFO server\r\n".encode())
            for line in connection.makefile("rb"):
                found, _, value = line.decode().strip().partition(":")
                if found == name:
                    return value
        raise LookupError(name)


@pytest.fixture
def folder():
    """Short, because a socket's path may not be long."""
    with tempfile.TemporaryDirectory(prefix="launcher-") as path:
        yield Path(path) / "var"


@pytest.fixture
def launch(folder):
    """Start a launcher on the test's folder; what still runs at the end is ended."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PORT", "PUBLIC_ORIGIN")
    }
    started = []

    def start(path=folder, **changes):
        launcher = Launcher(path, {**environment, **changes})
        started.append(launcher)
        return launcher

    yield start
    for launcher in started:
        if launcher.process.poll() is None:
            launcher.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                launcher.process.wait(LIMIT)
        launcher.output.close()
