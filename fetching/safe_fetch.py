"""Fetches untrusted URLs without exposing the internal network (SSRF protection).

Every host is resolved, must be public, and is connected to at the checked IP address, so that DNS
rebinding has no effect. Each redirect is checked again. Bytes, time and redirects are limited.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

LARGEST = 2 * 1024 * 1024  # bytes
SECONDS = 8.0
REDIRECTS = 3
ACCEPT = (
    "application/ld+json, application/json, application/vc, application/vc+ld+json, "
    "application/did+json, image/png, image/svg+xml, text/plain;q=0.9, */*;q=0.1"
)
# NAT64, 6to4 and Teredo addresses contain an IPv4 address, which may be private.
_EMBEDS_IPV4 = [ipaddress.ip_network(net) for net in ("64:ff9b::/32", "2002::/16", "2001::/32")]

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
    """A connection to this IP address, with TLS and the Host header for `host`."""
    sock = socket.create_connection((address, port), timeout=timeout)
    if scheme == "https":
        sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    connection.sock = sock
    return connection


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

    def _get(
        self, scheme: str, host: str, port: int, target: str, ends_at: float
    ) -> tuple[int, str | None, bytes]:
        address = self._public_address(host, port)
        seconds_left = ends_at - time.monotonic()
        if seconds_left <= 0:
            raise NotFetched(NotFetched.SLOW)
        try:
            connection = self.connect(scheme, address, port, host, seconds_left)
        except (OSError, ssl.SSLError):
            raise NotFetched(NotFetched.UNREACHABLE) from None
        # A socket timeout does not stop a server that sends one byte per second.
        watchdog = threading.Timer(max(0.0, ends_at - time.monotonic()), _shut_down, [connection])
        watchdog.start()
        try:
            headers = {"Accept": ACCEPT, "Accept-Encoding": "identity", "User-Agent": "BadgeVerify"}
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            body = response.read(LARGEST + 1)
        except (OSError, http.client.HTTPException, ValueError):
            late = time.monotonic() >= ends_at
            raise NotFetched(NotFetched.SLOW if late else NotFetched.UNREACHABLE) from None
        finally:
            watchdog.cancel()
            connection.close()
        if time.monotonic() >= ends_at:
            raise NotFetched(NotFetched.SLOW)
        if len(body) > LARGEST:
            raise NotFetched(NotFetched.LARGE)
        return response.status, response.getheader("Location"), body

    def _public_address(self, host: str, port: int) -> str:
        try:
            addresses = self.resolve(host, port)
        except (OSError, UnicodeError):
            raise NotFetched(NotFetched.UNREACHABLE) from None
        # One private address among several is enough to refuse the host.
        if not addresses or not all(is_public(address) for address in addresses):
            raise NotFetched(NotFetched.PRIVATE)
        return addresses[0]


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if mapped := getattr(ip, "ipv4_mapped", None):
        ip = mapped
    if ip.version == 6 and any(ip in network for network in _EMBEDS_IPV4):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _parts(url: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        host = (parts.hostname or "").encode("idna").decode()
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


def _shut_down(connection: http.client.HTTPConnection) -> None:
    try:
        connection.sock.shutdown(socket.SHUT_RDWR)
    except (OSError, AttributeError):
        return
