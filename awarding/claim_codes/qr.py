"""The QR code of the page on which a code is claimed."""

from __future__ import annotations

from awarding.models import ClaimCode
from issuing import addresses
from serving.qr_codes import qr_svg


def qr_of(code: ClaimCode) -> bytes:
    return qr_svg(addresses.page(code.get_claim_url()))
