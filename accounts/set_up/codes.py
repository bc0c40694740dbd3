"""The one-time code of the set-up: 80 random bits, as people read them from a screen and type."""

from __future__ import annotations

import secrets

# Without I, L, O and U, which look like 1, 1, 0 and V (the alphabet of Crockford's base 32).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16  # of 5 bits each
GROUP = 4
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def in_groups(code: str) -> str:
    """“7QK2-M0XA-94RT-C3NB”."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def as_typed(text: str) -> str:
    """The code without groups, in upper case, with the letters that were mistaken for others."""
    kept = "".join(char for char in text.upper() if char.isalnum())
    return kept.translate(_READ_AS)
