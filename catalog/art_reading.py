"""Reads uploaded art, makes it a square PNG, and notes what is lost.

No Django: it runs in a process of its own.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib

from PIL import Image, ImageOps

from catalog import art_losses, svg_cleaning
from catalog.art_losses import Loss
from catalog.pixels import to_rgba
from catalog.svg_cleaning import MAX_ASPECT_RATIO, SIZE, NotArt
from sandbox import image_parts
from sandbox.refusals import gettext_noop as _

MAX_PIXELS = 40_000_000
MIN_SIDE = 200
# Chunks or segments of a file. Art has some hundred.
MAX_PARTS = 20_000
_ORIENTATION = 0x0112  # the Exif tag

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_UNREADABLE = (
    OSError, ValueError, SyntaxError, EOFError, OverflowError, struct.error, zlib.error,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


def read(content: bytes) -> tuple[dict, bytes]:
    """A square PNG and its SVG, if there is one, as bytes one after the other.

    The value says how long the PNG is, and what it does not show of the file.
    """
    png, svg, losses = _drawn(content)
    return {"png": len(png), "losses": losses}, png + svg.encode()


def _drawn(content: bytes) -> tuple[bytes, str, list[Loss]]:
    if content.startswith((_PNG, _JPEG)):
        _check_parts(content, "image/png" if content.startswith(_PNG) else "image/jpeg")
        picture, losses = _read_pixels(content)
        return _square(picture), "", losses
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        from catalog.rasterize import rasterize  # resvg is only needed here

        svg = svg_cleaning.clean(content)
        drawing = rasterize(svg)
        picture, _none = _read_pixels(drawing)
        losses = art_losses.of_svg(content, svg, drawn=drawing, rasterize=rasterize)
        return _square(picture), svg, losses
    raise NotArt(_("This is not a PNG, JPEG, or SVG image. Export it as one of these."))


def _check_parts(content: bytes, kind: str) -> None:
    for number, _name in enumerate(image_parts.parts(content, kind)):
        if number >= MAX_PARTS:
            raise NotArt(
                _("The image is made of too many parts. Export it again, as a PNG or JPEG.")
            )


def _read_pixels(content: bytes) -> tuple[Image.Image, list[Loss]]:
    broken = NotArt(_("The image is broken or cut off. Export it again and upload that."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # Reads only the header, so that the size is checked before anything is decoded.
            picture = Image.open(io.BytesIO(content), formats=["PNG", "JPEG"])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise NotArt(_too_many_pixels()) from bomb
    except _UNREADABLE as error:
        raise broken from error
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise NotArt(_too_many_pixels())
    if min(width, height) < MIN_SIDE:
        raise NotArt(
            _("The image is %(width)d × %(height)d pixels. It needs at least 200 on each side."),
            width=width,
            height=height,
        )
    if max(width, height) > MAX_ASPECT_RATIO * min(width, height):
        raise NotArt(_("The image is too long and narrow. Badge artwork is nearly square."))
    try:
        losses = list(art_losses.of_picture(picture))
        drawn = to_rgba(picture, within=(SIZE, SIZE))
        drawn.getexif()[_ORIENTATION] = picture.getexif().get(_ORIENTATION, 1)
        return ImageOps.exif_transpose(drawn), losses
    except _UNREADABLE as error:
        raise broken from error


def _too_many_pixels() -> str:
    return _("The image has more than 40 million pixels. Save it smaller: 600 × 600 is enough.")


def _square(picture: Image.Image) -> bytes:
    square = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    square.paste(picture, ((SIZE - picture.width) // 2, (SIZE - picture.height) // 2))
    if not square.getbbox():
        raise NotArt(_("The image is empty: nothing in it can be seen."))
    return as_png(square)


def as_png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
