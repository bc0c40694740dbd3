"""Checks what a version still needs before it can be published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db import models
from django.db.models import prefetch_related_objects
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog import art_remarks
from catalog.models import Alignment, BadgeVersion, Criterion
from catalog.signable import is_signable, is_signable_url, unsignable_error

# The texts that are signed, by the part of the version that contains them.
TEXTS = {
    "description": ("name", "description", "about"),
    "image_alt": ("image_alt",),
    "criteria": ("name", "description", "evidence_prompt"),
    "levels": ("name", "description"),
    "alignments": ("target_name", "target_code", "target_framework", "target_description"),
}


class MissingPart(NamedTuple):
    """One thing that a version still needs: the field, and a sentence for the coordinator."""

    field: str
    sentence: str


def remarks(version: BadgeVersion) -> list[str]:
    """What a coordinator should look at before publishing. None of it prevents publishing."""
    return art_remarks.sentences(version.art_losses)


def missing_parts(version: BadgeVersion) -> list[MissingPart]:
    missing, criteria = [], list(version.criteria.all())
    if not version.description.strip():
        missing.append(MissingPart("description", _("Write a short description.")))
    # What its pathway asks for is the badges that are its steps.
    needs_criteria = not version.badge_class.has_pathway
    if needs_criteria and not criteria:
        missing.append(MissingPart("criteria", _("Add at least one criterion.")))
    elif needs_criteria and not any(criterion.required for criterion in criteria):
        missing.append(MissingPart("criteria", _("Mark at least one criterion as required.")))
    if not version.image:
        missing.append(MissingPart("art", _("Compose or upload the artwork.")))
    if not version.image_alt.strip():
        missing.append(
            MissingPart("image_alt", _("Describe the artwork for people who can’t see it."))
        )
    return missing + _unsignable(version, criteria)


def _unsignable(version: BadgeVersion, criteria: list[Criterion]) -> list[MissingPart]:
    """Texts and URLs that can't be signed. The editor rejects them; imports may bring them in."""
    unsignable, alignments = [], list(version.alignments.all())
    for field, part, name, text in _signed_texts(version, criteria, alignments):
        if not is_signable(text):
            label = capfirst(part._meta.get_field(name).verbose_name)
            unsignable.append(MissingPart(field, unsignable_error(label).messages[0]))
    return unsignable + [
        MissingPart(
            "alignments",
            _("Write the full web address of “%(standard)s”.") % {"standard": alignment},
        )
        for alignment in alignments
        if not is_signable_url(alignment.target_url)
    ]


def _signed_texts(
    version: BadgeVersion, criteria: list[Criterion], alignments: list[Alignment]
) -> Iterator[tuple[str, models.Model, str, str]]:
    prefetch_related_objects(criteria, "levels")
    levels = [level for criterion in criteria for level in criterion.levels.all()]
    parts = [("description", [version]), ("image_alt", [version]),
             ("criteria", criteria), ("levels", levels),
             ("alignments", alignments)]  # fmt: skip
    for kind, rows in parts:
        for row in rows:
            for name in TEXTS[kind]:
                yield "criteria" if kind == "levels" else kind, row, name, getattr(row, name)
    for tag in version.tags:
        yield "description", version, "tags", tag
