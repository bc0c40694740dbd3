"""How unlikely letters beyond ASCII are in the names and words of people. No Django.

0 is a letter as in “José Peña”; from `UNLIKELY` on it is one that nobody wrote, such as the Ž in
“JosŽ Pe–a”.
"""

from __future__ import annotations

import unicodedata
from itertools import islice

UNLIKELY = 2.0
_NEVER = 8.0
_ENOUGH = 60
# Letters of names that are common here; of other European languages; and the rest of these.
_COMMON = frozenset("áéíóúñü")
_USUAL = frozenset("àâãäåçèêëïôõöøß")
_RARE = frozenset("ìîùûòæœÿšžý")
_ODD = frozenset("ðþı")
_APOSTROPHES = frozenset("’ʼ´`")
# What follows an apostrophe at the end of a word: “Ana’s”, “didn’t”, “we’ll”.
_AFTER_APOSTROPHE = frozenset(["s", "t", "ll", "ve", "re", "m", "d", "n", ""])
_VOWELS = frozenset("aeiouy")


def unlikeliness(words: str) -> float:
    """The sum over the characters beyond ASCII, up to a number that is enough to judge by."""
    judged = islice(
        (
            _of(word, i)
            for word in words.split(" ")
            if not word.isascii()
            for i, character in enumerate(word)
            if character > "\x7f"
        ),
        _ENOUGH,
    )
    return sum(judged)


def _of(word: str, i: int) -> float:
    character = word[i]
    before = word[i - 1] if i else ""
    after = word[i + 1] if i + 1 < len(word) else ""
    if character in "ªº°":
        return 0.2 if before.isdigit() or (before in {".", "n", "N", "M"} and not after) else 3.0
    if character.isalpha():
        return _of_letter(word, i, before, after)
    if character in _APOSTROPHES:
        return _of_apostrophe(word, i, before, after)
    if character in "–—":
        return _of_dash(before, after)
    if character == "\xa0":
        return 2.5 if before.islower() and after.islower() else 0.4
    if kind := _PLACES.get(character):
        fits, otherwise = kind
        return 0.3 if fits(before, after) else otherwise
    if unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} or character == "\ufffd":
        return _NEVER
    return 6.0


def _starts(before: str, _after: str) -> bool:
    return not before.isalnum()


def _ends(_before: str, after: str) -> bool:
    return not after.isalnum()


def _with_digit(before: str, after: str) -> bool:
    return before.isdigit() or after.isdigit() or not (before or after)


# Where punctuation is at home, and how unlikely it is elsewhere.
_PLACES = {
    **dict.fromkeys("“„«¿¡‘", (_starts, 4.0)),
    **dict.fromkeys("”»…", (_ends, 4.0)),
    **dict.fromkeys("€£²³½¼¾§±×÷", (_with_digit, 6.0)),
    **dict.fromkeys("®™©", (_ends, 4.0)),
    **dict.fromkeys("•·", (_starts, 3.0)),
}


def _of_letter(word: str, i: int, before: str, after: str) -> float:
    letter = word[i].lower()
    if not unicodedata.name(letter[0], "").startswith("LATIN"):
        return 0.0 if _is_of_another_script(word, i) else 6.0
    unlikely = _rarity(letter)
    if word[i].isupper():
        if before.islower():
            unlikely += 4.0
        elif before.isupper() and not word[i + 1 :].isupper() and after.isalpha():
            unlikely += 1.5  # “OÕNeill”
    elif before.isupper() and (after.isupper() or (not after.isalpha() and i > 1)):
        unlikely += 2.5  # “PEñA”, “JOSâ”; but not “Oé”
    elif not before.isalpha():
        unlikely += 0.6
    if before.islower() and after.isupper():
        unlikely += 3.0
    if before.isdigit() or after.isdigit():
        unlikely += 2.0
    if not (before.isalpha() or after.isalpha()):
        unlikely += 1.5
    return unlikely + _of_consonant(letter, before, after)


def _rarity(letter: str) -> float:
    if letter in _COMMON:
        return 0.0
    if letter in _USUAL:
        return 0.4
    if letter in _RARE:
        return 1.2
    # Only UTF-8 has the letters from “ā” on that are no signs.
    return 2.0 if letter in _ODD else 6.0 if letter in "ƒﬁﬂ" else 1.2


def _of_consonant(letter: str, before: str, after: str) -> float:
    """ñ and ç are before vowels, ß is after them and never first."""
    if letter in "ñç" and after.isascii() and after.lower() not in _VOWELS:
        return 1.5
    if letter == "ß" and before.isascii() and before not in _VOWELS:
        return 3.0
    return 0.0


def _is_of_another_script(word: str, i: int) -> bool:
    """Whether the letters next to it are of its own script: “Мария”, but not “Josθ”."""
    script = unicodedata.name(word[i], "?").split()[0]
    others = [c for c in word[max(0, i - 1) : i + 2] if c.isalpha() and c != word[i]]
    return bool(others) and all(unicodedata.name(c, "!").split()[0] == script for c in others)


def _of_apostrophe(word: str, i: int, before: str, after: str) -> float:
    if not before.isalpha() or not after:
        return 2.5 if word[i] in "´`" and not before else 0.3
    ending = word[i + 1 :].rstrip(".,;:!?)\"'")
    # “O’Neill”, “d’Arc”, “l’eau”.
    if after.isupper() or ending.lower() in _AFTER_APOSTROPHE or (i == 1 and before.islower()):
        return 0.05
    return 2.5


def _of_dash(before: str, after: str) -> float:
    if not before.isalpha() and not after.isalpha():
        return 0.2
    if before.isalpha() and after.isalpha():
        return 0.8 if after.isupper() and before.islower() else 4.0
    return 1.5
