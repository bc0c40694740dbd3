"""A load generator: one thread, kept connections, the time of every answer."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

CONNECTIONS = 8
TIMEOUT = 30  # seconds


class NotAsExpected(Exception):
    """An answer was not a complete 200."""


@dataclass
class Load:
    """What a round of requests took: all times in seconds."""

    elapsed: float = 0.0
    times: list[float] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return len(self.times)


class _Connection:
    """One kept connection. It asks for every path in turn."""

    def __init__(self, port: int, requests: Sequence[bytes], start: int) -> None:
        self._port, self._requests, self._next = port, requests, start
        self.socket: socket.socket | None = None
        self._head, self._missing, self.began = b"", -1, 0.0

    def ask(self) -> None:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head, self._missing = b"", -1
        self.began = time.perf_counter()
        self.socket.sendall(self._requests[self._next % len(self._requests)])
        self._next += 1

    def read(self) -> bool:
        """Whether the answer is complete now."""
        data = self.socket.recv(262_144)
        if not data:
            raise NotAsExpected("The server closed a connection before its answer was complete.")
        if self._missing < 0:
            self._head += data
            head, end, body = self._head.partition(b"\r\n\r\n")
            if not end:
                return False
            lines = head.split(b"\r\n")
            if lines[0] != b"HTTP/1.1 200 OK":
                asked = self._requests[(self._next - 1) % len(self._requests)]
                raise NotAsExpected(f"{lines[0].decode()} for {asked.decode().splitlines()[0]}")
            headers = dict(line.lower().split(b": ", 1) for line in lines[1:])
            self._missing = int(headers[b"content-length"]) - len(body)
        else:
            self._missing -= len(data)
        return self._missing == 0


def send(port: int, paths: Sequence[str], *, accept: str, seconds: float) -> Load:
    """Ask for the paths as fast as answers come, for this long."""
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n".encode()
        for path in paths
    ]
    load, connections = Load(), [_Connection(port, requests, n) for n in range(CONNECTIONS)]
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            connection.ask()
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        waiting = len(connections)
        while waiting:
            ready = selector.select(TIMEOUT)
            if not ready:
                raise NotAsExpected(f"There was no answer for {TIMEOUT} s.")
            for key, _ in ready:
                connection = key.data
                if not connection.read():
                    continue
                now = time.perf_counter()
                load.times.append(now - connection.began)
                if now - began < seconds:
                    connection.ask()
                else:
                    selector.unregister(connection.socket)
                    connection.socket.close()
                    waiting -= 1
    load.elapsed = time.perf_counter() - began
    return load
