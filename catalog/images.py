"""Uploaded art: checked by its content, not its name, and converted to a square PNG."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from typing import NamedTuple

from django.core.files.base import File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from catalog import svg_cleaning
from catalog.svg_cleaning import MAX_ASPECT_RATIO, SIZE, ImageRefused

__all__ = ["Art", "ImageRefused", "as_png", "thumbnail", "to_badge_art"]

MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
MIN_SIDE = 200

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_UNREADABLE = (
    OSError, ValueError, SyntaxError, EOFError, OverflowError, struct.error, zlib.error,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


class Art(NamedTuple):
    """A badge's image: always a PNG, and the SVG if it was uploaded as one."""

    png: bytes
    svg: str = ""


def to_badge_art(file: File) -> Art:
    """The uploaded image, made square on a transparent ground, without metadata."""
    if file.size > MAX_FILE_BYTES:
        raise ImageRefused(_("The file is larger than 5 MB. Save a smaller copy and try again."))
    file.seek(0)
    content = file.read(MAX_FILE_BYTES + 1)
    if content.startswith((_PNG, _JPEG)):
        return Art(_square(_read_pixels(content)))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        svg = svg_cleaning.clean(content)
        return Art(_square(_read_pixels(svg_cleaning.rasterize(svg))), svg)
    raise ImageRefused(_("This is not a PNG, JPEG, or SVG image. Export it as one of these."))


def _read_pixels(content: bytes) -> Image.Image:
    broken = ImageRefused(_("The image is broken or cut off. Export it again and upload that."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # Reads only the header, so that the size is checked before anything is decoded.
            picture = Image.open(io.BytesIO(content), formats=["PNG", "JPEG"])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise ImageRefused(_too_many_pixels()) from bomb
    except _UNREADABLE as error:
        raise broken from error
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise ImageRefused(_too_many_pixels())
    if min(width, height) < MIN_SIDE:
        raise ImageRefused(
            _("The image is %(width)d × %(height)d pixels. It needs at least 200 on each side.")
            % {"width": width, "height": height}
        )
    if max(width, height) > MAX_ASPECT_RATIO * min(width, height):
        raise ImageRefused(_("The image is too long and narrow. Badge artwork is nearly square."))
    try:
        picture.load()
        return ImageOps.exif_transpose(picture).convert("RGBA")
    except _UNREADABLE as error:
        raise broken from error


def _too_many_pixels() -> str:
    return _("The image has more than 40 million pixels. Save it smaller: 600 × 600 is enough.")


def _square(picture: Image.Image) -> bytes:
    picture = ImageOps.contain(picture, (SIZE, SIZE), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    square.paste(picture, ((SIZE - picture.width) // 2, (SIZE - picture.height) // 2))
    if not square.getbbox():
        raise ImageRefused(_("The image is empty: nothing in it can be seen."))
    return as_png(square)


def thumbnail(png: bytes, width: int) -> bytes:
    with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
        small = picture.convert("RGBA").resize((width, width), Image.Resampling.LANCZOS)
    return as_png(small)


def as_png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
