"""What the badge editor's pages show as stored, as plain values."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects

from catalog.art import ArtSpec, ArtSpecError
from catalog.criteria_content import (
    AlignmentContent,
    CriterionContent,
    LevelContent,
    QuestionContent,
)
from catalog.models import Alignment, BadgeClass, BadgeVersion, Criterion
from editing.fingerprints import fingerprint

# The fields of the badge editor's first page: rules of the badge, and texts of its version.
RULE_FIELDS = (
    "category", "turnaround_days", "waiting_hours", "valid_months", "renewable",
    "renewal_days_before", "recording_megabytes", "slug", "issuer",
    "review_scheme", "second_reading_share", "second_reading_first",
    "second_reading_of_new_reviewers", "second_reading_of_declines",
)  # fmt: skip
VERSION_FIELDS = (
    "name", "description", "about", "level", "hours", "units", "achievement_type", "language",
    "tags", "ai_use", "ai_sentence", "shows_earner_to_reviewers",
)  # fmt: skip


def stored_details(badge_class: BadgeClass, version: BadgeVersion) -> dict[str, Any]:
    """The stored values of the badge editor's first page, as its form shows them."""
    rules = {name: getattr(badge_class, name) for name in RULE_FIELDS}
    texts = {name: getattr(version, name) for name in VERSION_FIELDS}
    return {**rules, **texts, "tags": ", ".join(version.tags)}


def stored_art(version: BadgeVersion) -> dict[str, Any]:
    """The stored values of the artwork page's two forms."""
    try:
        spec = ArtSpec.from_dict(version.art_spec or {}).to_dict()
    except ArtSpecError:
        # The spec uses a choice that no longer exists.
        spec = ArtSpec().to_dict()
    # Composed artwork is compared choice by choice, an uploaded file by its name.
    uploaded = "" if version.art_spec else version.image.name or ""
    return {**spec, "image_alt": version.image_alt, "image": version.image, "artwork": uploaded}


def publishing_mark(version: BadgeVersion) -> str:
    """Changes with every change to what publishing this version makes final."""
    details = {name: str(value) for name, value in vars(version).items() if name[0] != "_"}
    return fingerprint([details, content_mark(version)])


def content_mark(version: BadgeVersion) -> str:
    """Changes with every change to criteria, rubrics, standards and resources."""
    criteria = list(version.criteria.all())
    prefetch_related_objects(criteria, "levels", "questions")
    content = [
        [vars(content_of(criterion)) for criterion in criteria],
        [vars(alignment_of(alignment)) for alignment in version.alignments.all()],
        list(version.badge_class.resources.values_list("title", "url", "kind", "thread")),
    ]
    return fingerprint(repr(content))


def content_of(criterion: Criterion) -> CriterionContent:
    return CriterionContent(
        name=criterion.name,
        description=criterion.description,
        evidence_prompt=criterion.evidence_prompt,
        accepts_files=criterion.accepts_files,
        accepts_links=criterion.accepts_links,
        accepts_text=criterion.accepts_text,
        required=criterion.required,
        thread=criterion.thread,
        levels=[
            LevelContent(level.name, level.description, level.points, level.thread)
            for level in criterion.levels.all()
        ],
        questions=[
            QuestionContent(
                question.text,
                question.kind,
                question.help_text,
                question.options,
                question.required,
                question.thread,
            )
            for question in criterion.questions.all()
        ],
    )


def alignment_of(alignment: Alignment) -> AlignmentContent:
    return AlignmentContent(
        target_name=alignment.target_name,
        target_url=alignment.target_url,
        target_code=alignment.target_code,
        target_framework=alignment.target_framework,
        target_description=alignment.target_description,
        target_type=alignment.target_type,
        thread=alignment.thread,
    )
