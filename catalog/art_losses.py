"""What an uploaded image shows elsewhere, but not in the badge's picture. No Django.

The picture is drawn by resvg, which knows no fonts but ours and less CSS than a browser. What it
leaves out is listed here, so that a coordinator reads it before the badge is published.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple
from xml.etree import ElementTree as Tree
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from PIL import Image

from catalog import svg_cleaning
from catalog.art import fonts

MOST_LOSSES = 30  # nobody reads a longer list to its end
MOST_TEXTS = 8  # each is drawn once more, to see whether it can be seen
# No text is looked for after that. The limits of the process leave as much again for one drawing.
MOST_PROCESSOR_SECONDS = 2.5

_SVG = "{http://www.w3.org/2000/svg}"
_ANIMATIONS = {"animate", "animateTransform", "animateMotion", "animateColor", "set", "discard"}
_INVISIBLE = {"metadata", "title", "desc", "view", "cursor", "style", "mpath"}
# Properties that browsers draw and resvg does not (resvg 0.45, tried one by one).
_UNDRAWN = {
    "text-transform", "text-shadow", "font-variant", "font-variant-caps", "font-feature-settings",
    "font-size-adjust", "vector-effect", "pathLength", "transform-box", "rotate", "scale",
    "translate", "background", "background-color", "background-image", "direction",
    "unicode-bidi", "backdrop-filter", "mask-image", "offset-path",
}  # fmt: skip
# Properties that resvg reads as attributes only.
_GEOMETRY = {"x", "y", "cx", "cy", "r", "rx", "ry", "width", "height"}
_HARMLESS = {"normal", "none", "auto", "ltr", "inherit", "initial", "unset", "transparent", "0"}
_GENERIC = {"sans-serif", "system-ui", "ui-sans-serif", "inherit", "initial", "unset"}
_FILTER_INPUTS = {"BackgroundImage", "BackgroundAlpha", "FillPaint", "StrokePaint"}
# Scripts whose letters are reordered: resvg does so in texts of one script.
_COMPLEX = re.compile("[\u0900-\u109f\u1780-\u17ff\ua980-\uaaff]")
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\"\s)]+)")
_UNREAD_VALUE = re.compile(r"calc\(|rgba?\([^,)]{1,80}\)")
# The families follow the size, which has a unit and perhaps a height of lines.
_AFTER_SIZE = re.compile(
    r"^(?:[^'\",]*\s)?[\d.]+(?:px|pt|pc|em|rem|ex|%|mm|cm|in)(?:/\S+)?\s+(.+)$"
)


class Loss(NamedTuple):
    """`kind` says in what way; `what` names the font, the characters, the part."""

    kind: str
    what: str = ""


def of_svg(
    content: bytes,
    cleaned: str,
    *,
    drawn: bytes,
    rasterize: Callable[[str], bytes],
    spent: Callable[[], float] = time.process_time,
) -> list[Loss]:
    """The losses of an SVG that `svg_cleaning.clean` has cleaned and `rasterize` has drawn.

    `spent` says how much processor time this process, which reads only this file, has taken.
    """
    original = ElementTree.fromstring(content, forbid_dtd=False)
    drawing = Tree.fromstring(cleaned)  # noqa: S314  cleaned
    found = [
        *_left_out(original),
        *_of_text(drawing),
        *_of_styles(drawing),
        *_dangling(original, drawing),
        *_unseen_texts(drawing, drawn, rasterize, spent),
    ]
    return list(dict.fromkeys(found))[:MOST_LOSSES]


def of_picture(picture: Image.Image) -> Iterator[Loss]:
    """The losses of a PNG or JPEG that has just been opened."""
    if picture.format == "PNG" and getattr(picture, "n_frames", 1) > 1:
        yield Loss("animation")
    if picture.mode == "CMYK" and not picture.info.get("icc_profile"):
        yield Loss("colors")


def _left_out(original: Element) -> Iterator[Loss]:
    for element in original.iter():
        if not isinstance(element.tag, str):  # a comment
            continue
        namespace, _brace, name = element.tag.rpartition("}")
        if namespace in {"", _SVG[:-1]} and name not in svg_cleaning.KEPT_ELEMENTS | _INVISIBLE:
            yield Loss("animation") if name in _ANIMATIONS else Loss("element", name[:60])


def _of_text(drawing: Element) -> Iterator[Loss]:
    texts = [_text_of(element) for element in drawing.iter(f"{_SVG}text")]
    if not any(text.strip() for text in texts):
        return
    for family in dict.fromkeys(_families(drawing)):
        yield Loss("font", family)
    for text in texts:
        if missing := fonts.undrawable(text):
            yield Loss("characters", missing[:20])
        if emoji := fonts.emoji_in(text):
            yield Loss("emoji", emoji[:20])
        if _COMPLEX.search(text) and len({_script(c) for c in text if c.isalpha()}) > 1:
            yield Loss("scripts", text[:60])


def _text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]


def _families(drawing: Element) -> Iterator[str]:
    """The font that each list names first, if it is not ours."""
    for name, value in _declarations(drawing):
        if name == "font":
            after_size = _AFTER_SIZE.match(value.replace(" /", "/").replace("/ ", "/"))
            value = after_size[1] if after_size else ""
        elif name != "font-family":
            continue
        first = value.partition("!")[0].partition(",")[0].strip().strip("'\"").strip()
        if first and first.casefold() not in _GENERIC | {fonts.FAMILY.casefold()}:
            yield first[:60]


def _of_styles(drawing: Element) -> Iterator[Loss]:
    for name, value in _declarations(drawing):
        value = value.strip()
        if value.casefold() in _HARMLESS:
            continue
        is_shape = name == "clip-path" and not value.startswith("url(")
        if name in _UNDRAWN or is_shape or _UNREAD_VALUE.search(value):
            yield Loss("property", name)
    for name, value in _css(drawing):
        if name in _GEOMETRY or (name == "transform" and re.search(r"\d(px|em|%)", value)):
            yield Loss("property", name)
    for selector, _body in _rules(drawing):
        for part in selector.split(","):
            if ":" in part.replace(":first-child", "") or "|" in part:
                yield Loss("selector", part.strip()[:60])
    for element in drawing.iter():
        for source in ("in", "in2"):
            if element.get(source) in _FILTER_INPUTS:
                yield Loss("property", str(element.get(source)))


def _dangling(original: Element, drawing: Element) -> Iterator[Loss]:
    """References to parts that were in the file, but are not in the drawing."""
    there = {element.get("id") for element in drawing.iter()}
    gone = {element.get("id") for element in original.iter()} - there - {None}
    for element in drawing.iter():
        named = {element.get("href", "").removeprefix("#")}
        for value in [*element.attrib.values(), element.text or ""]:
            named |= set(_REFERENCE.findall(value))
        for id in sorted(named & gone):
            yield Loss("reference", id[:60])


def _unseen_texts(
    drawing: Element,
    whole: bytes,
    rasterize: Callable[[str], bytes],
    spent: Callable[[], float],
) -> Iterator[Loss]:
    """Texts without which the picture is the same: hidden, outside it, or as small as nothing."""
    texts = [element for element in drawing.iter(f"{_SVG}text") if _text_of(element)]
    for text in texts[:MOST_TEXTS]:
        if spent() > MOST_PROCESSOR_SECONDS:
            yield Loss("unchecked")
            return
        # Hidden, not removed: other parts may refer to it.
        shown, kept = text.get("display"), text.get("style")
        text.set("display", "none")
        text.set("style", "display:none")
        if rasterize(_serialized(drawing)) == whole:
            yield Loss("text", _text_of(text)[:60])
        for name, value in (("display", shown), ("style", kept)):
            text.attrib.pop(name)
            if value is not None:
                text.set(name, value)


def _declarations(drawing: Element) -> Iterator[tuple[str, str]]:
    """Properties as attributes, in style attributes and in rules."""
    for element in drawing.iter():
        yield from ((name, value) for name, value in element.items() if name != "style")
    yield from _css(drawing)


def _css(drawing: Element) -> Iterator[tuple[str, str]]:
    bodies = [element.get("style", "") for element in drawing.iter()]
    for body in [*bodies, *(body for _selector, body in _rules(drawing))]:
        for declaration in body.split(";"):
            name, colon, value = declaration.partition(":")
            if colon:
                yield name.strip(), value


def _rules(drawing: Element) -> Iterator[tuple[str, str]]:
    for element in drawing.iter(f"{_SVG}style"):
        text = re.sub(r"/\*.*?\*/", " ", element.text or "", flags=re.DOTALL)
        for rule in text.split("}"):
            selector, brace, body = rule.partition("{")
            if brace:
                yield selector.strip(), body


def _serialized(drawing: Element) -> str:
    return Tree.tostring(drawing, encoding="unicode")
