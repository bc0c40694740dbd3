"""A small real mail server for tests that can misbehave on request."""

from __future__ import annotations

import email
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class PostOffice:
    """An SMTP server on its own port that accepts emails, unless `answers` refuses an address."""

    def __init__(self) -> None:
        self.letters = []
        self.answers = {}  # address -> what the server says to it
        self.hang_up_after_data = False
        self.on_letter = lambda: None
        self.knocks = 0
        self.controller = None
        self.port = 0

    def open(self) -> None:
        office = self

        class Handler:
            async def handle_EHLO(self, server, session, envelope, hostname, responses):
                office.knocks += 1
                session.host_name = hostname
                return responses

            async def handle_RCPT(self, server, session, envelope, address, options):
                if answer := office.answers.get(address):
                    return answer
                envelope.rcpt_tos.append(address)
                return "250 OK"

            async def handle_DATA(self, server: SMTP, session, envelope):
                office.on_letter()
                letter = email.message_from_bytes(envelope.content, policy=default)
                office.letters.append((envelope.rcpt_tos[0], letter["Message-ID"]))
                if office.hang_up_after_data:
                    server.transport.abort()
                return "250 Taken"

        self.controller = Controller(
            Handler(), hostname="127.0.0.1", port=self.port or _free_port()
        )
        self.controller.start()
        self.port = self.controller.port

    def close(self) -> None:
        """Refuse connections until it opens again on the same port."""
        if self.controller:
            self.controller.stop()
            self.controller = None

    @property
    def taken_from(self) -> list[str]:
        return [address for address, _ in self.letters]


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
