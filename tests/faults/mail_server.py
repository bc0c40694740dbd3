"""A mail server that a test can make refuse, wait, or stop the sender at the worst moment."""

from __future__ import annotations

import asyncio
import email
import socket
from collections.abc import Callable
from dataclasses import dataclass

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Letter:
    to: str
    message_id: str
    attachments: int


class MailServer:
    def __init__(self) -> None:
        self.refuses = False
        self.holds_after: int | None = None  # after so many emails, the others wait
        self.at_acceptance: Callable[[], None] | None = None
        self.accepted: list[Letter] = []
        self.refused = self.waiting = 0
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> MailServer:
        self._controller.start()
        return self

    def __exit__(self, *exc) -> None:
        self._controller.stop(no_assert=True)

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.refuses:
            self.refused += 1
            return "451 Not now, please"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.holds_after is not None and len(self.accepted) >= self.holds_after:
            self.waiting += 1
            try:
                await asyncio.sleep(60)
            finally:
                self.waiting -= 1
            return "451 Too late"
        message = email.message_from_bytes(envelope.content)
        attachments = sum(part.get_filename() is not None for part in message.walk())
        for recipient in envelope.rcpt_tos:
            self.accepted.append(Letter(recipient, message["Message-ID"], attachments))
        if self.at_acceptance:
            self.at_acceptance()
        return "250 OK"
