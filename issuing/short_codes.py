"""Short codes that people type from paper, read tolerantly."""

from __future__ import annotations

import secrets
import unicodedata

# Crockford's Base32 excludes letters that look like digits, and U, to make rude words unlikely.
# O, I and L are read as the digits they look like.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 12, 4
_LOOKS_LIKE = str.maketrans("OIL", "011")


def new_short_code(length: int = LENGTH) -> str:
    """A code of 60 random bits: not guessable, and unique among millions."""
    return "".join(ALPHABET[byte % 32] for byte in secrets.token_bytes(length))


def in_groups(code: str) -> str:
    """The code as printed: 7KQ2-M9XH-4TWD."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(typed: str, length: int = LENGTH) -> str:
    """The code that was typed, or "" if it cannot be one."""
    # NFKC: some keyboards write letters and digits in full width.
    upper = unicodedata.normalize("NFKC", typed).upper()
    plain = "".join(character for character in upper if character.isalnum())
    plain = plain.translate(_LOOKS_LIKE)
    is_code = len(plain) == length and set(plain) <= set(ALPHABET)
    return plain if is_code else ""
