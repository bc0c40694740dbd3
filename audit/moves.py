"""Checks for status changes: the table of allowed moves, and the reason where one is required."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

Status = TypeVar("Status", bound=str)


class TransitionNotAllowed(Exception):
    """The subject's current status does not allow this move."""


class ReasonMissing(Exception):
    """The action needs a reason, because somebody will read why."""


def check_move(table: Mapping[Status, Collection[Status]], status: Status, to: Status) -> None:
    """Raise TransitionNotAllowed unless the table lists the move. Read `status` under a lock."""
    if to not in table[status]:
        raise TransitionNotAllowed(f"{status} -> {to}")


def require_reason(text: str) -> str:
    """The reason, stripped. Raises ReasonMissing if it is empty."""
    if not (reason := text.strip()):
        raise ReasonMissing
    return reason
