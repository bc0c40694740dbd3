"""The program behind a real nginx with the shipped configuration: asking it, as one person."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from pathlib import Path

from django.test import Client

from tests.faults.web_node import WebNode

SOON = 2  # seconds; as shipped: ten


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict:
        return json.loads(self.body)


def ask(
    port: int, path: str, *, method: str = "GET", body: bytes | str | None = None, **headers: str
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(
            method,
            path,
            body,
            headers={
                "Host": "badges.example.org",
                "X-Forwarded-Proto": "https",
                "X-Forwarded-For": "192.0.2.7",
                **given,
            },
        )
        response = connection.getresponse()
        names: dict[str, str] = {}
        for name, value in response.getheaders():
            before = names.get(name.lower())
            names[name.lower()] = f"{before}, {value}" if before else value
        return Answer(response.status, names, response.read())
    finally:
        connection.close()


@dataclass
class Site:
    """The program, nginx in front of it, and what the program was asked."""

    web: WebNode
    port: int
    logs: Path

    def asked(self) -> int:
        """How many requests have reached the program, which logs each a moment after its answer."""
        time.sleep(0.15)
        return self.web.log.read_text().count(" bytes ")

    def through(self, path: str, **headers: str) -> Answer:
        return ask(self.port, path, **headers)

    def reaches_the_program(self, path: str, **headers: str) -> bool:
        """Whether the last of three requests in a row, of the same kind, was passed on."""
        self.through(path, **headers)
        self.through(path, **headers)
        before = self.asked()
        self.through(path, **headers)
        return self.asked() > before


def cookie_of(person) -> str:
    client = Client()
    client.force_login(person)
    return f"sessionid={client.cookies['sessionid'].value}"
