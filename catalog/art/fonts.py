"""Fonts for the text in art: our own, and Noto for the other scripts. All come from packages.

resvg replaces a font that it lacks only by the one that is named as a generic family, and draws
boxes for a text that needs several further fonts. So every generic family is our own font, and
each character that it lacks is put into an element that names the font that has it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree
from xml.etree.ElementTree import Element

from PIL import ImageFont

from catalog.art.font_characters import characters_in

FAMILY = "Red Hat Display"
_GENERIC = ("serif", "sans_serif", "cursive", "fantasy", "monospace")
_TEXT = {"text", "tspan", "textPath"}


def rendering_options() -> dict[str, Any]:
    """The arguments of resvg that concern fonts."""
    return {
        "skip_system_fonts": True,
        "font_files": [str(font) for font in [*_own(), *_further()]],
        "font_family": FAMILY,
        **{f"{generic}_family": FAMILY for generic in _GENERIC},
    }


def with_named_fonts(svg: str) -> str:
    """The SVG for resvg: characters that our own font lacks name the font that has them."""
    if all(font is _own_font() for font in map(font_of, set(svg)) if font):
        return svg
    root = Tree.fromstring(svg)  # noqa: S314  cleaned before, or composed here
    namespace = root.tag.rpartition("svg")[0]
    for element in list(root.iter()):
        if element.tag.removeprefix(namespace) in _TEXT:
            _name_fonts(element, f"{namespace}tspan")
    return Tree.tostring(root, encoding="unicode")


def undrawable(text: str) -> str:
    """The characters of a text that no font has, each once."""
    return "".join(dict.fromkeys(c for c in text if not is_invisible(c) and font_of(c) is None))


def emoji_in(text: str) -> str:
    """The characters that are drawn as emoji, in one color, each once."""
    return "".join(dict.fromkeys(c for c in text if font_of(c) == _emoji_font()))


def is_invisible(character: str) -> bool:
    """Spaces, and characters that shape their neighbors. Fonts need no glyph for them."""
    return (
        character.isspace()
        or unicodedata.category(character) in {"Cc", "Cf"}
        or "\ufe00" <= character <= "\ufe0f"  # variation selectors
    )


@cache
def font_of(character: str) -> Path | None:
    if ord(character) in characters_in(_own_font()):
        return _own_font()
    return next((font for font in _further() if ord(character) in characters_in(font)), None)


def _name_fonts(element: Element, tspan: str) -> None:
    """Wrap runs of characters of other fonts, in the element's own text and after its children."""
    old = list(element)
    own, wrapped = _runs(element.text or "", tspan)
    element.text = own
    children = wrapped
    for child in old:
        child.tail, wrapped = _runs(child.tail or "", tspan)
        children += [child, *wrapped]
    element[:] = children


def _runs(text: str, tspan: str) -> tuple[str, list[Element]]:
    """The text before the first run of another font, and an element for each such run."""
    before, elements = "", []
    for font, characters in groupby(_fonts(text), key=lambda pair: pair[0]):
        words = "".join(character for _font, character in characters)
        if font is not None and font != _own_font():
            elements.append(Element(tspan, {"font-family": _family(font)}))
            elements[-1].text = words
        elif elements:
            elements[-1].tail = words
        else:
            before = words
    return before, elements


def _fonts(text: str) -> Iterator[tuple[Path | None, str]]:
    """The font of each character. Spaces and marks take the font of what they follow."""
    font: Path | None = _own_font()
    for character in text:
        if not (is_invisible(character) or _is_mark_in(font, character)):
            font = font_of(character)
        yield font, character


def _is_mark_in(font: Path | None, character: str) -> bool:
    is_mark = unicodedata.category(character).startswith("M")
    return is_mark and font is not None and ord(character) in characters_in(font)


@cache
def _family(font: Path) -> str:
    return ImageFont.truetype(str(font)).getname()[0] or ""


@cache
def _own() -> list[Path]:
    return sorted(_folder("font_rhd", "files").glob("*.ttf"))


@cache
def _own_font() -> Path:
    return _folder("font_rhd", "files") / "RedHatDisplay-Regular.ttf"


@cache
def _further() -> list[Path]:
    """Letters before symbols, and symbols before emoji, which have digits, too."""
    fonts = [
        font for font in _folder("manimgx_fonts").glob("Noto*.ttf") if "Italic" not in font.name
    ]
    symbols = {"NotoSans[wght].ttf": -1, "NotoSansSymbols[wght].ttf": 2, "NotoEmoji[wght].ttf": 3}
    ranked = {font: symbols.get(font.name, 0) for font in fonts if "Italic" not in font.name}
    ranked |= dict.fromkeys(_folder("manimgx_fonts_cjk").glob("*.ttc"), 1)
    return sorted(ranked, key=lambda font: (ranked[font], font.name))


def _emoji_font() -> Path:
    return _further()[-1]


def _folder(package: str, *parts: str) -> Path:
    return Path(str(files(package))).joinpath(*parts)
