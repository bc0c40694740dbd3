"""Fetching untrusted URLs never reaches the internal network, and always ends."""

from __future__ import annotations

import gzip
import http.client
import socket
import threading
import zlib
from contextlib import contextmanager, suppress

import pytest

from fetching.safe_fetch import LARGEST, Fetcher, NotFetched

PUBLIC = "93.184.216.34"


@contextmanager
def site(*answers: bytes):
    """A server that sends one raw answer per connection and records the requests."""
    asked, server = [], socket.create_server(("127.0.0.1", 0))

    def serve():
        for answer in answers:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(65536))
                with suppress(OSError):
                    connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server.getsockname()[1], asked
    server.close()


def fetcher(port: int = 0, names: dict | None = None, seconds: float = 5) -> Fetcher:
    names = names or {}

    def connect(scheme, address, _port, host, timeout):
        connection = http.client.HTTPConnection(host, timeout=timeout)
        connection.sock = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        return connection

    return Fetcher(
        resolve=lambda host, port: names.get(host, [PUBLIC]), connect=connect, seconds=seconds
    )


def ok(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def redirect(to: bytes) -> bytes:
    return b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + to + b"\r\n\r\n"


def packed(encoding: str, body: bytes) -> bytes:
    return ok(body).replace(b"\r\n\r\n", b"\r\nContent-Encoding: %s\r\n\r\n" % encoding.encode(), 1)


def refusal_reason(url: str, using: Fetcher) -> str:
    with pytest.raises(NotFetched) as refusal:
        using.fetch(url)
    return refusal.value.reason


def test_a_public_address_is_fetched():
    with site(ok(b"{}")) as (port, asked):
        answer = fetcher(port).fetch("https://badges.example/a/1?x=y")

    assert (answer.status, answer.body) == (200, b"{}")
    assert asked[0].startswith(b"GET /a/1?x=y HTTP/1.1\r\nHost: badges.example\r\n")
    assert b"Cookie" not in asked[0]


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "fec0::1", "::ffff:10.0.0.1"])
def test_a_private_address_is_refused(address):
    assert (
        refusal_reason("https://x.example/", fetcher(names={"x.example": [address]})) == "private"
    )
    mixed = {"x.example": [PUBLIC, address]}
    assert refusal_reason("https://x.example/", fetcher(names=mixed)) == "private"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x.example/",
        "file:///etc/passwd",
        "gopher://x.example/",
        "https://x.example:6379/",
        "https://x.example:99999/",
        f"https://{'x' * 300_000}/",
        "https://user:secret@x.example/",
        "https:///nothing",
        "https://x.example/a\r\nHost: y",
        "https://[::1",
        "not an address",
    ],
)
def test_unsupported_urls_are_refused(url):
    assert refusal_reason(url, fetcher()) == "address"


def test_a_redirect_into_our_network_is_refused():
    with site(redirect(b"https://inside.example/")) as (port, _):
        using = fetcher(port, names={"inside.example": ["127.0.0.1"]})

        assert refusal_reason("https://x.example/", using) == "private"


def test_redirects_are_followed_up_to_a_limit():
    with site(redirect(b"/next"), ok(b"{}")) as (port, asked):
        assert fetcher(port).fetch("https://x.example/").url == "https://x.example/next"
    with site(*[redirect(b"/again")] * 5) as (port, asked):
        assert refusal_reason("https://x.example/", fetcher(port)) == "redirects"
        assert len(asked) == 4
    with site(redirect(b"http://x.example/")) as (port, asked):
        assert refusal_reason("https://x.example/", fetcher(port)) == "redirects"


def test_a_response_that_is_too_large_is_refused():
    with site(ok(b"x" * (LARGEST + 10))) as (port, _):
        assert refusal_reason("https://x.example/", fetcher(port)) == "large"


@pytest.mark.parametrize("answer", [b"", b"garbage\r\n\r\n"])
def test_a_malformed_response_is_refused(answer):
    with site(answer) as (port, _):
        assert refusal_reason("https://x.example/", fetcher(port)) in {"unreachable", "slow"}


@pytest.mark.parametrize(
    "answer",
    [
        ok(b"{}").replace(b": 2", b": 3"),  # ends before its declared length
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
        packed("br", b"{}"),
        packed("gzip, gzip", gzip.compress(b"{}", mtime=0)),
        packed("gzip", gzip.compress(b"{}", mtime=0)[:-4]),
        packed("gzip", b"{}"),
    ],
)
def test_an_incomplete_or_unknown_body_is_refused(answer):
    with site(answer) as (port, _):
        assert refusal_reason("https://x.example/", fetcher(port)) == "unreachable"


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("X-GZip", gzip.compress), ("deflate", zlib.compress)],
)
def test_a_body_packed_without_being_asked_is_unpacked_within_the_limit(encoding, pack):
    with site(packed(encoding, pack(b"{}"))) as (port, asked):
        assert fetcher(port).fetch("https://x.example/").body == b"{}"
        assert b"Accept-Encoding: identity" in asked[0]
    with site(packed(encoding, pack(bytes(LARGEST + 1)))) as (port, _):
        assert refusal_reason("https://x.example/", fetcher(port)) == "large"


@pytest.mark.parametrize(
    "endless",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n" * 200_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + (b"1;" + b"x" * 60_000 + b"\r\n{\r\n") * 60,
    ],
)
def test_a_response_with_endless_framing_is_refused(endless):
    with site(endless) as (port, _):
        assert refusal_reason("https://x.example/", fetcher(port)) == "large"


def test_endless_headers_are_refused():
    with site(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500_000) as (port, _):
        assert refusal_reason("https://x.example/", fetcher(port)) == "unreachable"
