"""A code short enough to be typed from paper, and forgiving of how it is typed."""

from __future__ import annotations

import secrets

# Crockford's base 32: no letter that is easily taken for a digit, and none that makes a rude word
# likely. What a reader may still mix up is read as what it looks like.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 12, 4
_LOOKS_LIKE = str.maketrans("OIL", "011")


def new_short_code(length: int = LENGTH) -> str:
    """60 random bits: nobody guesses one, and millions made at once do not meet."""
    return "".join(ALPHABET[byte % 32] for byte in secrets.token_bytes(length))


def in_groups(code: str) -> str:
    """As it stands on paper: 7KQ2-M9XH-4TWD."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(typed: str, length: int = LENGTH) -> str:
    """The code that somebody meant, or an empty text if it cannot be one."""
    plain = "".join(character for character in typed.upper() if character.isalnum())
    plain = plain.translate(_LOOKS_LIKE)
    is_code = len(plain) == length and set(plain) <= set(ALPHABET)
    return plain if is_code else ""
