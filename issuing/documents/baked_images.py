"""The badge as a picture that carries it, as Open Badges 2.0 and 3.0 side by side.

Nothing of this is stored: a picture is made again from the award whenever it is asked for.
"""

from __future__ import annotations

from issuing import addresses
from issuing.documents import open_badges_2
from issuing.documents import operations as credentials
from issuing.models import Assertion
from openbadges import baking, v2


def carried(award: Assertion) -> tuple[str, str | None]:
    """What goes into the picture of an issued award: its 2.0 form, and its 3.0 form once signed."""
    signed = credentials.signed(award.public_id)
    return v2.dumps(open_badges_2.assertion(award.public_id)), signed and signed.json


def baked_png(award: Assertion, texts: tuple[str, str | None] | None = None) -> bytes:
    """`texts` are what `carried` says, for those who have asked already."""
    hosted, signed = texts or carried(award)
    with award.version.image.open() as art:
        return baking.bake_png(art.read(), v2=hosted, v3=signed)


def baked_svg(award: Assertion, texts: tuple[str, str | None] | None = None) -> bytes:
    """For badges whose art is SVG."""
    hosted, signed = texts or carried(award)
    with award.version.vector.open() as art:
        return baking.bake_svg(
            art.read(), v2=hosted, v2_id=addresses.assertion_id(award.public_id), v3=signed
        )
