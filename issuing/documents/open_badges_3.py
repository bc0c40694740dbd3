"""Builds Open Badges 3.0 achievements, profiles, results and evidence from the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from catalog.models import BadgeVersion, Criterion, Issuer
from issuing import addresses
from issuing.documents import endorsement_credentials, open_badges_2
from issuing.keys import identity
from issuing.models import Assertion, SharedEvidence
from openbadges import v3
from reviewing.models import CriterionJudgment

# An extension: Open Badges has no result type for hours in addition to units.
HOURS = "ext:HoursOfLearning"


def achievement(version: BadgeVersion) -> v3.Achievement:
    """A published version of a badge."""
    id = addresses.badge_class_id(version.public_id)
    criteria = list(version.criteria.all())
    others = sorted(
        (
            other
            for other in version.badge_class.versions.all()
            if other.published_at and other.pk != version.pk
        ),
        key=lambda other: other.number,
    )
    described = [_result_description(id, criterion) for criterion in criteria]
    if version.units and version.hours:
        described.append(v3.ResultDescription(f"{id}#hours", "Hours of learning", HOURS))
    return v3.Achievement(
        id=id,
        name=version.name,
        description=version.description,
        image_url=addresses.absolute(version.get_art_url()),
        image_caption=version.image_alt,
        criteria_url=f"{id}#criteria",
        criteria_narrative=open_badges_2.criteria_in_markdown(version.about, criteria)
        or version.description,
        achievement_type=version.achievement_type,
        credits_available=version.units or version.hours,
        field_of_study=version.badge_class.category.name,
        language=version.language,
        version=str(version.number),
        alignments=tuple(
            v3.Alignment(
                name=alignment.target_name,
                url=alignment.target_url,
                description=alignment.target_description,
                framework=alignment.target_framework,
                code=alignment.target_code,
                target_type=alignment.target_type,
            )
            for alignment in version.alignments.all()
        ),
        result_descriptions=tuple(described),
        tags=tuple(str(tag) for tag in version.tags),
        related=tuple(
            (addresses.badge_class_id(other.public_id), str(other.number)) for other in others
        ),
        endorsements=endorsement_credentials.of_version(version),
    )


def profile(issuer: Issuer) -> v3.Profile:
    return v3.Profile(
        id=identity.did_of(issuer),
        name=issuer.name,
        url=issuer.url,
        email=issuer.email,
        description=issuer.description,
        image_url=open_badges_2.logo_url(issuer),
        image_caption=issuer.logo_alt,
        endorsements=endorsement_credentials.of_issuer(issuer),
    )


def versions(keys: Iterable[int]) -> Iterable[BadgeVersion]:
    return (
        BadgeVersion.objects.filter(pk__in=keys)
        .select_related("badge_class__issuer__agency", "badge_class__category")
        .prefetch_related("criteria__levels", "alignments", "badge_class__versions")
    )


def _result_description(id: str, criterion: Criterion) -> v3.ResultDescription:
    at = f"{id}#criterion-{criterion.position}"
    levels = tuple(
        v3.Level(
            id=f"{at}-level-{level.position}",
            name=level.name,
            level=str(level.position),
            description=level.description,
            points="" if level.points is None else str(v3.number(level.points)),
        )
        for level in criterion.levels.all()
    )
    return v3.ResultDescription(
        at, criterion.name, "RubricCriterionLevel" if levels else "Status", levels
    )


def results_of(awards: Sequence[Assertion]) -> dict[int | None, tuple[v3.Result, ...]]:
    """How each criterion was judged when the submission was approved, by submission."""
    met = CriterionJudgment.objects.filter(
        review__attempt__submission__in=[a.submission_id for a in awards if a.submission_id],
        review__sent_at__isnull=False,
        verdict=CriterionJudgment.Verdict.MET,
    ).order_by("criterion__position", "review__attempt__number")
    met = met.select_related("level").values_list(
        "review__attempt__submission",
        "criterion__version__public_id",
        "criterion__position",
        "level__position",
    )
    # Met criteria carry over to later attempts; the last judgment of each counts.
    last: dict[int, dict[int, v3.Result]] = defaultdict(dict)
    for submission, version, position, level in met:
        at = f"{addresses.badge_class_id(version)}#criterion-{position}"
        last[submission][position] = (
            v3.Result(at, status="Completed")
            if level is None
            else v3.Result(at, achieved_level=f"{at}-level-{level}")
        )
    results = {key: tuple(by_position.values()) for key, by_position in last.items()}
    return defaultdict(tuple, results)


def evidence_of(awards: Sequence[Assertion]) -> dict[int, tuple[v3.Evidence, ...]]:
    shared = SharedEvidence.objects.filter(assertion__in=awards)
    by_award: dict[int, tuple[v3.Evidence, ...]] = defaultdict(tuple)
    for shared_item in shared.select_related("item__criterion", "link"):
        by_award[shared_item.assertion_id] += (
            v3.Evidence(**open_badges_2.evidence_fields(shared_item)),
        )
    return by_award
