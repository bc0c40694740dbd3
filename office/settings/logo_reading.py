"""Reads the program's logo and makes it a PNG of its own shape.

No Django: it runs in a process of its own.
"""

from __future__ import annotations

import io

from PIL import Image

from catalog import svg_cleaning
from catalog.svg_cleaning import NotArt
from rewards.sponsors import logo_reading
from sandbox.refusals import gettext_noop as _


def read(content: bytes) -> tuple[None, bytes]:
    """A PNG without empty margins, at most 800 by 800 pixels, without metadata."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        from catalog.rasterize import rasterize  # resvg is only needed here

        content = rasterize(svg_cleaning.clean(content))
    _none, png = logo_reading.read(content)
    picture = Image.open(io.BytesIO(png), formats=["PNG"])
    box = picture.getchannel("A").getbbox()
    if not box:
        raise NotArt(_("The image is empty: nothing in it can be seen."))
    trimmed = io.BytesIO()
    picture.crop(box).save(trimmed, "PNG", optimize=True)
    return None, trimmed.getvalue()
