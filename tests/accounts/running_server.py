"""A provider of sign-in that runs next to the tests, found under its public name."""

from __future__ import annotations

import http.client
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from fetching.safe_fetch import Fetcher

PUBLIC = "93.184.215.14"  # where the name is said to be, for the checks of `fetching`


@dataclass
class RunningServer:
    port: int
    process: subprocess.Popen

    @classmethod
    def listening(
        cls, command: Callable[[int], Sequence[str | Path]], *, log: Path, cwd: Path
    ) -> Self:
        """Start it on a free port, and wait until it answers there."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with log.open("w") as output:
            process = subprocess.Popen(command(port), stdout=output, stderr=output, cwd=cwd)
        for _ in range(150):
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                return cls(port, process)
            except OSError:
                time.sleep(0.2)
        process.kill()
        raise RuntimeError(log.read_text()[-2000:])

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    @property
    def fetcher(self) -> Fetcher:
        """Finds the provider under its public name. TLS ends before it, as behind any proxy."""

        def connect(scheme, address, port, host, timeout):
            assert (scheme, address, port) == ("https", PUBLIC, 443)
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
            connection.connect()
            # Connected already: from here on this is only what it says in its Host header.
            connection.host, connection.port = host, connection.default_port
            return connection

        return Fetcher(resolve=lambda host, port: [PUBLIC], connect=connect)
