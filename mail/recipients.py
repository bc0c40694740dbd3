"""What mail has to know of an address, answered by the app that knows people.

`accounts` gives its answer when it starts, so mail imports nothing of it. Until then every address
is a stranger's.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


class Recipient(Enum):
    STRANGER = "stranger"
    INVITED = "invited"  # known by their address alone; they never asked for an account
    MEMBER = "member"  # signed up, with this address as the first or a further one


LookUp = Callable[[str], Recipient]


def _nobody_is_known(address: str) -> Recipient:
    return Recipient.STRANGER


_look_up: LookUp = _nobody_is_known


def answer_with(look_up: LookUp) -> LookUp:
    """Register who answers. A decorator, for one function of the whole program."""
    global _look_up
    _look_up = look_up
    return look_up


def recipient_at(address: str) -> Recipient:
    return _look_up(address.strip().lower())
