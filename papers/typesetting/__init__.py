"""Papers to print and keep: certificate, wallet card, transcript, as tagged PDF (PDF/UA-1).

Typesetting is typst's, the look is in the .typ files beside this one. What people wrote reaches
them as data, never as markup. Knows nothing of Django: words come translated, dates as text.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import segno
import typst

from openbadges.text import clean
from papers.typesetting import fonts

log = logging.getLogger(__name__)

SIZES = ("letter", "a4")
# A run without a space that is longer than this may be broken anywhere, so that it fits.
LONGEST_WORD = 26


@dataclass(frozen=True)
class Frame:
    """What every paper says: whose it is, in which language, and where it is checked."""

    title: str
    about: str
    author: str
    language: str
    address: str  # what the QR code opens
    shown_address: str  # what a person types
    code: str
    words: Mapping[str, object]  # the labels, translated
    size: str = "letter"


@dataclass(frozen=True)
class Award:
    """A badge as it stands on a certificate or a card."""

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


@dataclass(frozen=True)
class Row:
    """A badge as a line of a transcript."""

    badge: str
    badge_language: str
    issuer: str
    art: bytes
    issued: str
    until: str
    is_expired: bool
    hours: str
    units: str
    address: str
    code: str


def certificate(frame: Frame, award: Award, *, landscape: bool, png: bool = False) -> bytes:
    told = _award(frame, award) | {"landscape": landscape}
    return _set("certificate.typ", frame, told, {"art.svg": award.art}, png=png)


def card(frame: Frame, award: Award, *, png: bool = False) -> bytes:
    """A wallet card: the page is the size of a bank card."""
    return _set("card.typ", frame, _award(frame, award), {"art.svg": award.art}, png=png)


def transcript(
    frame: Frame, *, name: str, rows: Sequence[Row], totals: Sequence[tuple[str, str]]
) -> bytes:
    pictures: dict[bytes, str] = {}
    for row in rows:
        pictures.setdefault(row.art, f"art{len(pictures)}.svg")
    told = {
        "name": _said(name, frame.language),
        "totals": [[_clean(told) for told in total] for total in totals],
        "awards": [
            {
                "badge": _said(row.badge, row.badge_language),
                "issuer": _said(row.issuer, row.badge_language),
                "art": pictures[row.art],
                "issued": row.issued,
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
    return _set("transcript.typ", frame, told, {file: art for art, file in pictures.items()})


def _award(frame: Frame, award: Award) -> dict:
    return {
        "name": _said(award.name, frame.language),
        "badge": _said(award.badge, award.badge_language),
        "description": _said(award.description, award.badge_language),
        "issuer": _said(award.issuer, award.badge_language),
        "art_alt": _clean(award.art_alt),
        "facts": [[_clean(told) for told in fact] for fact in award.facts],
        "criteria": [_said(criterion, award.badge_language) for criterion in award.criteria],
        "expired": award.is_expired,
    }


def _said(text: str, language: str) -> dict:
    """Words of a person or a badge, with the direction in which they are read."""
    text = _breakable(_clean(text))
    pieces = sorted(text.replace("\u200b", " ").split(), key=len, reverse=True)
    return {
        "text": text,
        "language": language,
        "rtl": _is_right_to_left(text),
        # What must fit on one line; scripts without spaces break where they like.
        "pieces": [piece for piece in pieces[:4] if not any(map(_breaks_anywhere, piece))],
    }


def _set(
    template: str, frame: Frame, told: dict, pictures: Mapping[str, bytes], *, png: bool = False
) -> bytes:
    everything = told | {
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
    data = json.dumps(everything, ensure_ascii=False)
    everything["faces"] = fonts.faces(data)
    made_of = _templates() | {file: _in_svg(art) for file, art in pictures.items()}
    made_of["qr.svg"] = _qr(frame.address)
    # typst takes the file that is called main; the others are there to be imported.
    made_of["main.typ"] = made_of[template]
    options = {
        "font_paths": fonts.found(),
        "ignore_system_fonts": True,
        "sys_inputs": {"told": json.dumps(everything, ensure_ascii=False)},
    }
    if png:
        return typst.compile(made_of, format="png", ppi=96, **options)
    try:
        return typst.compile(made_of, pdf_standards=["ua-1"], **options)
    except typst.TypstError:
        # Some sequence of characters that no font can show. A paper is better than none.
        log.exception("A paper could not be made to PDF/UA-1")
        return typst.compile(made_of, **options)


@cache
def _templates() -> dict[str, bytes]:
    folder = files("papers.typesetting")
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.suffix == ".typ"}


def _in_svg(picture: bytes) -> bytes:
    """A PNG as text: typst takes files from memory only if they are text."""
    data = base64.b64encode(picture)
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100">'
        b'<image width="100" height="100" href="data:image/png;base64,' + data + b'"/></svg>'
    )


def _qr(address: str) -> bytes:
    """Dark on light with its quiet zone, as scanners want it."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=2, dark="#14211f", light="#ffffff", xmldecl=False
    )
    return out.getvalue()


def _clean(text: str) -> str:
    """One line, and nothing in it that no font of ours can show."""
    return fonts.showable(" ".join(clean(unicodedata.normalize("NFC", text)).split()))


def _is_right_to_left(text: str) -> bool:
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False


def _breakable(text: str) -> str:
    """Very long words get places where they may break."""
    return " ".join(
        word if len(word) <= LONGEST_WORD or any(map(_breaks_anywhere, word)) else _cut(word)
        for word in text.split(" ")
    )


def _cut(word: str) -> str:
    pieces, since = [], 0
    for character in word:
        if since >= 8 and not _joins(character) and not _joins(pieces[-1]):
            pieces.append("\u200b")
            since = 0
        pieces.append(character)
        since += 1
    return "".join(pieces)


def _joins(character: str) -> bool:
    """Does it belong to the character beside it: an accent, a joiner, a skin tone?"""
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf", "Sk"}


def _breaks_anywhere(character: str) -> bool:
    return (
        "\u0e00" <= character <= "\u0eff"  # Thai and Lao: by dictionary
        or "\u1000" <= character <= "\u109f"
        or "\u1780" <= character <= "\u17ff"
        or "\u2e80" <= character <= "\u9fff"
        or "\uac00" <= character <= "\ud7af"
        or "\uf900" <= character <= "\ufaff"
        or "\uff00" <= character <= "\uffef"
        or character >= "\U00020000"
    )
