"""Logos come from outside: what we hand out is drawn anew, never the file itself."""

from __future__ import annotations

import io
from typing import BinaryIO

from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 20_000_000
LARGEST_SIDE = 800


class LogoUnreadable(Exception):
    """Not a picture, a broken one, or one that would unpack to more than we can hold."""


def clean_logo(file: BinaryIO) -> bytes:
    """A PNG of the logo, at most 800 pixels a side, without whatever else the file carried."""
    file.seek(0)
    try:
        picture = Image.open(file, formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise LogoUnreadable
        drawn = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise LogoUnreadable from error
    drawn.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    # A canvas of our own leaves behind comments, profiles and places.
    clean = Image.new("RGBA", drawn.size)
    clean.paste(drawn)
    png = io.BytesIO()
    clean.save(png, "PNG", optimize=True)
    return png.getvalue()
