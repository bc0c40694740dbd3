"""Whether an email address belongs to an account, looked up by the app that knows people.

`accounts` registers its look-up when it starts, so mail does not import it. Until then every
address belongs to a stranger.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


class Recipient(Enum):
    STRANGER = "stranger"
    INVITED = "invited"  # known by the address alone; never asked for an account
    MEMBER = "member"  # signed up with this address, or confirmed it later


LookUp = Callable[[str], Recipient]


def _everyone_is_a_stranger(address: str) -> Recipient:
    return Recipient.STRANGER


_look_up: LookUp = _everyone_is_a_stranger


def register_lookup(look_up: LookUp) -> LookUp:
    """Decorator that registers the function for `recipient_at`. There is only one."""
    global _look_up
    _look_up = look_up
    return look_up


def recipient_at(address: str) -> Recipient:
    return _look_up(address.strip().lower())
