"""Builds Open Badges 2.0 documents from the database."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from textwrap import indent
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q

from catalog.models import BadgeVersion, Criterion, Issuer
from issuing import addresses, dates, origin
from issuing.documents import replacements
from issuing.models import Assertion, SharedEvidence
from issuing.states import AwardStatus
from mail.no_mailbox import urn_of
from openbadges import v2
from postgres.prebuilt_query import PrebuiltQuery

KEPT_BADGE_CLASSES = 256


class HostedRow(NamedTuple):
    """One row of `hosted_columns`, in its order."""

    status: str
    recipient_email: str
    salt: str
    earned_on: datetime | None
    issued_on: datetime
    expires: datetime | None
    narrative: str
    revocation_reason: str
    version_public_id: UUID
    image: str
    vector: str
    shows_evidence: bool


def assertion(public_id: UUID) -> dict | None:
    """The hosted document of a published award, or None."""
    row = hosted_row(public_id)
    return document_of(public_id, row) if row else replaced(public_id)


def replaced(public_id: UUID) -> dict | None:
    """The document of a credential that a newer one has replaced, or None."""
    now = replacements.current_id(public_id)
    if now is None:
        return None
    id, newer = addresses.assertion_id(public_id), addresses.assertion_id(now)
    return v2.revoked_assertion(id, replacements.REASON, replaced_by=newer)


def document_of(public_id: UUID, row: HostedRow) -> dict:
    """The hosted document of an award. If it is revoked, without personal data."""
    id = addresses.assertion_id(public_id)
    if row.status == AwardStatus.REVOKED:
        return v2.revoked_assertion(id, row.revocation_reason)
    return v2.Assertion(
        id=id,
        badge_id=addresses.badge_class_id(row.version_public_id),
        image_url=addresses.baked_image(public_id),
        email=row.recipient_email,
        urn=urn_of(row.recipient_email),
        salt=row.salt,
        issued_on=dates.awarded_on(earned_on=row.earned_on, issued_on=row.issued_on)
        or row.issued_on,
        expires=row.expires,
        narrative=row.narrative,
        evidence=_shared_evidence(public_id) if row.shows_evidence else (),
    ).document()


def badge_class(public_id: UUID) -> str | None:
    """One published version of a badge, as JSON. It never changes, but lists the later versions."""
    row = _PUBLISHED_VERSION.row(public_id)
    if row is None:
        return None
    (published_versions,) = row
    return _badge_class(public_id, published_versions, origin.document_origin())


_PUBLISHED_VERSION = PrebuiltQuery(
    lambda id: (
        BadgeVersion.objects.order_by()
        .exclude(published_at=None)
        .filter(public_id=id)
        .annotate(published=Count("pk", Q(badge_class__versions__published_at__isnull=False)))
        .values_list("published")
    )
)


@lru_cache(maxsize=KEPT_BADGE_CLASSES)
def _badge_class(public_id: UUID, published_versions: int, origin: str) -> str:
    """The other arguments are what else the text depends on."""
    version = (
        BadgeVersion.objects.select_related("badge_class__issuer")
        .prefetch_related("criteria", "alignments")
        .get(public_id=public_id)
    )
    others = (
        version.badge_class.versions.exclude(published_at=None)
        .exclude(pk=version.pk)
        .order_by("number")
    )
    id = addresses.badge_class_id(version.public_id)
    document = v2.BadgeClass(
        id=id,
        name=version.name,
        description=version.description,
        image_url=addresses.absolute(version.get_art_url()),
        image_caption=version.image_alt,
        criteria_url=f"{id}#criteria",
        criteria_narrative=criteria_in_markdown(version.about, list(version.criteria.all()))
        or version.description,
        issuer_id=addresses.issuer_id(version.badge_class.issuer.public_id),
        language=version.language,
        version=str(version.number),
        alignments=tuple(
            v2.Alignment(
                name=alignment.target_name,
                url=alignment.target_url,
                description=alignment.target_description,
                framework=alignment.target_framework,
                code=alignment.target_code,
            )
            for alignment in version.alignments.all()
        ),
        tags=tuple(str(tag) for tag in version.tags),
        related=tuple(
            (addresses.badge_class_id(other.public_id), str(other.number)) for other in others
        ),
    ).document()
    return v2.dumps(document)


def issuer(public_id: UUID) -> dict | None:
    row = _ISSUER.row(public_id)
    if row is None:
        return None
    profile = Issuer(public_id=public_id, **dict(zip(_ISSUER_FIELDS, row, strict=True)))
    return v2.Issuer(
        id=addresses.issuer_id(public_id),
        name=profile.name,
        url=profile.url,
        email=profile.email,
        description=profile.description,
        image_url=logo_url(profile),
        image_caption=profile.logo_alt,
    ).document()


_ISSUER_FIELDS = ("name", "url", "email", "description", "logo", "logo_alt")
_ISSUER = PrebuiltQuery(
    lambda id: Issuer.objects.order_by().filter(public_id=id).values_list(*_ISSUER_FIELDS)
)


def logo_url(profile: Issuer) -> str:
    return addresses.absolute(profile.get_logo_url()) if profile.logo else ""


def criteria_in_markdown(about: str, criteria: list[Criterion]) -> str:
    parts = [about.strip()] if about.strip() else []
    for number, criterion in enumerate(criteria, start=1):
        optional = "" if criterion.required else " (optional)"
        text = (
            f"{number}. **{criterion.name}**{optional}: {criterion.description}\n\n"
            f"Evidence: {criterion.evidence_prompt}"
        )
        parts.append(indent(text, "   ").strip())
    return "\n\n".join(parts)


def hosted_row(public_id: UUID) -> HostedRow | None:
    """What the documents and pictures of a published award are made of, in one query."""
    row = _HOSTED.row(public_id)
    return row and HostedRow(*row)


_HOSTED = PrebuiltQuery(
    lambda id: Assertion.objects.published().hosted_columns().filter(public_id=id)
)


def _shared_evidence(public_id: UUID) -> tuple[v2.Evidence, ...]:
    shared = SharedEvidence.objects.filter(assertion__public_id=public_id)
    return tuple(
        v2.Evidence(**evidence_fields(shared_item))
        for shared_item in shared.select_related("item__criterion", "link")
    )


def evidence_fields(shared: SharedEvidence) -> dict[str, str]:
    """The properties of shared evidence that Open Badges 2.0 and 3.0 have in common."""
    item = shared.item
    if item is None:
        return {"url": shared.link.url if shared.link else ""}
    url = item.url
    if item.kind == item.Kind.FILE:
        url = addresses.absolute(item.get_file_url())
    return {
        "name": item.title or item.criterion.name,
        "url": url,
        "narrative": item.text,
        "genre": item.criterion.name,
    }
