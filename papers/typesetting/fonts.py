"""The fonts of the papers: those of the web pages, and Noto for all other scripts.

Two packages provide Noto for the most common scripts. Noto fonts of the operating system (Debian:
fonts-noto-core) add Cherokee, Hmong, Syriac, Tibetan and others. Loading them takes much memory,
so only the process that compiles a paper does.
"""

from __future__ import annotations

from functools import cache

import typst

from papers.typesetting.characters import font_folders


@cache
def available_fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in font_folders()],
    )


def fallback_families(text: str) -> list[str]:
    """The Noto families in order of preference, with the right regional shapes for Han."""
    families = [name for name in available_fonts().families() if name.startswith("Noto")]
    first = f"Noto Sans CJK {_cjk_region(text)}"
    return sorted(families, key=lambda name: (_rank(name), name != first, name))


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
