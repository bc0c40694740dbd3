"""The fonts of the papers: those of the web pages, and Noto for all other scripts.

Two packages provide Noto for the most common scripts. Noto fonts of the operating system (Debian:
fonts-noto-core) add Cherokee, Hmong, Syriac, Tibetan and others.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import typst

from catalog.art.font_characters import characters_in

_PACKAGES = ("font_rhd", "font_hanken_grotesk", "manimgx_fonts", "manimgx_fonts_cjk")
_SYSTEM_FOLDER = Path("/usr/share/fonts/truetype/noto")
# Replaces a character that no font has.
REPLACEMENT = "\ufffd"
# Invisible characters that shape their neighbors; fonts need no glyph for them.
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f")


@cache
def available_fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in _folders()],
    )


def fallback_families(text: str) -> list[str]:
    """The Noto families in order of preference, with the right regional shapes for Han."""
    families = [name for name in available_fonts().families() if name.startswith("Noto")]
    first = f"Noto Sans CJK {_cjk_region(text)}"
    return sorted(families, key=lambda name: (_rank(name), name != first, name))


def showable(text: str) -> str:
    """The text with REPLACEMENT for every character that no font has."""
    if text.isascii():
        return text
    known = _characters()
    return "".join(c if ord(c) in known or c in _INVISIBLE else REPLACEMENT for c in text)


def _rank(name: str) -> int:
    """Letters before symbols, so that a digit is not an emoji; plain fonts before styled ones."""
    if name == "Noto Sans":
        return 0
    if name in {"Noto Emoji", "Noto Sans Symbols"} or not name.startswith("Noto Sans"):
        return 3
    return 2 if "CJK" in name else 1


def _cjk_region(text: str) -> str:
    """The region whose Han glyphs fit the text: China, Japan and Korea draw them differently."""
    if any("\u3040" <= character <= "\u30ff" for character in text):
        return "JP"
    if any("\uac00" <= character <= "\ud7af" for character in text):
        return "KR"
    return "SC"


def _folders() -> list[Path]:
    further = [_SYSTEM_FOLDER] if _SYSTEM_FOLDER.is_dir() else []
    return [*map(_folder, _PACKAGES), *further]


def _folder(package: str) -> Path:
    folder = Path(str(files(package)))
    return folder / "files" if (folder / "files").is_dir() else folder


@cache
def _characters() -> frozenset[int]:
    """The code points that the fonts have a glyph for, read from their cmap tables."""
    known: set[int] = set()
    for folder in _folders():
        for font in sorted(folder.iterdir()):
            if font.suffix in {".ttf", ".otf", ".ttc"}:
                known |= characters_in(font)
    return frozenset(known)
