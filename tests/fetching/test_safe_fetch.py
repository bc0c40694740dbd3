"""Fetching untrusted URLs never reaches the internal network, and always ends."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from fetching.safe_fetch import LARGEST, Fetcher, NotFetched, is_public

PUBLIC = "93.184.216.34"


@contextmanager
def site(*answers: bytes, drip: float = 0):
    """A server that sends one raw answer per connection and records the requests.

    `drip` is the pause after each byte, in seconds.
    """
    asked, server = [], socket.create_server(("127.0.0.1", 0))

    def serve():
        for answer in answers:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(65536))
                step = 1 if drip else max(len(answer), 1)
                for at in range(0, len(answer), step):
                    try:
                        connection.sendall(answer[at : at + step])
                    except OSError:
                        break
                    time.sleep(drip)

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


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_a_private_address_is_refused(address):
    assert not is_public(address)
    assert (
        refusal_reason("https://x.example/", fetcher(names={"x.example": [address]})) == "private"
    )
    mixed = {"x.example": [PUBLIC, address]}
    assert refusal_reason("https://x.example/", fetcher(names=mixed)) == "private"


def test_a_public_address_is_public():
    assert is_public(PUBLIC)
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x.example/",
        "file:///etc/passwd",
        "gopher://x.example/",
        "https://x.example:6379/",
        "https://x.example:99999/",
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


@pytest.mark.parametrize("answer", [ok(b"{}"), b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50])
def test_a_server_that_sends_very_slowly_is_cut_off(answer):
    with site(answer, drip=0.1) as (port, _):
        began = time.monotonic()

        assert refusal_reason("https://x.example/", fetcher(port, seconds=0.6)) == "slow"
        assert time.monotonic() - began < 2


@pytest.mark.parametrize("answer", [b"", b"garbage\r\n\r\n"])
def test_a_malformed_response_is_refused(answer):
    with site(answer) as (port, _):
        assert refusal_reason("https://x.example/", fetcher(port)) in {"unreachable", "slow"}
