"""Who may read the texts of the catalog: drafts only their coordinators."""

from audit.audiences import (
    COORDINATORS,
    EVERYONE,
    REPORTERS,
    Reader,
    everyone_once,
    register_act,
    register_program_texts,
    register_texts,
    with_readers,
)

_ONCE_PUBLISHED = everyone_once("published", before=COORDINATORS)
_RUBRIC = everyone_once("published", before=COORDINATORS - {Reader.OPERATOR})

register_texts(
    "catalog",
    {
        "Issuer.name": EVERYONE,
        "Issuer.url": EVERYONE,
        "Issuer.email": EVERYONE,
        "Issuer.description": EVERYONE,
        "Issuer.logo_alt": EVERYONE,
        # In the link that adds a badge to the profile of its earner.
        "Issuer.linkedin_id": with_readers(COORDINATORS, Reader.CONCERNED),
        "Category.name": EVERYONE,
        "Category.name_es": EVERYONE,
        "Category.description": EVERYONE,
        "Category.description_es": EVERYONE,
        "BadgeVersion.name": _ONCE_PUBLISHED,
        "BadgeVersion.description": _ONCE_PUBLISHED,
        "BadgeVersion.about": _ONCE_PUBLISHED,
        "BadgeVersion.ai_sentence": _ONCE_PUBLISHED,
        "BadgeVersion.tags": _ONCE_PUBLISHED,
        "BadgeVersion.image_alt": _ONCE_PUBLISHED,
        "LearningResource.title": EVERYONE,
        "LearningResource.url": EVERYONE,
        "Criterion.name": _ONCE_PUBLISHED,
        "Criterion.description": _ONCE_PUBLISHED,
        "Criterion.evidence_prompt": _ONCE_PUBLISHED,
        "RubricLevel.name": _RUBRIC,
        "RubricLevel.description": _RUBRIC,
        "Question.text": _RUBRIC,
        "Question.help_text": _RUBRIC,
        "Question.options": _RUBRIC,
        "Alignment.target_name": _ONCE_PUBLISHED,
        "Alignment.target_url": _ONCE_PUBLISHED,
        "Alignment.target_code": _ONCE_PUBLISHED,
        "Alignment.target_framework": _ONCE_PUBLISHED,
        "Alignment.target_description": _ONCE_PUBLISHED,
        "Pathway.name": EVERYONE,
        "Pathway.suspended_reason": EVERYONE,
    },
)
register_program_texts(
    "catalog",
    [
        "Category.slug",
        "Category.palette",
        "Category.icon",
        "BadgeClass.slug",
        "BadgeVersion.art_spec",
        "BadgeVersion.art_losses",
        "LearningResource.kind",
    ],
)

register_act("rules changed", note=REPORTERS)
register_act("category renamed", note=REPORTERS)
register_act("category merged", note=REPORTERS)
for field in ("name", "url", "email", "waiting_hours", "linkedin_id", "checks_names"):
    register_act(f"issuer's {field} changed", note=REPORTERS)
register_act("wait of many changed", note=REPORTERS)
register_act("wait of decisions changed", note=REPORTERS)
register_act("time to appeal changed", note=REPORTERS)
register_act("time to answer appeals changed", note=REPORTERS)
register_act("time to answer holds changed", note=REPORTERS)
register_act("automatic assignment changed", note=REPORTERS)
register_act("time to begin reviews changed", note=REPORTERS)
register_act("pathway created", note=REPORTERS)
register_act("pathway changed", note=REPORTERS)
register_act("pathway suspended", note=EVERYONE)
