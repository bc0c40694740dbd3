"""What is in a cell that says nothing: “#N/A”, “never”, and letters that were lost."""

from __future__ import annotations

import re

from spreadsheets.words import normalize

# What programs write where a name should be.
_NO_NAMES = {
    "", "n/a", "null", "undefined", "(blank)", "unknown", "#n/a", "#ref!", "#value!", "#name?",
    "#null!", "#num!", "#div/0!", "#error!", "#spill!", "#calc!", "(vacío)", "#¡ref!", "#¡valor!",
    "#¿nombre?", "desconocido",
}  # fmt: skip
_LOST = re.compile(r"[^\W\d_]\?|\?[^\W\d_]")
_NEVER = {
    "never", "none", "no", "n a", "na", "no expiration", "no expiry", "does not expire",
    "doesn t expire", "never expires", "non expiring", "lifetime", "permanent", "indefinite",
    "nunca", "ninguna", "ninguno", "no vence", "no expira", "no caduca", "sin vencimiento",
    "sin caducidad", "permanente", "indefinida", "indefinido", "no aplica",
}  # fmt: skip


def names_nobody(name: str) -> bool:
    """Whether it is no name but what a program writes where there is none: #N/A, null, -."""
    words = name.strip()
    return words.casefold() in _NO_NAMES or not any(letter.isalpha() for letter in words)


def has_lost_letters(name: str) -> bool:
    """Whether letters of the name were lost when it was saved: “Jos? Pe?a”, “Jos\ufffd”."""
    return "\ufffd" in name or bool(_LOST.search(name))


def means_never(value: str) -> bool:
    """Whether it says that there is no such day: “never”, “no expiration”, “-”."""
    words = normalize(value)
    return words in _NEVER or not words
