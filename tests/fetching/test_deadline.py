"""A fetch ends at its deadline, whatever the other server does. The servers here are real ones."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from fetching import safe_fetch
from fetching.safe_fetch import Fetcher, NotFetched

SECONDS = 0.5
TOLERANCE = 0.5
SERVED_FOR = 4.0  # seconds for which a server here goes on; a fetch without a deadline takes longer
PUBLIC = "93.184.216.34"

TLS_RECORD = b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb"  # the start of a long ServerHello
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"


@contextmanager
def slow_site(start: bytes, then: bytes, *, pause: float = 0.02):
    """A server that sends `start`, then `then` again and again, byte by byte."""
    server, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def serve(connection):
        ends_at = time.monotonic() + SERVED_FOR
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(start)
            while not over.is_set() and time.monotonic() < ends_at:
                for byte in then:
                    connection.sendall(bytes([byte]))
                    time.sleep(pause)
                if not then:
                    time.sleep(pause)

    def accept():
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                threading.Thread(target=serve, args=[connection], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield server.getsockname()[1]
    over.set()
    server.close()


def fetcher(port: int) -> Fetcher:
    """A fetcher with the real `connect`, but to a port of this machine."""

    def connect(scheme, _address, _port, host, timeout):
        return safe_fetch.connect(scheme, "127.0.0.1", port, host, timeout)

    return Fetcher(resolve=lambda host, port: [PUBLIC], connect=connect, seconds=SECONDS)


def assert_slow(using: Fetcher, url: str = "http://x.example/") -> None:
    """The fetch is given up at the deadline: not before, and not long after."""
    began = time.monotonic()
    with pytest.raises(NotFetched) as refusal:
        using.fetch(url)
    took = time.monotonic() - began

    assert refusal.value.reason == "slow"
    assert SECONDS - 0.01 <= took < SECONDS + TOLERANCE


@pytest.mark.long
@pytest.mark.parametrize(
    ("start", "then"),
    [
        (b"", b""),
        (b"", b"HTTP/1.1 200 OK and a very long reason "),
        (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n", b"A: b\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\nConnection: close\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.0 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 9999\r\n\r\n", b""),
        (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", b"x"),
        (CHUNKED + b"\r\n", b"1\r\nx\r\n"),
        (CHUNKED + b"Connection: close\r\n\r\n", b"1\r\nx\r\n"),
        (CHUNKED + b"Connection: close\r\n\r\n1;", b"extension"),
        (CHUNKED + b"Connection: close\r\n\r\n0\r\n", b"Trailer: x\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 100 Continue\r\n", b"A: b\r\n"),
    ],
)
def test_a_server_that_sends_slowly_is_given_up(start, then):
    with slow_site(start, then) as port:
        assert_slow(fetcher(port))


@pytest.mark.parametrize(
    "interim", [b"HTTP/1.1 100 Continue\r\n\r\n", CHUNKED + b"Connection: close\r\n\r\n"]
)
def test_a_flood_just_under_the_limit_of_bytes_is_given_up(interim):
    with slow_site(interim, interim if b"100" in interim else b"1\r\nx\r\n", pause=0) as port:
        assert_slow(fetcher(port))


@pytest.mark.parametrize("drip", [b"", b"x"])
def test_a_slow_tls_handshake_is_given_up(drip):
    with slow_site(TLS_RECORD, drip) as port:
        assert_slow(fetcher(port), "https://x.example/")


def test_a_server_that_does_not_accept_is_given_up():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        port = server.getsockname()[1]
        waiting = []
        for _ in range(4):  # fills the queue of connections
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(("127.0.0.1", port))

        assert_slow(fetcher(port))

        for each in waiting:
            each.close()


def test_redirects_share_one_deadline():
    moved = b"HTTP/1.1 302 Found\r\nLocation: /on\r\nContent-Length: 10\r\n\r\n"
    with slow_site(moved, b"x") as port:  # each redirect takes 0.2 seconds
        assert_slow(fetcher(port))


def test_a_slow_name_server_is_given_up():
    answered = threading.Event()

    def resolve(host, port):
        answered.wait(SERVED_FOR)
        return [PUBLIC]

    assert_slow(Fetcher(resolve=resolve, seconds=SECONDS))
    answered.set()


def test_slow_name_servers_hold_a_bounded_number_of_threads():
    answered, asked = threading.Event(), []

    def resolve(host, port):
        asked.append(host)
        answered.wait(SERVED_FOR)
        return ["127.0.0.1"]

    def fetch():
        with suppress(NotFetched):
            Fetcher(resolve=resolve, seconds=SECONDS).fetch("http://x.example/")

    fetches = [threading.Thread(target=fetch) for _ in range(20)]
    for each in fetches:
        each.start()
    for each in fetches:
        each.join()

    assert len(asked) == 8
    answered.set()
    with pytest.raises(NotFetched) as refusal:  # the places are free again
        Fetcher(resolve=resolve, seconds=5).fetch("http://x.example/")
    assert refusal.value.reason == "private"


def test_the_connection_is_closed_after_a_fetch():
    """Also after one that was given up, so that no socket is left open."""
    opened = []

    def connect(scheme, address, port, host, timeout):
        connection = http.client.HTTPConnection(host, timeout=timeout)
        connection.sock = socket.create_connection(("127.0.0.1", site_port), timeout=timeout)
        opened.append(connection.sock)
        return connection

    using = Fetcher(resolve=lambda host, port: [PUBLIC], connect=connect, seconds=SECONDS)
    with slow_site(b"HTTP/1.0 200 OK\r\n\r\n", b"x") as site_port:
        assert_slow(using)
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    with slow_site(whole, b"") as site_port:
        assert using.fetch("http://x.example/").body == b"{}"

    assert [sock.fileno() for sock in opened] == [-1, -1]
