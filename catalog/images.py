"""Art that people upload: judged by its content, never by its name, and made a square PNG."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
import warnings
import zlib
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.core.files.base import File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

LARGEST_FILE = 5 * 1024 * 1024
LARGEST_SVG = 1024 * 1024
MOST_PIXELS = 40_000_000
SMALLEST_SIDE = 200
LONGEST_TO_SHORTEST = 4
MOST_ELEMENTS = 10_000
SIZE = 600  # pixels; Open Badges advises 400 or more, square
SECONDS_TO_DRAW = 10

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_SVG = "{http://www.w3.org/2000/svg}"
_UNREADABLE = (
    OSError, ValueError, SyntaxError, EOFError, OverflowError, struct.error, zlib.error,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


class ImageRefused(ValueError):
    """This file can't be badge art; the message tells the person why and what to do."""


def to_badge_png(file: File) -> bytes:
    """The uploaded picture as a square PNG with a transparent ground, without its metadata."""
    if file.size > LARGEST_FILE:
        raise ImageRefused(_("The file is larger than 5 MB. Save a smaller copy and try again."))
    file.seek(0)
    content = file.read(LARGEST_FILE + 1)
    if content.startswith((_PNG, _JPEG)):
        picture = _read_pixels(content)
    elif content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        picture = _read_pixels(_draw_svg(content))
    else:
        raise ImageRefused(_("This is not a PNG, JPEG or SVG picture. Export it as one of these."))
    return _square(picture)


def _read_pixels(content: bytes) -> Image.Image:
    broken = ImageRefused(_("The picture is broken or cut off. Export it again and upload that."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # The header alone: nothing is decoded before its size is known to be sane.
            picture = Image.open(io.BytesIO(content), formats=["PNG", "JPEG"])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise ImageRefused(_too_many_pixels()) from bomb
    except _UNREADABLE as error:
        raise broken from error
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise ImageRefused(_too_many_pixels())
    if min(width, height) < SMALLEST_SIDE:
        raise ImageRefused(
            _("The picture is %(width)d × %(height)d pixels. It needs at least 200 on each side.")
            % {"width": width, "height": height}
        )
    if max(width, height) > LONGEST_TO_SHORTEST * min(width, height):
        raise ImageRefused(_("The picture is too long and narrow. Badge art is nearly square."))
    try:
        picture.load()
        return ImageOps.exif_transpose(picture).convert("RGBA")
    except _UNREADABLE as error:
        raise broken from error


def _too_many_pixels() -> str:
    return _("The picture has more than 40 million pixels. Save it smaller: 600 × 600 is enough.")


def _square(picture: Image.Image) -> bytes:
    picture = ImageOps.contain(picture, (SIZE, SIZE), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    square.paste(picture, ((SIZE - picture.width) // 2, (SIZE - picture.height) // 2))
    if not square.getbbox():
        raise ImageRefused(_("The picture is empty: nothing in it can be seen."))
    return as_png(square)


def thumbnail(png: bytes, width: int) -> bytes:
    with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
        small = picture.convert("RGBA").resize((width, width), Image.Resampling.LANCZOS)
    return as_png(small)


def as_png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _draw_svg(content: bytes) -> bytes:
    """SVG to PNG, in a process of its own: a drawing made to be slow or huge ends with it."""
    if len(content) > LARGEST_SVG:
        raise ImageRefused(_("The SVG is larger than 1 MB. Simplify it, or export it as PNG."))
    _vet_svg(content)
    try:
        done = subprocess.run(  # noqa: S603  our own program; the drawing comes by its input
            [sys.executable, "-I", str(Path(__file__).with_name("rasterize.py")), str(SIZE)],
            input=content,
            capture_output=True,
            timeout=SECONDS_TO_DRAW,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise ImageRefused(
            _("The SVG takes too long to draw. Simplify it, or export it as PNG.")
        ) from error
    except subprocess.CalledProcessError as error:
        raise ImageRefused(
            _("The SVG can't be drawn. Export it as PNG and upload that.")
        ) from error
    return done.stdout


def _vet_svg(content: bytes) -> None:
    try:
        root = ElementTree.fromstring(content, forbid_dtd=False)
    except DefusedXmlException as error:
        raise ImageRefused(
            _("The SVG defines entities, which are not allowed. Save it as a plain SVG.")
        ) from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise ImageRefused(_("The SVG is broken. Export it again, or as PNG.")) from error
    if root.tag not in {f"{_SVG}svg", "svg"}:
        raise ImageRefused(_("This is not a PNG, JPEG or SVG picture. Export it as one of these."))
    for number, element in enumerate(root.iter()):
        if number >= MOST_ELEMENTS:
            raise ImageRefused(_("The SVG has too many parts. Simplify it, or export it as PNG."))
        _vet_element(element)


def _vet_element(element: Element) -> None:
    name = str(element.tag).rpartition("}")[2].lower()
    if name in {"script", "foreignobject", "iframe", "handler"}:
        raise ImageRefused(_("The SVG contains a script or a page. Save it as a plain SVG."))
    if name in {"image", "feimage"}:
        raise ImageRefused(_("The SVG contains another picture. Export the whole as PNG."))
    styles = [element.text or ""] if name == "style" else []
    for attribute, value in element.attrib.items():
        attribute = attribute.rpartition("}")[2].lower()
        if attribute.startswith("on"):
            raise ImageRefused(_("The SVG contains a script or a page. Save it as a plain SVG."))
        if attribute == "href" and name != "a" and not value.strip().startswith("#"):
            raise ImageRefused(_from_elsewhere())
        styles.append(value)
    for style in styles:
        if "@import" in style.lower() or re.search(r"url\(\s*['\"]?\s*[^#'\"\s]", style, re.I):
            raise ImageRefused(_from_elsewhere())


def _from_elsewhere() -> str:
    return _("The SVG loads something from elsewhere. Export it as PNG and upload that.")
