"""The QR code of the page on which a code is claimed."""

from __future__ import annotations

import io

import segno

from awarding.models import ClaimCode
from issuing import addresses


def qr_of(code: ClaimCode) -> bytes:
    """As SVG, to be printed at any size."""
    picture = io.BytesIO()
    address = addresses.page(code.get_claim_url())
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", border=4, xmldecl=False, svgclass=None, lineclass=None
    )
    return picture.getvalue()
