"""Reads uploaded logos and re-encodes them as PNG. No Django: it runs in a process of its own."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import ExifTags, Image, ImageOps, ImageStat

from catalog.pixels import to_rgba
from sandbox import image_parts
from sandbox.refusals import Refused
from sandbox.refusals import gettext_noop as _

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 20_000_000
# Chunks or segments of a file.
MAX_PARTS = 20_000
LARGEST_SIDE = 800
HALF = 127
# Of 255, on average over what is seen.
LIGHT = 215
DARK_GROUND = "#12363a"
_STARTS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}

_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, OverflowError, struct.error, zlib.error)


class NotALogo(Refused):
    """A file that can't be a logo. The message says why and what to do."""


def read(content: bytes) -> tuple[None, bytes]:
    """A PNG of the picture, upright, at most 800 by 800 pixels, without metadata."""
    _check_parts(content)
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
        _check_size(picture.size)
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
        width, height = picture.size
        # Small logos keep their size.
        drawn = to_rgba(picture, within=(min(width, LARGEST_SIDE), min(height, LARGEST_SIDE)))
        drawn.getexif()[ExifTags.Base.Orientation] = orientation
        drawn = ImageOps.exif_transpose(drawn)
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except _UNREADABLE as error:
        raise NotALogo(_("We could not read this image. Save it as PNG and try again.")) from error
    # Pasting onto a new image drops comments, color profiles and locations.
    clean = Image.new("RGBA", drawn.size)
    clean.paste(drawn)
    if _is_light_on_nothing(clean):
        clean = Image.alpha_composite(Image.new("RGBA", clean.size, DARK_GROUND), clean)
    png = io.BytesIO()
    clean.save(png, "PNG", optimize=True)
    return None, png.getvalue()


def _is_light_on_nothing(picture: Image.Image) -> bool:
    """A light logo without a ground of its own, which nobody would see on white."""
    seen = picture.getchannel("A").point(lambda alpha: 255 * (alpha > HALF))
    if seen.getextrema() != (0, 255):
        return False
    return ImageStat.Stat(picture.convert("L"), mask=seen).mean[0] > LIGHT


def _check_parts(content: bytes) -> None:
    kind = next((kind for start, kind in _STARTS.items() if content.startswith(start)), "")
    if not kind:
        raise NotALogo(_("This is not a PNG, JPEG, or WebP image. Save it as PNG and try again."))
    if kind == "image/webp":
        _check_size(image_parts.webp_size(content))
    for number, _name in enumerate(image_parts.parts(content, kind)):
        if number >= MAX_PARTS:
            raise NotALogo(
                _("The image is made of too many parts. Export it again, as a PNG or JPEG.")
            )


def _check_size(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> NotALogo:
    return NotALogo(
        _("The image has more than %(limit)s million pixels. Save it smaller and try again."),
        limit=MAX_PIXELS // 1_000_000,
    )
