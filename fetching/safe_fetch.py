"""Fetches untrusted URLs without exposing the internal network (SSRF protection).

Every host is resolved, must be public, and is connected to at the checked IP address, so that DNS
rebinding has no effect. Each redirect is checked again. Bytes, time and redirects are limited.

One deadline limits everything: resolving, connecting, the TLS handshake, and each read of headers
and body. `http.client` reads through `_DeadlineSocket`, which checks the deadline before every
single read, so it makes no difference how slowly a server sends and how it ends the connection.
"""

from __future__ import annotations

import http.client
import io
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from fetching.public_addresses import is_public

__all__ = ["LARGEST", "Fetched", "Fetcher", "NotFetched", "is_public"]

LARGEST = 2 * 1024 * 1024  # bytes of a body
SECONDS = 8.0
REDIRECTS = 3
# Bytes of a whole response: also headers, interim responses and the framing of chunks.
_LARGEST_RESPONSE = LARGEST + 512 * 1024
_LONGEST_HOST = 253
# `getaddrinfo` has no timeout. It runs in a thread, which may outlive the fetch by some seconds.
_MOST_RESOLVING = 8
_resolving_slots = threading.BoundedSemaphore(_MOST_RESOLVING)
ACCEPT = (
    "application/ld+json, application/json, application/vc, application/vc+ld+json, "
    "application/did+json, image/png, image/svg+xml, text/plain;q=0.9, */*;q=0.1"
)
Resolve = Callable[[str, int], list[str]]
Connect = Callable[[str, str, int, str, float], http.client.HTTPConnection]


class NotFetched(Exception):
    """The URL could not be fetched. `reason` is one of the constants below."""

    ADDRESS, PRIVATE, UNREACHABLE, SLOW, LARGE, REDIRECTS = (
        "address", "private", "unreachable", "slow", "large", "redirects",
    )  # fmt: skip

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Fetched:
    url: str  # after redirects
    status: int
    body: bytes


def resolve(host: str, port: int) -> list[str]:
    return [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def connect(
    scheme: str, address: str, port: int, host: str, timeout: float
) -> http.client.HTTPConnection:
    """A connection to this IP address, with TLS and the Host header for `host`.

    Connecting and the TLS handshake together take at most `timeout` seconds.
    """
    ends_at = time.monotonic() + timeout
    sock = socket.create_connection((address, port), timeout=timeout)
    if scheme == "https":
        try:
            # During a handshake, the timeout limits the whole of it, not each read.
            sock.settimeout(_seconds_until(ends_at))
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    connection.sock = sock
    return connection


@dataclass(frozen=True)
class _Asked:
    method: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True)
class Fetcher:
    """All network access goes through `resolve` and `connect`, so tests can replace them."""

    resolve: Resolve = resolve
    connect: Connect = connect
    seconds: float = SECONDS

    def fetch(self, url: str) -> Fetched:
        """GET the URL. Any status is returned; raises NotFetched if there is no response."""
        ends_at = time.monotonic() + self.seconds
        is_secure = False
        for _ in range(REDIRECTS + 1):
            parts = _parts(url)
            if is_secure and parts[0] != "https":
                raise NotFetched(NotFetched.REDIRECTS)
            is_secure = parts[0] == "https"
            status, location, body = self._get(*parts, ends_at)
            if status not in {301, 302, 303, 307, 308} or not location:
                return Fetched(url, status, body)
            try:
                url = urljoin(url, location)
            except ValueError:
                raise NotFetched(NotFetched.ADDRESS) from None
        raise NotFetched(NotFetched.REDIRECTS)

    def fetch_with(self, url: str, *, headers: Mapping[str, str]) -> Fetched:
        """GET with headers that may hold a secret: they go to this address and to no other."""
        return self._once(_Asked("GET", headers), url)

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Fetched:
        """POST to this address and to no other. Any status is returned, also a redirect."""
        return self._once(_Asked("POST", headers, body), url)

    def _once(self, asked: _Asked, url: str) -> Fetched:
        ends_at = time.monotonic() + self.seconds
        status, _location, body = self._get(*_parts(url), ends_at, asked)
        return Fetched(url, status, body)

    def _get(
        self,
        scheme: str,
        host: str,
        port: int,
        target: str,
        ends_at: float,
        asked: _Asked | None = None,
    ) -> tuple[int, str | None, bytes]:
        try:
            address = self._public_address(host, port, ends_at)
            connection = self.connect(scheme, address, port, host, _seconds_until(ends_at))
            return _get(connection, target, ends_at, asked or _Asked("GET"))
        except _TooMuch:
            raise NotFetched(NotFetched.LARGE) from None
        except TimeoutError:
            raise NotFetched(NotFetched.SLOW) from None
        except (OSError, http.client.HTTPException, ValueError, zlib.error):
            raise NotFetched(NotFetched.UNREACHABLE) from None

    def _public_address(self, host: str, port: int, ends_at: float) -> str:
        addresses = _resolve_until(ends_at, self.resolve, host, port)
        # One private address among several is enough to refuse the host.
        if not addresses or not all(is_public(address) for address in addresses):
            raise NotFetched(NotFetched.PRIVATE)
        return addresses[0]


