"""Baked images that carry an award as Open Badges 2.0 and 3.0. They are generated on request."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.core.files.storage import default_storage

from issuing import addresses
from issuing.documents import open_badges_2
from issuing.documents import operations as credentials
from issuing.documents.open_badges_2 import HostedRow
from issuing.models import Assertion
from openbadges import baking, v2
from openbadges.baking import PngArt
from postgres.prebuilt_query import PrebuiltQuery

# Checking art again for each badge would take as long as the rest of an answer.
KEPT_ART = 16
LARGEST_KEPT_ART = 256 * 1024  # bytes

_HOSTED = len(HostedRow._fields)
_PICTURE = PrebuiltQuery(
    lambda id: (
        Assertion.objects.published()
        .hosted_columns(*credentials.signed_columns())
        .filter(public_id=id)
    )
)


class Baking(NamedTuple):
    """What the pictures of a published award are made of."""

    award: HostedRow
    hosted: str  # Open Badges 2.0
    signed: str | None  # 3.0, once the award is signed


def baking_of(public_id: UUID) -> Baking | None:
    """In one query; None if the award is not public."""
    row = _PICTURE.row(public_id)
    if row is None:
        return None
    award, signed = HostedRow(*row[:_HOSTED]), row[_HOSTED:]
    document = open_badges_2.document_of(public_id, award)
    return Baking(award, v2.dumps(document), credentials.signed_json(award.status, *signed))


def baked_png(award: Assertion) -> bytes:
    """The baked PNG of an issued award."""
    return bake_png(baking_of(award.public_id))


def bake_png(material: Baking) -> bytes:
    return _png_art(material.award.image).bake(v2=material.hosted, v3=material.signed)


def bake_svg(material: Baking, public_id: UUID) -> bytes:
    """For badges whose art is SVG."""
    with default_storage.open(material.award.vector) as file:
        return baking.bake_svg(
            file.read(),
            v2=material.hosted,
            v2_id=addresses.assertion_id(public_id),
            v3=material.signed,
        )


class _TooLargeToKeep(Exception):
    """Carries the art past the cache, which keeps no exceptions."""

    def __init__(self, art: PngArt) -> None:
        self.art = art


def _png_art(name: str) -> PngArt:
    try:
        return _kept_png_art(name)
    except _TooLargeToKeep as found:
        return found.art


@lru_cache(maxsize=KEPT_ART)
def _kept_png_art(name: str) -> PngArt:
    # Published art never changes, and no two files have one name.
    with default_storage.open(name) as file:
        image = file.read()
    if len(image) > LARGEST_KEPT_ART:
        raise _TooLargeToKeep(PngArt(image))
    return PngArt(image)
