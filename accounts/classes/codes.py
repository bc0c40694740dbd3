"""Class codes, user names and secrets: made at random, and read as people type them."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from collections.abc import Collection

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.models import ClassSignIn

# Crockford's Base32: no letters that look like digits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
SECRET_LENGTH = 6
LONGEST_FIRST_NAME = 20
_LOOKS_LIKE = str.maketrans("OIL", "011")


def new_code() -> str:
    """40 random bits. With a code alone nobody gets in."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def read_code(typed: str) -> str:
    """The code that was typed, or "" if it cannot be one."""
    upper = unicodedata.normalize("NFKC", typed).upper()
    plain = "".join(one for one in upper if one.isalnum()).translate(_LOOKS_LIKE)
    return plain if len(plain) == CODE_LENGTH and set(plain) <= set(ALPHABET) else ""


def new_secret() -> str:
    return "".join(secrets.choice("0123456789") for _ in range(SECRET_LENGTH))


def read_secret(typed: str) -> str:
    """Digits only: cards show the secret in two halves."""
    normal = unicodedata.normalize("NFKC", typed)
    return "".join(one for one in normal if one.isdecimal())


def hash_of(salt: object, secret: str, key: str | None = None) -> str:
    """Keyed: with an unkeyed hash, all six-digit numbers could be tried in a second (ADR 76)."""
    value = f"{salt}:{secret}"
    return salted_hmac("accounts.classes", value, secret=key, algorithm="sha256").hexdigest()


def is_secret_of(sign_in: ClassSignIn | None, secret: str) -> bool:
    """As much work for a user name that nobody has."""
    salt, stored = (sign_in.salt, sign_in.secret_hash) if sign_in else ("", "")
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    answers = [hmac.compare_digest(hash_of(salt, secret, key), stored) for key in keys]
    return any(answers)


def user_name_for(name: str, taken: Collection[str]) -> str:
    """First name, initial of the last name and two random digits, such as “anag47”."""
    words = [plain for word in name.split() if (plain := _plain(word))]
    base = (words[0][:LONGEST_FIRST_NAME] if words else "learner") + "".join(
        word[0] for word in words[1:][-1:]
    )
    numbers = [number for number in range(10, 100) if f"{base}{number}" not in taken]
    if not numbers:
        numbers = [number for number in range(100, 10_000) if f"{base}{number}" not in taken]
    return f"{base}{secrets.choice(numbers)}"


def read_user_name(typed: str) -> str:
    return "".join(unicodedata.normalize("NFKC", typed).lower().split())


def _plain(word: str) -> str:
    """The letters that every keyboard has."""
    folded = unicodedata.normalize("NFKD", word).casefold()
    return "".join(one for one in folded if one.isascii() and one.isalpha())