def _resolve_until(ends_at: float, resolve: Resolve, host: str, port: int) -> list[str]:
    """The addresses of a host. Raises TimeoutError at the deadline, even if `resolve` goes on."""
    if not _resolving_slots.acquire(timeout=_seconds_until(ends_at)):
        raise TimeoutError
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put(resolve(host, port))
        except Exception as error:
            answers.put(error)
        finally:
            _resolving_slots.release()

    threading.Thread(target=work, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=_seconds_until(ends_at))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _get(
    connection: http.client.HTTPConnection, target: str, ends_at: float, asked: _Asked
) -> tuple[int, str | None, bytes]:
    sock = connection.sock
    try:
        connection.sock = _DeadlineSocket(sock, ends_at)
        headers = {"Accept": ACCEPT, "Accept-Encoding": "identity", "User-Agent": "BadgeVerify"}
        connection.request(asked.method, target, asked.body, {**headers, **asked.headers})
        with connection.getresponse() as response:
            body = response.read(LARGEST + 1)
            if len(body) > LARGEST:
                raise _TooMuch
            if response.length:  # the connection ended before the body
                raise http.client.IncompleteRead(body, response.length)
            body = _decoded(body, response.getheader("Content-Encoding", ""))
            return response.status, response.getheader("Location"), body
    finally:
        sock.close()


class _TooMuch(Exception):
    """The server sent more bytes than allowed."""


class _DeadlineSocket:
    """What `http.client` needs of a socket, with a deadline for every read and write."""

    def __init__(self, sock: socket.socket, ends_at: float) -> None:
        self._sock, self._ends_at = sock, ends_at

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(_seconds_until(self._ends_at))
        self._sock.sendall(data)

    def makefile(self, *_args: object, **_options: object) -> io.BufferedReader:
        return io.BufferedReader(_DeadlineReader(self._sock, self._ends_at))

    def close(self) -> None:
        """`http.client` closes the connection while the response still reads; `_get` closes."""


class _DeadlineReader(io.RawIOBase):
    """Reads of a socket until the deadline and up to the most bytes of a response."""

    def __init__(self, sock: socket.socket, ends_at: float) -> None:
        self._sock, self._ends_at, self._bytes_left = sock, ends_at, _LARGEST_RESPONSE

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        self._sock.settimeout(_seconds_until(self._ends_at))
        count = self._sock.recv_into(buffer)
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise _TooMuch
        return count


def _seconds_until(ends_at: float) -> float:
    seconds = ends_at - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def _decoded(body: bytes, encoding: str) -> bytes:
    """The body, unpacked if the server packed it although we did not ask for it."""
    encoding = encoding.strip().lower()
    if not body or encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise http.client.HTTPException
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # gzip or zlib, by their headers
    unpacked = unpacking.decompress(body, LARGEST + 1)
    if len(unpacked) > LARGEST:
        raise _TooMuch
    if not unpacking.eof:
        raise http.client.HTTPException
    return unpacked


def _parts(url: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        host = parts.hostname or ""
        if len(host) > _LONGEST_HOST:  # encoding takes long for long names
            raise NotFetched(NotFetched.ADDRESS)
        host = host.encode("idna").decode()
    except (ValueError, UnicodeError):
        raise NotFetched(NotFetched.ADDRESS) from None
    if parts.scheme not in {"http", "https"} or not host or port not in {80, 443}:
        raise NotFetched(NotFetched.ADDRESS)
    if parts.username is not None or parts.password is not None:
        raise NotFetched(NotFetched.ADDRESS)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not (target.isascii() and target.isprintable()) or " " in target:
        raise NotFetched(NotFetched.ADDRESS)
    return parts.scheme, host, port, target
