"""Re-encodes uploaded logos, so that uploaded files are never served themselves."""

from __future__ import annotations

import io
from typing import BinaryIO

from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 20_000_000
LARGEST_SIDE = 800


class LogoUnreadable(Exception):
    """Not a picture, a broken one, or one with too many pixels."""


def clean_logo(file: BinaryIO) -> bytes:
    """A PNG of the logo, at most 800 by 800 pixels, without metadata."""
    file.seek(0)
    try:
        picture = Image.open(file, formats=FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise LogoUnreadable
        drawn = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise LogoUnreadable from error
    drawn.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    # Pasting onto a new image drops comments, color profiles and locations.
    clean = Image.new("RGBA", drawn.size)
    clean.paste(drawn)
    png = io.BytesIO()
    clean.save(png, "PNG", optimize=True)
    return png.getvalue()
