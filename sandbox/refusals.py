"""Why a file is not read. Rooms that read files turn these into sentences for people."""

from __future__ import annotations


class Refused(Exception):
    """A file that is not accepted. `message` is for the user, in English, to be translated.

    The details fill in the message: `Refused("at most %(limit)s rows", limit="100,000")`. Both
    leave the process as JSON, so they are texts and numbers only.
    """

    def __init__(self, message: str, **details: str | int) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def __str__(self) -> str:
        return self.message % self.details if self.details else self.message


class Stopped(Exception):
    """The run was ended because it took too much `time` or `memory`, or it crashed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Busy(Exception):
    """As many files are being read as the machine may read at once."""


def gettext_noop(message: str) -> str:
    """Marks a message for translation. The process that read the file knows no languages."""
    return message
