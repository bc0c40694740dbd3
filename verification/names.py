"""Compares a typed name or email address with the person whom an award is for: yes or no.

The award keeps the name under which it was earned, so a later name does not match (ADR 38).
Nothing about a wrong answer depends on how wrong it is: everything is compared each time, and
without regard to where the texts differ.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from itertools import product, zip_longest

from issuing.models import Assertion
from openbadges import v2

MOST_MIDDLE_NAMES = 5
# Letters that are not a plain letter with an accent, after case folding.
_PLAIN = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼʻ`´′"))


def is_for(award: Assertion, typed: str) -> bool:
    """Is this the name on the award, or the email address that it was issued to?"""
    own, given = (v2.hashed_identity(email, award.salt) for email in (award.recipient_email, typed))
    by_email = hmac.compare_digest(own, given)
    return is_same_name(award.recipient_name, typed) | by_email


def is_same_name(one: str, other: str) -> bool:
    """Are these two spellings of one name?

    Case, accents, punctuation and spaces do not count, and "Last, First" is "First Last". A middle
    initial may be left out, or be the first letter of the middle name; two different ones are two
    names. First and last names must be complete.
    """
    matches = [
        _is_same(a[0], b_form) | _is_same(a_form, b[0])
        for a, b in product(_orders(one), _orders(other))
        for a_form, b_form in zip_longest(a, b, fillvalue="")
    ]
    return any(matches)


def _orders(name: str) -> list[list[str]]:
    """The forms of the name as it is written, and with what follows a comma moved to the front."""
    last, first, *more = [*name.split(","), ""]
    return [_forms(_words(name)), _forms(_words(" ".join([first, last, *more])))]


def _forms(words: list[str]) -> list[str]:
    """The complete name first, then with middle names as initials and without initials.

    All without spaces, because people write double names in several ways.
    """
    if len(words) - 2 > MOST_MIDDLE_NAMES:
        return ["".join(words)]
    ways = [(word, "" if len(word) == 1 else word[0]) for word in words[1:-1]]
    return ["".join([*words[:1], *middle, *words[1:][-1:]]) for middle in product(*ways)]


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name.casefold()).translate(_APOSTROPHES).casefold()
    plain = "".join(c for c in folded if not _is_accent(c)).translate(_PLAIN)
    return "".join(c if _is_letter(c) else " " for c in plain).split()


def _is_accent(character: str) -> bool:
    """An accent, or a vowel point of Hebrew or Arabic. Vowels of Indic scripts are neither."""
    position = unicodedata.combining(character)
    return position >= 200 or 10 <= position <= 36


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _is_same(one: str, other: str) -> bool:
    digests = [hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in (one, other)]
    return hmac.compare_digest(*digests) & bool(one)
