"""How a status moves: by a table of allowed moves, and where others read why, with a reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

Status = TypeVar("Status", bound=str)


class TransitionNotAllowed(Exception):
    """The subject is not in a state from which this move is possible."""


class ReasonMissing(Exception):
    """Somebody will read why, so the act needs a reason."""


def check_move(table: Mapping[Status, Collection[Status]], status: Status, to: Status) -> None:
    """Refuse a move that the table does not list. Call it with the status read under a lock."""
    if to not in table[status]:
        raise TransitionNotAllowed(f"{status} -> {to}")


def given_reason(text: str) -> str:
    """The reason without space around it; refused where there is none."""
    if not (reason := text.strip()):
        raise ReasonMissing
    return reason
