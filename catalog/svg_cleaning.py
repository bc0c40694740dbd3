"""Cleans uploaded SVG: keeps the drawing and nothing else.

Files that run scripts or load something are refused rather than stripped, so that nobody wonders
what is missing. Metadata, comments and animations are dropped. Only the elements and attributes
listed below are kept. The result is rendered once within limits of time and memory, so a file made
to stall a browser is refused. No Django: `images` runs this in a process of its own.
"""

from __future__ import annotations

import re
from math import inf
from xml.etree import ElementTree as Tree
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from sandbox.refusals import Refused
from sandbox.refusals import gettext_noop as _

MAX_BYTES = 512 * 1024
MAX_ELEMENTS = 10_000
MAX_DEPTH = 100
MAX_ASPECT_RATIO = 4
SIZE = 600

_NAMESPACE = "http://www.w3.org/2000/svg"
_SVG = f"{{{_NAMESPACE}}}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

_ELEMENTS = {
    "svg", "g", "defs", "symbol", "use", "title", "desc", "style",
    "path", "rect", "circle", "ellipse", "line", "polyline", "polygon",
    "text", "tspan", "textPath",
    "linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask", "marker",
    "filter", "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite",
    "feConvolveMatrix", "feDiffuseLighting", "feDisplacementMap", "feDistantLight",
    "feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur",
    "feMerge", "feMergeNode", "feMorphology", "feOffset", "fePointLight", "feSpecularLighting",
    "feSpotLight", "feTile", "feTurbulence",
}  # fmt: skip
# Replaced by their children.
_UNWRAPPED = {"a", "switch"}
KEPT_ELEMENTS = _ELEMENTS | _UNWRAPPED
_ATTRIBUTES = {
    "id", "class", "style", "viewBox", "x", "y", "z", "x1", "y1", "x2", "y2", "cx", "cy", "fx",
    "fy", "fr", "r", "rx", "ry", "dx", "dy", "width", "height", "d", "points", "transform",
    "transform-origin",
    "rotate", "href", "offset", "preserveAspectRatio", "pathLength", "textLength",
    "lengthAdjust", "startOffset", "method", "spacing", "side",
    "gradientUnits", "gradientTransform", "spreadMethod", "patternUnits", "patternContentUnits",
    "patternTransform", "clipPathUnits", "maskUnits", "maskContentUnits", "markerUnits",
    "markerWidth", "markerHeight", "refX", "refY", "orient", "filterUnits", "primitiveUnits",
    "in", "in2", "result", "mode", "type", "values", "operator", "k1", "k2", "k3", "k4", "order",
    "kernelMatrix", "divisor", "bias", "targetX", "targetY", "edgeMode", "preserveAlpha",
    "surfaceScale", "diffuseConstant", "specularConstant", "specularExponent",
    "kernelUnitLength", "scale", "xChannelSelector", "yChannelSelector", "azimuth", "elevation",
    "limitingConeAngle", "pointsAtX", "pointsAtY", "pointsAtZ", "stdDeviation", "radius",
    "baseFrequency", "numOctaves", "seed", "stitchTiles", "tableValues", "slope", "intercept",
    "amplitude", "exponent",
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity",
    "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray",
    "stroke-dashoffset", "color", "color-interpolation", "color-interpolation-filters",
    "opacity", "display", "visibility", "overflow", "clip-path", "clip-rule", "mask",
    "mask-type", "filter", "flood-color", "flood-opacity", "lighting-color", "stop-color",
    "stop-opacity", "marker-start", "marker-mid", "marker-end", "mix-blend-mode", "isolation",
    "paint-order", "vector-effect", "shape-rendering", "text-rendering", "font-family",
    "font-size", "font-style", "font-weight", "font-stretch", "font-variant", "letter-spacing",
    "word-spacing", "text-anchor", "text-decoration", "dominant-baseline",
    "alignment-baseline", "baseline-shift", "direction", "writing-mode", "unicode-bidi",
}  # fmt: skip
# Other functions might load something: image-set(), src(), attr() ...
_FUNCTIONS = {
    "url", "rgb", "rgba", "hsl", "hsla", "calc", "matrix", "matrix3d", "translate", "translatex",
    "translatey", "scale", "scalex", "scaley", "rotate", "skewx", "skewy", "blur", "drop-shadow",
    "opacity", "brightness", "contrast", "saturate", "grayscale", "sepia", "invert",
    "hue-rotate",
}  # fmt: skip
# Possessive quantifiers keep the match time linear, even for hostile text.
_FUNCTION = re.compile(r"(?<![\w-])([\w-]++)\s*+\(")
_URL = re.compile(r"url\s*+\(\s*['\"]?\s*([^'\"\s)]?)", re.IGNORECASE)
_NUMBER = re.compile(r"^\s*(\d+(?:\.\d*)?|\.\d+)(px)?\s*$")


class NotArt(Refused):
    """This file can't be badge art; the message says why and what to do, for the user."""


