"""Which characters the fonts of the papers can draw, read from the fonts without loading them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from catalog.art.font_characters import CodePoints, characters_in

_PACKAGES = ("font_rhd", "font_hanken_grotesk", "manimgx_fonts", "manimgx_fonts_cjk")
_SYSTEM_FOLDER = Path("/usr/share/fonts/truetype/noto")
# Replaces a character that no font has.
REPLACEMENT = "\ufffd"
# Invisible characters that shape their neighbors; fonts need no glyph for them.
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f")


def showable(text: str) -> str:
    """The text with REPLACEMENT for every character that no font has."""
    if text.isascii():
        return text
    known = _characters()
    return "".join(c if ord(c) in known or c in _INVISIBLE else REPLACEMENT for c in text)


def font_folders() -> list[Path]:
    """The fonts of the web pages, Noto for the common scripts, and Noto of the system if there."""
    further = [_SYSTEM_FOLDER] if _SYSTEM_FOLDER.is_dir() else []
    return [*map(_folder, _PACKAGES), *further]


def _folder(package: str) -> Path:
    folder = Path(str(files(package)))
    return folder / "files" if (folder / "files").is_dir() else folder


@cache
def _characters() -> CodePoints:
    """The code points that the fonts have a glyph for, read from their cmap tables."""
    fonts = [font for folder in font_folders() for font in sorted(folder.iterdir())]
    return CodePoints(
        one
        for font in fonts
        if font.suffix in {".ttf", ".otf", ".ttc"}
        for one in characters_in(font).ranges()
    )
