"""Baked images that carry an award as Open Badges 2.0 and 3.0. They are generated on request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from uuid import UUID

from django.core.files.storage import default_storage

from issuing import addresses, origin
from issuing.documents import kept_bakes, open_badges_2
from issuing.documents import operations as credentials
from issuing.documents.open_badges_2 import HostedRow
from issuing.documents.operations import SignatureRow
from issuing.models import Assertion
from openbadges import baking, v2
from openbadges.baking import PngArt
from postgres.prebuilt_query import PrebuiltQuery

# Checking art again for each badge would take as long as the rest of an answer.
KEPT_ART = 16
LARGEST_KEPT_ART = 256 * 1024  # bytes

_HOSTED = len(HostedRow._fields)
_INGREDIENTS = PrebuiltQuery(
    lambda id: (
        Assertion.objects.published()
        .hosted_columns(*credentials.signature_columns())
        .filter(public_id=id)
    )
)


@dataclass(frozen=True)
class Ingredients:
    """All that the pictures of a published award are made of, read at one moment."""

    public_id: UUID
    award: HostedRow
    signature: SignatureRow

    @cached_property
    def hosted(self) -> str:
        """The award as Open Badges 2.0."""
        return v2.dumps(open_badges_2.document_of(self.public_id, self.award))

    def name(self, kind: str) -> str:
        """A name for the picture: another one after each change of anything in it."""
        # The evidence has rows of its own, which few awards show.
        evidence = self.hosted if self.award.shows_evidence else ""
        parts = (kind, origin.document_origin(), *self.award, *self.signature, evidence)
        return kept_bakes.name_of(self.public_id, parts)

    def bake(self, kind: str) -> bytes:
        """The picture, a "png" or, for badges whose art is SVG, an "svg"."""
        signed = credentials.signed_json(self.public_id, self.award.status, self.signature)
        if kind == "png":
            return _png_art(self.award.image).bake(v2=self.hosted, v3=signed)
        with default_storage.open(self.award.vector) as file:
            art = file.read()
        hosted_id = addresses.assertion_id(self.public_id)
        return baking.bake_svg(art, v2=self.hosted, v2_id=hosted_id, v3=signed)


def ingredients_of(public_id: UUID) -> Ingredients | None:
    """In one query; None if the award is not public."""
    row = _INGREDIENTS.row(public_id)
    if row is None:
        return None
    return Ingredients(public_id, HostedRow(*row[:_HOSTED]), SignatureRow(*row[_HOSTED:]))


def baked_png(award: Assertion) -> bytes:
    """The baked PNG of an issued award."""
    return ingredients_of(award.public_id).bake("png")


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
