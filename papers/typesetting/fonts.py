"""The letters of our papers: the faces of the pages on screen, and Noto for every other script.

Two packages bring Noto for the scripts in which most names are written. What else the operating
system has of it (Debian: fonts-noto-core) serves for Cherokee, Hmong, Syriac, Tibetan and the rest.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import typst

_PACKAGES = ("font_rhd", "font_hanken_grotesk", "manimgx_fonts", "manimgx_fonts_cjk")
_OF_THE_SYSTEM = Path("/usr/share/fonts/truetype/noto")
# Stands in for a character that none of the faces has.
UNKNOWN = "\ufffd"
# They shape their neighbours and have no picture of their own, so no font needs to have them.
_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f")


@cache
def found() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in _folders()],
    )


def faces(text: str) -> list[str]:
    """The families to look through after the paper's own, with the right shapes for Han letters."""
    families = [name for name in found().families() if name.startswith("Noto")]
    first = f"Noto Sans CJK {_han(text)}"
    return sorted(families, key=lambda name: (_rank(name), name != first, name))


def showable(text: str) -> str:
    """The text, with a sign in place of what no face can show."""
    if text.isascii():
        return text
    known = _characters()
    return "".join(each if ord(each) in known or each in _UNSEEN else UNKNOWN for each in text)


def _rank(name: str) -> int:
    """Letters before pictures: a digit is not an emoji. Plain letters before those of a style."""
    if name == "Noto Sans":
        return 0
    if name in {"Noto Emoji", "Noto Sans Symbols"} or not name.startswith("Noto Sans"):
        return 3
    return 2 if "CJK" in name else 1


def _han(text: str) -> str:
    """The same Han letter is drawn differently in China, Japan and Korea."""
    if any("\u3040" <= each <= "\u30ff" for each in text):
        return "JP"
    if any("\uac00" <= each <= "\ud7af" for each in text):
        return "KR"
    return "SC"


def _folders() -> list[Path]:
    further = [_OF_THE_SYSTEM] if _OF_THE_SYSTEM.is_dir() else []
    return [*map(_folder, _PACKAGES), *further]


def _folder(package: str) -> Path:
    folder = Path(str(files(package)))
    return folder / "files" if (folder / "files").is_dir() else folder


@cache
def _characters() -> frozenset[int]:
    """Every character that one of the faces can show, from the tables in the fonts themselves."""
    known: set[int] = set()
    for folder in _folders():
        for font in sorted(folder.iterdir()):
            if font.suffix in {".ttf", ".otf", ".ttc"}:
                known.update(_in_font(font))
    return frozenset(known)


def _in_font(path: Path) -> Iterator[int]:
    with path.open("rb") as file:
        start = 0
        if file.read(4) == b"ttcf":  # a collection: its fonts have their characters in common
            start = struct.unpack(">I", _at(file, 12, 4))[0]
        tables = struct.unpack(">H", _at(file, start + 4, 2))[0]
        for number in range(tables):
            tag, offset, length = struct.unpack(">4s4xII", _at(file, start + 12 + 16 * number, 16))
            if tag == b"cmap":
                yield from _in_cmap(_at(file, offset, length))
                return


def _at(file, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _in_cmap(cmap: bytes) -> Iterator[int]:
    """Characters of the subtables of formats 12 and 4 (OpenType, "cmap")."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    for number in range(count):
        (start,) = struct.unpack_from(">I", cmap, 4 + 8 * number + 4)
        (kind,) = struct.unpack_from(">H", cmap, start)
        if kind == 12:
            (groups,) = struct.unpack_from(">I", cmap, start + 12)
            for first, last, _glyph in struct.iter_unpack(
                ">III", cmap[start + 16 : start + 16 + 12 * groups]
            ):
                yield from range(first, last + 1)
        elif kind == 4:
            yield from _in_segments(cmap, start)


def _in_segments(cmap: bytes, start: int) -> Iterator[int]:
    (doubled,) = struct.unpack_from(">H", cmap, start + 6)
    segments = doubled // 2
    lasts, firsts, deltas, offsets = (
        struct.unpack_from(f">{segments}H", cmap, start + at)
        for at in (14, 16 + doubled, 16 + 2 * doubled, 16 + 3 * doubled)
    )
    for number, (first, last, delta, offset) in enumerate(
        zip(firsts, lasts, deltas, offsets, strict=True)
    ):
        for character in range(first, last + 1):
            glyph = character + delta
            if offset:
                place = start + 16 + 3 * doubled + 2 * number + offset + 2 * (character - first)
                (glyph,) = struct.unpack_from(">H", cmap, place)
            if glyph & 0xFFFF and character != 0xFFFF:
                yield character
