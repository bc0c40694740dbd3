"""What a version still needs before it can be published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.models import BadgeVersion, RubricLevel
from catalog.signable import is_signable, is_signable_address, refusal

# The texts that are signed, by the part of the version that they stand in.
TEXTS = {
    "description": ("name", "description", "about"),
    "image_alt": ("image_alt",),
    "criteria": ("name", "description", "evidence_prompt"),
    "levels": ("name", "description"),
    "alignments": ("target_name", "target_code", "target_framework", "target_description"),
}


class Gap(NamedTuple):
    """What a version still needs: the field to fill, and a sentence for the coordinator."""

    field: str
    sentence: str


def what_is_missing(version: BadgeVersion) -> list[Gap]:
    """What this version still needs before it can be published."""
    missing = []
    if not version.description.strip():
        missing.append(Gap("description", _("Write a short description.")))
    if not version.criteria.exists():
        missing.append(Gap("criteria", _("Add at least one criterion.")))
    elif not version.criteria.filter(required=True).exists():
        missing.append(Gap("criteria", _("Mark at least one criterion as required.")))
    if not version.image:
        missing.append(Gap("art", _("Compose or upload the art.")))
    if not version.image_alt.strip():
        missing.append(Gap("image_alt", _("Describe the art for people who do not see it.")))
    return missing + _unsignable(version)


def _unsignable(version: BadgeVersion) -> list[Gap]:
    """What came in past the editor, which refuses it: it can't be signed unambiguously."""
    gaps = []
    for field, part, name, text in _signed_texts(version):
        if not is_signable(text):
            label = capfirst(part._meta.get_field(name).verbose_name)
            gaps.append(Gap(field, refusal(label).messages[0]))
    return gaps + [
        Gap("alignments", _("Write the full web address of “%(standard)s”.") % {"standard": one})
        for one in version.alignments.all()
        if not is_signable_address(one.target_url)
    ]


def _signed_texts(version: BadgeVersion) -> Iterator[tuple[str, models.Model, str, str]]:
    levels = RubricLevel.objects.filter(criterion__version=version)
    parts = [("description", [version]), ("image_alt", [version]),
             ("criteria", version.criteria.all()), ("levels", levels),
             ("alignments", version.alignments.all())]  # fmt: skip
    for kind, rows in parts:
        for row in rows:
            for name in TEXTS[kind]:
                yield "criteria" if kind == "levels" else kind, row, name, getattr(row, name)
    for tag in version.tags:
        yield "description", version, "tags", tag
