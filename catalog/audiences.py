"""Who may read the texts of the catalog: drafts only their coordinators."""

from audit.audiences import (
    COORDINATORS,
    EVERYONE,
    REPORTERS,
    Audience,
    Reader,
    register_act,
    register_program_texts,
    register_texts,
)


def _once_published(draft: Audience = COORDINATORS) -> dict[str, Audience]:
    return {"draft": draft, "published": EVERYONE}


register_texts(
    "catalog",
    {
        "Issuer.name": EVERYONE,
        "Issuer.url": EVERYONE,
        "Issuer.email": EVERYONE,
        "Issuer.description": EVERYONE,
        "Issuer.logo_alt": EVERYONE,
        "Category.name": EVERYONE,
        "Category.description": EVERYONE,
        "BadgeVersion.name": _once_published(),
        "BadgeVersion.description": _once_published(),
        "BadgeVersion.about": _once_published(),
        "BadgeVersion.tags": _once_published(),
        "BadgeVersion.image_alt": _once_published(),
        "LearningResource.title": EVERYONE,
        "LearningResource.url": EVERYONE,
        "Criterion.name": _once_published(),
        "Criterion.description": _once_published(),
        "Criterion.evidence_prompt": _once_published(),
        "RubricLevel.name": _once_published(COORDINATORS - {Reader.OPERATOR}),
        "RubricLevel.description": _once_published(COORDINATORS - {Reader.OPERATOR}),
        "Alignment.target_name": _once_published(),
        "Alignment.target_url": _once_published(),
        "Alignment.target_code": _once_published(),
        "Alignment.target_framework": _once_published(),
        "Alignment.target_description": _once_published(),
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
register_act("pathway created", note=REPORTERS)
register_act("pathway changed", note=REPORTERS)
register_act("pathway suspended", note=EVERYONE)
