"""A load generator: one thread, kept connections, the time of every answer."""

from __future__ import annotations

import itertools
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

CONNECTIONS = 8
# Requests after which a connection is closed and opened again. Which worker has a connection is
# chance: without this, all eight may be with one of two for a whole round.
KEPT_FOR = 100
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
    """One kept connection. All of them share the turns."""

    def __init__(self, port: int, turns: Iterator[bytes]) -> None:
        self._port, self._turns, self._asked = port, turns, b""
        self.socket: socket.socket | None = None
        self._head, self._missing, self.began = b"", -1, 0.0
        self._requests = 0

    @property
    def is_old(self) -> bool:
        return self._requests >= KEPT_FOR

    def close(self) -> None:
        self.socket.close()
        self.socket, self._requests = None, 0

    def ask(self) -> None:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests += 1
        self._head, self._missing = b"", -1
        self.began = time.perf_counter()
        self._asked = next(self._turns)
        self.socket.sendall(self._asked)

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
                asked = self._asked.decode().splitlines()[0]
                raise NotAsExpected(f"{lines[0].decode()} for {asked}")
            headers = dict(line.lower().split(b": ", 1) for line in lines[1:])
            self._missing = int(headers[b"content-length"]) - len(body)
        else:
            self._missing -= len(data)
        return self._missing == 0


def request(path: str, *, accept: str = "*/*", cookie: str = "") -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", f"Accept: {accept}"]
    return "\r\n".join([*lines, *([f"Cookie: {cookie}"] if cookie else []), "", ""]).encode()


def send(port: int, requests: Sequence[bytes], *, seconds: float) -> Load:
    """Send the requests in turn, over and over, as fast as answers come, for this long."""
    began = time.perf_counter()
    return _send(port, requests, lambda sent: time.perf_counter() - began < seconds)


def send_once(port: int, requests: Sequence[bytes]) -> Load:
    """Send each of the requests once, as fast as answers come."""
    return _send(port, requests, lambda sent: sent < len(requests))


def _send(port: int, requests: Sequence[bytes], goes_on: Callable[[int], bool]) -> Load:
    turns = itertools.cycle(requests)
    load, connections = Load(), [_Connection(port, turns) for _ in range(CONNECTIONS)]
    began, sent = time.perf_counter(), 0
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            connection.ask()
            sent += 1
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
                load.times.append(time.perf_counter() - connection.began)
                goes = goes_on(sent)
                if connection.is_old or not goes:
                    selector.unregister(connection.socket)
                    connection.close()
                if not goes:
                    waiting -= 1
                    continue
                is_new = connection.socket is None
                connection.ask()
                sent += 1
                if is_new:
                    selector.register(connection.socket, selectors.EVENT_READ, connection)
    load.elapsed = time.perf_counter() - began
    return load
