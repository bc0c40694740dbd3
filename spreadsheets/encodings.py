"""Decides how the bytes of a text file are letters: the way that gives plausible names. No Django.

A file does not say in which encoding it was written. UTF-8 and UTF-16 are recognized by their form.
All others give some letter for every byte, so each is tried and the letters are judged.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sandbox.refusals import gettext_noop as _
from spreadsheets.bounds import Unreadable
from spreadsheets.plausibility import UNLIKELY, unlikeliness

# Our names, and those of Python. The order decides between encodings that give the same letters.
SINGLE_BYTES = {
    "windows-1252": "cp1252",  # what Excel on Windows writes
    "macintosh": "mac_roman",  # what Excel on a Mac writes
    "iso-8859-15": "iso8859-15",
    "ibm850": "cp850",
    "ibm437": "cp437",
}
# UTF-8 with some bytes of Windows in between, as when two files were put together.
MIXED = "utf-8-windows-1252"
UTF_8, UTF_16, UTF_32 = "utf-8", "utf-16", "utf-32"
REPAIRED = "repaired"
LABELS = {
    UTF_8: _("Unicode (UTF-8)"),
    UTF_16: _("Unicode (UTF-16)"),
    UTF_32: _("Unicode (UTF-32)"),
    MIXED: _("Unicode and Windows mixed"),
    "windows-1252": _("Windows (Western European)"),
    "macintosh": _("Mac (Mac OS Roman)"),
    "iso-8859-15": _("ISO 8859-15 (Latin 9)"),
    "ibm850": _("MS-DOS (code page 850)"),
    "ibm437": _("MS-DOS (code page 437)"),
    REPAIRED: _("Repaired: letters that were garbled when the file was saved before"),
}
# How much worse another way to read the file may be and still be offered, in all words together,
# and what each encoding needs to make up for being rarer than the ones before it.
_STILL_PLAUSIBLE = 1.5
_RARER = 0.3
_MOST_OFFERED = 3
# Garbled text: what UTF-8 becomes when a program takes it for one of these.
_TAKEN_FOR = ("cp1252", "mac_roman", "cp850", "cp437")
_MOST_TIMES_GARBLED = 3
_MOST_JUDGED = 500
_MOST_WORDS = 3_000
_LONGEST_WORD = 80
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_BETWEEN_WORDS = frozenset(b'\0\t\n\r ,;|^"<>')


@dataclass(frozen=True)
class Decoded:
    """The text, and the other encodings in which the file would be plausible, the best first."""

    text: str
    encoding: str
    others: tuple[str, ...] = ()


def decode(data: bytes, encoding: str = "") -> Decoded:
    """The text in this encoding, or in the most plausible one. Raises Unreadable."""
    found = _by_form(data)
    if found in {UTF_16, UTF_32}:
        return Decoded(_unicode(data, found), found)
    ranked = _ranked(data, is_utf_8=bool(found))
    taken = encoding if encoding in {UTF_8, MIXED, *SINGLE_BYTES} else ranked[0]
    if taken == UTF_8 and not found:
        taken = MIXED  # the nearest to what was asked for
    others = tuple(other for other in ranked if other != taken)[:_MOST_OFFERED]
    return Decoded(text_in(data, taken), taken, others)


def text_in(data: bytes, encoding: str) -> str:
    """The text in this encoding, whose unknown bytes are replaced."""
    if encoding in {UTF_16, UTF_32}:
        return _unicode(data, encoding)
    data = data.removeprefix(codecs.BOM_UTF8)
    if encoding in SINGLE_BYTES:
        return data.decode(SINGLE_BYTES[encoding], "replace")
    return data.decode("utf-8", "strict" if encoding == UTF_8 else "from windows-1252")


def _by_form(data: bytes) -> str:
    """UTF-8, -16 or -32 if the bytes have their form; else nothing."""
    start = data[:4096]
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return UTF_32
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _zeros(start):
        return UTF_16
    if b"\0" in start or start.startswith(b"%PDF"):
        raise Unreadable(_("This file is not a table. Save it as CSV or as .xlsx."))
    try:
        data.decode()
    except UnicodeDecodeError:
        return ""
    return UTF_8


def _zeros(start: bytes) -> str:
    """The kind of UTF-16 without a byte order mark: every other byte of ASCII letters is zero."""
    if len(start) < 4:
        return ""
    first, second = start[0:40:2].count(0), start[1:40:2].count(0)
    return "utf-16-le" if second > 8 * first else "utf-16-be" if first > 8 * second else ""


def _unicode(data: bytes, encoding: str) -> str:
    if encoding == UTF_16 and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = _zeros(data[:4096])
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable(_("The file is damaged: its text can’t be read.")) from None


def _ranked(data: bytes, *, is_utf_8: bool) -> Sequence[str]:
    """The plausible encodings, the best first."""
    words = _words_beyond_ascii(data)
    if is_utf_8 and _total(words, UTF_8) <= UNLIKELY * len(words):
        return [UTF_8]
    totals: dict[str, float] = {}
    if is_utf_8:  # few bytes of another encoding have its form by chance
        totals[UTF_8] = _total(words, UTF_8) - UNLIKELY * len(words)
    readings = set()
    for rarity, encoding in enumerate(SINGLE_BYTES if is_utf_8 else [*SINGLE_BYTES, MIXED]):
        texts = tuple(text_in(word, encoding) for word in words)
        if texts not in readings:
            readings.add(texts)
            totals[encoding] = sum(map(unlikeliness, texts)) + rarity * _RARER
    ranked = sorted(totals, key=totals.__getitem__)
    best = totals[ranked[0]]
    if best > UNLIKELY * len(words) and not is_utf_8:
        return ranked  # none gives good letters, so people have to look
    return [encoding for encoding in ranked if totals[encoding] < best + _STILL_PLAUSIBLE]


def _total(words: Sequence[bytes], encoding: str) -> float:
    return sum(unlikeliness(text_in(word, encoding)) for word in words)


def _words_beyond_ascii(data: bytes) -> Sequence[bytes]:
    """Different words with letters beyond ASCII, from the beginning of the file."""
    words: dict[bytes, None] = {}
    place = 0
    while len(words) < _MOST_WORDS and (match := _BEYOND_ASCII.search(data, place)):
        start = end = match.start()
        while start > max(place, end - _LONGEST_WORD) and data[start - 1] not in _BETWEEN_WORDS:
            start -= 1
        most = min(len(data), end + _LONGEST_WORD)
        while end < most and data[end] not in _BETWEEN_WORDS:
            end += 1
        words[data[start:end]] = None
        place = end
    return list(words)


def _pairs_of_garbled_letters() -> re.Pattern[str]:
    """The first two bytes of letters in UTF-8, as they look in the encodings they are taken for."""
    firsts, seconds = bytes(range(0xC2, 0xF5)), bytes(range(0x80, 0xC0))
    looks = [
        f"[{re.escape(firsts.decode(name))}][{re.escape(seconds.decode(name, 'ignore'))}]"
        for name in _TAKEN_FOR
    ]
    return re.compile("|".join([*looks, "[\xc2-\xf4][\x80-\x9f]"]))


_GARBLED = _pairs_of_garbled_letters()


def repairs(texts: Iterable[str]) -> dict[str, str]:
    """Each garbled text, as it was before UTF-8 was taken for another encoding: “JosÃ©” was “José”.

    The first ones are judged. The others are repaired in the way that repaired most of these.
    """
    garbled = list(dict.fromkeys(filter(_may_be_garbled, texts)))
    found: dict[str, str] = {}
    ways: Counter[str] = Counter(dict.fromkeys(_TAKEN_FOR, 0))
    for text in garbled[:_MOST_JUDGED]:
        way = min(_TAKEN_FOR, key=lambda name: unlikeliness(_ungarbled(text, name)))
        better = repaired(text)
        if better != text:
            found[text] = better
            ways[way] += 1
    best = [way for way, number in ways.most_common() if number]
    for text in garbled[_MOST_JUDGED:]:
        better = next((b for way in best if (b := _ungarbled(text, way)) != text), text)
        if better != text:
            found[text] = better
    return found


def _may_be_garbled(text: str) -> bool:
    return not text.isascii() and _GARBLED.search(text) is not None


def repaired(text: str) -> str:
    """The text as it was before it was garbled, once or more often. Each step is judged."""
    for _time in range(_MOST_TIMES_GARBLED):
        if not _may_be_garbled(text):
            break
        better = min((_ungarbled(text, name) for name in _TAKEN_FOR), key=unlikeliness)
        if unlikeliness(better) >= unlikeliness(text):
            break
        text = better
    return text


def _ungarbled(text: str, taken_for: str) -> str:
    try:
        return text.encode(taken_for, "as control characters").decode()
    except UnicodeError:
        return text


def _bytes_of_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


def _control_characters(error: UnicodeError) -> tuple[bytes, int]:
    """Five bytes mean nothing in Windows-1252; programs keep them as control characters."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    characters = error.object[error.start : error.end]
    if all("\x80" <= character <= "\x9f" for character in characters):
        return characters.encode("latin-1"), error.end
    raise error


codecs.register_error("from windows-1252", _bytes_of_windows)
codecs.register_error("as control characters", _control_characters)
