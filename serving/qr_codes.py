"""QR codes of addresses of our pages."""

from __future__ import annotations

import io

import segno


def qr_svg(address: str, *, quiet_zone: int = 4) -> bytes:
    """As SVG, to be printed at any size. `quiet_zone` is the empty edge, in modules."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", border=quiet_zone, xmldecl=False, svgclass=None, lineclass=None
    )
    return picture.getvalue()
