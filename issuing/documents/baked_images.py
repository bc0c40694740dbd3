"""Baked images that carry an award as Open Badges 2.0 and 3.0. They are generated on request."""

from __future__ import annotations

from issuing import addresses
from issuing.documents import open_badges_2
from issuing.documents import operations as credentials
from issuing.models import Assertion
from openbadges import baking, v2


def badge_texts(award: Assertion) -> tuple[str, str | None]:
    """The texts to bake for an issued award: Open Badges 2.0, and 3.0 once it is signed."""
    signed = credentials.signed(award.public_id)
    return v2.dumps(open_badges_2.assertion(award.public_id)), signed and signed.json


def baked_png(award: Assertion, texts: tuple[str, str | None] | None = None) -> bytes:
    """The baked PNG. `texts` is the result of `badge_texts`, if the caller has it already."""
    hosted, signed = texts or badge_texts(award)
    with award.version.image.open() as art:
        return baking.bake_png(art.read(), v2=hosted, v3=signed)


def baked_svg(award: Assertion, texts: tuple[str, str | None] | None = None) -> bytes:
    """The baked SVG, for badges whose art is SVG."""
    hosted, signed = texts or badge_texts(award)
    with award.version.vector.open() as art:
        return baking.bake_svg(
            art.read(), v2=hosted, v2_id=addresses.assertion_id(award.public_id), v3=signed
        )