def clean(content: bytes) -> str:
    """The drawing alone, made square, as SVG text that is safe to serve."""
    if len(content) > MAX_BYTES:
        raise NotArt(_("The SVG is larger than 512 KB. Simplify it, or export it as PNG."))
    try:
        root = ElementTree.fromstring(content, forbid_dtd=False)
    except DefusedXmlException as error:
        raise NotArt(
            _("The SVG defines entities, which are not allowed. Save it as a plain SVG.")
        ) from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise NotArt(_("The SVG is broken. Export it again, or as PNG.")) from error
    if root.tag not in {f"{_SVG}svg", "svg"}:
        raise NotArt(_("This is not a PNG, JPEG, or SVG image. Export it as one of these."))
    _check(root)
    drawing = _copy_allowed(root)
    _make_square(drawing)
    # Declare SVG as the default namespace, so that elements need no prefix.
    drawing.set("xmlns", _NAMESPACE)
    return Tree.tostring(drawing, encoding="unicode")


def _check(root: Element) -> None:
    # Breadth first, so that deep nesting is counted without recursion.
    level, seen, depth = [root], 0, 0
    while level:
        seen, depth = seen + len(level), depth + 1
        if seen > MAX_ELEMENTS or depth > MAX_DEPTH:
            raise NotArt(_("The SVG has too many parts. Simplify it, or export it as PNG."))
        for element in level:
            _check_element(element)
        level = [child for element in level for child in element]


def _check_element(element: Element) -> None:
    name = _local_name(element.tag).lower()
    if name in {"script", "foreignobject", "iframe", "handler"}:
        raise NotArt(_("The SVG contains a script or a page. Save it as a plain SVG."))
    if name in {"image", "feimage"}:
        raise NotArt(_("The SVG contains another image. Export all of it as PNG."))
    if name == "style":
        _check_style(element.text or "")
    for attribute, value in element.attrib.items():
        attribute = _local_name(attribute)
        if attribute.lower().startswith("on"):
            raise NotArt(_("The SVG contains a script or a page. Save it as a plain SVG."))
        if attribute == "href" and name != "a" and not value.strip().startswith("#"):
            raise NotArt(_external_reference_message())
        if attribute in _ATTRIBUTES - {"id", "class", "href"}:
            _check_style(value)


def _check_style(style: str) -> None:
    style = _without_comments(style)
    loads = any(first != "#" for first in _URL.findall(style))
    if re.search("@import|@font-face", style, re.IGNORECASE) or loads:
        raise NotArt(_external_reference_message())
    # Escapes can spell hidden function names, and an unclosed comment hides what follows it.
    unknown = {name.lower() for name in _FUNCTION.findall(style)} - _FUNCTIONS
    if unknown or re.search(r"[\\@<]|/\*|\*/", style):
        raise NotArt(_("The SVG has styles that can’t be checked. Save it as a plain SVG."))


def _without_comments(style: str) -> str:
    """Remove complete comments. `_check_style` refuses what is left of incomplete ones."""
    parts, at = [], 0
    while (begin := style.find("/*", at)) >= 0 and (end := style.find("*/", begin + 2)) >= 0:
        parts.append(style[at:begin])
        at = end + 2
    return " ".join([*parts, style[at:]])


def _external_reference_message() -> str:
    return _("The SVG loads something from elsewhere. Export it as PNG and upload that.")


def _local_name(tag: object) -> str:
    # The tag of comments and processing instructions is a function.
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _is_allowed(element: Element) -> bool:
    name = _local_name(element.tag)
    ours = element.tag in {name, f"{_SVG}{name}"}
    return ours and name in KEPT_ELEMENTS


def _copy_allowed(element: Element) -> Element:
    name = _local_name(element.tag)
    copy = Element("g" if name in _UNWRAPPED else name)
    copy.text, copy.tail = element.text, element.tail
    for attribute, value in element.attrib.items():
        if attribute in _ATTRIBUTES and not (attribute == "href" and name == "a"):
            copy.set(attribute, value)
        elif attribute == _XLINK_HREF and name != "a":
            copy.set("href", value)
        elif attribute == _XML_SPACE:
            copy.set("xml:space", value)
    for child in _chosen(element) if name == "switch" else element:
        if _is_allowed(child):
            copy.append(_copy_allowed(child))
    return copy


def _chosen(switch: Element) -> list[Element]:
    """The one alternative that is drawn: the last resort, or else the first."""
    alternatives = [child for child in switch if _is_allowed(child)]
    conditions = ("systemLanguage", "requiredExtensions", "requiredFeatures")
    always = [child for child in alternatives if not any(map(child.get, conditions))]
    return (always or alternatives)[:1]


def _make_square(root: Element) -> None:
    """Extend the viewBox to a square with the drawing in its middle."""
    box = [float(part) for part in re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)", root.get("viewBox", ""))]
    if len(box) != 4:
        sides = [_NUMBER.match(root.get(side, "")) for side in ("width", "height")]
        if not all(sides):
            raise NotArt(_("The SVG does not say how large it is. Export it again."))
        box = [0, 0, *(float(side[1]) for side in sides)]
    left, top, width, height = box
    longer, shorter = max(width, height), min(width, height)
    if not 0 < longer < inf or longer > MAX_ASPECT_RATIO * shorter:
        raise NotArt(_("The image is too long and narrow. Badge artwork is nearly square."))
    left, top = left - (longer - width) / 2, top - (longer - height) / 2
    root.set("viewBox", " ".join(f"{part:g}" for part in (left, top, longer, longer)))
    for side in ("width", "height"):
        root.set(side, str(SIZE))
    root.attrib.pop("preserveAspectRatio", None)
