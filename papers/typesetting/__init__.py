"""Typesets certificates, wallet cards and transcripts with typst, as tagged PDF (PDF/UA-1).

The layout is in the .typ files in this folder. User text reaches them as data, never as markup.
Independent of Django: labels arrive translated and dates as text.
"""

from __future__ import annotations

import base64
import io
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import segno

from openbadges.text import clean
from papers.typesetting.characters import showable
from papers.typesetting.compiling import compiled

SIZES = ("letter", "a4")
# Characters. A longer word may be broken anywhere, so that it fits.
LONGEST_WORD = 26


@dataclass(frozen=True)
class Frame:
    """What all papers have in common: metadata, language, labels and where to verify."""

    title: str
    about: str
    author: str
    language: str
    address: str  # the URL in the QR code
    shown_address: str  # the URL that people type
    code: str
    words: Mapping[str, object]  # the labels, translated
    size: str = "letter"


@dataclass(frozen=True)
class Award:
    """An award on a certificate or a card."""

    name: str
    badge: str
    description: str
    issuer: str
    badge_language: str
    art: bytes
    art_alt: str
    facts: Sequence[tuple[str, str]]
    criteria: Sequence[str]
    is_expired: bool
    logo: bytes = b""
    logo_alt: str = ""


@dataclass(frozen=True)
class Row:
    """An award as a row of a transcript."""

    badge: str
    badge_language: str
    issuer: str
    art: bytes
    dates: str
    until: str
    is_expired: bool
    hours: str
    units: str
    address: str
    code: str


def certificate(frame: Frame, award: Award, *, landscape: bool, png: bool = False) -> bytes:
    content = _award(frame, award) | {"landscape": landscape}
    pictures = {"art.svg": award.art} | ({"logo.svg": award.logo} if award.logo else {})
    return _typeset("certificate.typ", frame, content, pictures, png=png)


def card(frame: Frame, award: Award, *, sheet: bool = False, png: bool = False) -> bytes:
    """A wallet card with the size of a bank card; or a sheet of paper with several to cut out."""
    content = _award(frame, award) | {"sheet": sheet}
    return _typeset("card.typ", frame, content, {"art.svg": award.art}, png=png)


def transcript(
    frame: Frame, *, name: str, rows: Sequence[Row], totals: Sequence[tuple[str, str]]
) -> bytes:
    pictures: dict[bytes, str] = {}
    for row in rows:
        pictures.setdefault(row.art, f"art{len(pictures)}.svg")
    content = {
        "records": [row.address for row in rows],
        "name": _text_run(name, frame.language),
        "totals": [[_clean(text) for text in total] for total in totals],
        "awards": [
            {
                "badge": _text_run(row.badge, row.badge_language),
                "issuer": _text_run(row.issuer, row.badge_language),
                "art": pictures[row.art],
                "dates": row.dates,
                "until": row.until,
                "expired": row.is_expired,
                "hours": row.hours,
                "units": row.units,
                "address": row.address,
                "code": row.code,
            }
            for row in rows
        ],
    }
    return _typeset("transcript.typ", frame, content, {file: art for art, file in pictures.items()})


def _award(frame: Frame, award: Award) -> dict:
    return {
        "records": [frame.address],
        "name": _text_run(award.name, frame.language),
        "badge": _text_run(award.badge, award.badge_language),
        "description": _text_run(award.description, award.badge_language),
        "issuer": _text_run(award.issuer, award.badge_language),
        "art_alt": _clean(award.art_alt),
        "logo_alt": _clean(award.logo_alt) if award.logo else "",
        "facts": [[_clean(text) for text in fact] for fact in award.facts],
        "criteria": [_text_run(criterion, award.badge_language) for criterion in award.criteria],
        "expired": award.is_expired,
    }


def _text_run(text: str, language: str) -> dict:
    """User text for the templates, with its language and direction."""
    text = _breakable(_clean(text))
    pieces = sorted(text.replace("\u200b", " ").split(), key=len, reverse=True)
    return {
        "text": text,
        "language": language,
        "rtl": _is_right_to_left(text),
        # The longest words, each of which must fit on one line. Scripts without spaces are
        # excluded, because they can break anywhere.
        "pieces": [piece for piece in pieces[:4] if not any(map(_breaks_anywhere, piece))],
    }


def _typeset(
    template: str, frame: Frame, content: dict, pictures: Mapping[str, bytes], *, png: bool = False
) -> bytes:
    data = content | {
        "title": _clean(frame.title),
        "about": _clean(frame.about),
        "author": _clean(frame.author),
        "language": frame.language,
        "region": "US",
        "size": frame.size,
        "address": frame.address,
        "shown_address": frame.shown_address,
        "code": frame.code,
        "words": frame.words,
    }
    sources = _templates() | {file: _wrap_in_svg(art) for file, art in pictures.items()}
    sources["qr.svg"] = _qr(frame.address)
    # typst compiles the file named main; the others can be imported.
    sources["main.typ"] = sources[template]
    return compiled(sources, json.dumps(data, ensure_ascii=False), png=png)


@cache
def _templates() -> dict[str, bytes]:
    folder = files("papers.typesetting")
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.suffix == ".typ"}


def _wrap_in_svg(picture: bytes) -> bytes:
    """A PNG inside an SVG, because typst accepts only text files from memory."""
    data = base64.b64encode(picture)
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100">'
        b'<image width="100" height="100" href="data:image/png;base64,' + data + b'"/></svg>'
    )


def _qr(address: str) -> bytes:
    """A QR code as SVG, dark on light with a quiet zone, as scanners need it."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=2, dark="#14211f", light="#ffffff", xmldecl=False
    )
    return out.getvalue()


def _clean(text: str) -> str:
    """The text on one line, with characters that no font has replaced."""
    return showable(" ".join(clean(unicodedata.normalize("NFC", text)).split()))


def _is_right_to_left(text: str) -> bool:
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False


def _breakable(text: str) -> str:
    """The text with zero-width spaces in very long words, so that they can break."""
    return " ".join(
        word if len(word) <= LONGEST_WORD or any(map(_breaks_anywhere, word)) else _cut(word)
        for word in text.split(" ")
    )


def _cut(word: str) -> str:
    pieces, length = [], 0
    for character in word:
        if length >= 8 and not _joins(character) and not _joins(pieces[-1]):
            pieces.append("\u200b")
            length = 0
        pieces.append(character)
        length += 1
    return "".join(pieces)


def _joins(character: str) -> bool:
    """Does it combine with its neighbor, like an accent, a joiner or a skin tone?"""
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf", "Sk"}


def _breaks_anywhere(character: str) -> bool:
    return (
        "\u0e00" <= character <= "\u0eff"  # Thai and Lao, which break by dictionary
        or "\u1000" <= character <= "\u109f"
        or "\u1780" <= character <= "\u17ff"
        or "\u2e80" <= character <= "\u9fff"
        or "\uac00" <= character <= "\ud7af"
        or "\uf900" <= character <= "\ufaff"
        or "\uff00" <= character <= "\uffef"
        or character >= "\U00020000"
    )
