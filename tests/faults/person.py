"""People at their browsers, before several web nodes. Without an answer they send it again."""

from __future__ import annotations

import http.client
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.test import Client

from accounts.models import User

TOKEN = "a" * 32  # against forged forms: the cookie and the form have the same one
PATIENCE = 60


@dataclass
class Person:
    cookie: str
    ports: Sequence[int]  # the node that is asked first, then the others
    sent_again: list[str] = field(default_factory=list)

    @classmethod
    def signed_in(cls, user: User, ports: Sequence[int]) -> Person:
        client = Client()
        client.force_login(user)
        return cls(f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}", ports)

    def post(self, path: str, **fields: str) -> str:
        """Send a form until there is an answer. Returns the address that it leads to."""
        for port in self.ports:
            try:
                status, location = self._post(port, path, fields)
            except (OSError, http.client.HTTPException):
                self.sent_again.append(path)
                continue
            # A form that was sent again may be told that it has been done already.
            fine = status < 400 or (path in self.sent_again and status < 500)
            assert fine, (status, path)
            return location
        raise AssertionError(f"No node answered {path}.")

    def _post(self, port: int, path: str, fields: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        headers = {
            "Host": "localhost",
            "Cookie": self.cookie,
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            connection.request("POST", path, urlencode(fields), headers)
            response = connection.getresponse()
            response.read()
            return response.status, response.getheader("Location", "")
        finally:
            connection.close()
