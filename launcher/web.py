"""Reserves the web server's port, and checks its health."""

import errno
import http.client
import socket
import threading
import time
from urllib.parse import urlsplit

from .state import Refused

ATTEMPTS = 50
PAUSE = 0.25  # seconds between two health checks


def reserve_port(address: str, first: int) -> socket.socket:
    """A socket bound to the first free port from `first` on, for the web server to inherit.

    It does not listen yet, so browsers are refused at once until the web server listens.
    """
    for port in range(first, first + ATTEMPTS):
        if _accepts_connections("::1", port):  # browsers try this one first for "localhost"
            continue
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((address, port))
        except OSError as error:
            held.close()
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                continue
            raise Refused(f"Can't listen on {address}:{port}: {error.strerror}.") from error
        # With SO_REUSEADDR, another program that sets it, too, could bind the same port.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        return held
    raise Refused(f"No free port from {first} to {first + ATTEMPTS - 1}; set PORT.")


class HealthCheck:
    """Requests /healthz in the background, so that logging continues meanwhile."""

    def __init__(self, port: int, origin: str):
        self.port = port
        self.origin = urlsplit(origin)
        self.last_answer = "no answer"
        self._is_healthy = False
        self._asking: threading.Thread | None = None
        self._asked_at = -PAUSE

    def is_healthy(self) -> bool:
        is_asking = self._asking is not None and self._asking.is_alive()
        if not (self._is_healthy or is_asking) and time.monotonic() - self._asked_at >= PAUSE:
            self._asked_at = time.monotonic()
            self._asking = threading.Thread(target=self._check, daemon=True)
            self._asking.start()
        return self._is_healthy

    def _check(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            # Like a request through a reverse proxy, so that the answer is not a redirect.
            headers = {"Host": self.origin.netloc, "X-Forwarded-Proto": self.origin.scheme}
            connection.request("GET", "/healthz", headers=headers)
            response = connection.getresponse()
            body = response.read(2000).decode(errors="replace").strip()
            self.last_answer = f"{response.status} {body}"
            self._is_healthy = response.status == 200
        except (OSError, http.client.HTTPException) as error:
            self.last_answer = str(error) or type(error).__name__
        finally:
            connection.close()


def _accepts_connections(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=0.2):
            return True
    except OSError:
        return False
