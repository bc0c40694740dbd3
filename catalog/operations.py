from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import starmap
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.file_storage import NotStored
from audit.moves import TransitionNotAllowed, check_move
from audit.operations import record
from catalog.art import ArtSpec, compose_svg, render_png
from catalog.art_losses import Loss
from catalog.categories.operations import lock_current
from catalog.criteria_content import (
    AlignmentContent,
    CriterionContent,
    ResourceContent,
    row_values,
)
from catalog.editor_values import (
    RULE_FIELDS,
    VERSION_FIELDS,
    alignment_of,
    content_mark,
    content_of,
    publishing_mark,
    stored_art,
    stored_details,
)
from catalog.images import Art
from catalog.models import (
    Alignment,
    BadgeClass,
    BadgeVersion,
    Category,
    Criterion,
    Issuer,
    LearningResource,
    Pathway,
    Question,
    RubricLevel,
)
from catalog.readiness import MissingPart, missing_parts
from catalog.signals import badge_published, pathway_resumed
from catalog.states import TRANSITIONS, BadgeStatus
from catalog.unused_art import art_files, forget_art
from editing.forms import Edit, EditConflict
from editing.shown import check_shown
from postgres.refusals import broken
from postgres.row_locks import lock_one

ART_SIZE = 600  # pixels; Open Badges advises 400 or more, square


class SlugTaken(Exception):
    """Another badge has this slug."""


class NotReadyToPublish(Exception):
    """The version lacks the parts listed in `missing`."""

    def __init__(self, missing: Sequence[MissingPart]) -> None:
        super().__init__(" ".join(part.sentence for part in missing))
        self.missing = list(missing)


class VersionConflict(Exception):
    """The version being edited was published meanwhile, or somebody has started a new one."""


@transaction.atomic
def create_badge(
    *, slug: str, issuer: Issuer, category: Category, by: User | None, name: str,
    rules: dict | None = None, now: datetime | None = None, **fields: Any,
) -> BadgeClass:  # fmt: skip
    """Create a draft badge with version 1. `rules` are for the badge, `fields` for the version."""
    category = lock_current(category)
    badge_class = BadgeClass(
        slug=slug, issuer=issuer, category=category, created_by=by, **(rules or {})
    )
    _save_with_unique_slug(badge_class)
    BadgeVersion.objects.create(badge_class=badge_class, number=1, name=name, **fields)
    record("badge created", badge_class, by=by, agency=issuer.agency, at=now)
    return badge_class


@transaction.atomic
def draft_version(
    badge_class: BadgeClass, *, by: User, now: datetime | None = None
) -> BadgeVersion:
    """Get the unpublished version, or start one as a copy of the current version."""
    badge_class = _lock(badge_class)
    if draft := badge_class.versions.filter(published_at=None).first():
        return draft
    current = badge_class.published_version
    draft = BadgeVersion.objects.create(
        badge_class=badge_class,
        number=badge_class.versions.count() + 1,
        **current.content,
    )
    set_criteria(draft, [content_of(criterion) for criterion in current.criteria.all()])
    set_alignments(draft, [alignment_of(alignment) for alignment in current.alignments.all()])
    record(f"version {draft.number} begun", badge_class, by=by, agency=badge_class.agency, at=now)
    return draft


@transaction.atomic
def save_details(badge_class: BadgeClass, *, number: int, by: User, edit: Edit) -> BadgeVersion:
    """Save the rules on the badge at once, and the version's fields in its draft.

    If only the rules of a published badge change, no new version is started.
    """
    category = "category" in edit.changes and lock_current(edit.changes["category"])
    badge_class = _lock(badge_class)
    shown = badge_class.version_to_edit()
    edit.check(stored_details(badge_class, shown))
    rules, fields = edit.only(RULE_FIELDS), edit.only(VERSION_FIELDS)
    if category:
        rules["category"] = category
    changed = [name for name, value in rules.items() if getattr(badge_class, name) != value]
    if changed:
        for name in changed:
            setattr(badge_class, name, rules[name])
        _save_with_unique_slug(badge_class, update_fields=changed)
        note = ", ".join(sorted(changed))
        record("rules changed", badge_class, by=by, agency=badge_class.agency, note=note)
    if shown.published_at and fields == {name: getattr(shown, name) for name in fields}:
        return shown
    version = _draft_with_number(badge_class, number, by=by)
    edit_version(version, **fields)
    return version


@transaction.atomic
def save_content(
    badge_class: BadgeClass,
    *,
    number: int,
    by: User,
    criteria: Sequence[CriterionContent],
    alignments: Sequence[AlignmentContent],
    resources: Sequence[tuple],
    seen: str = "",
) -> BadgeVersion:
    """Save criteria and alignments in the draft, and the learning resources at once.

    If only the resources of a published badge change, no new version is started. `seen` is the
    `content_mark` that the rows were compared with. Raises EditConflict if it is another now.
    """
    badge_class = _lock(badge_class)
    shown = badge_class.version_to_edit()
    if seen and seen != content_mark(shown):
        raise EditConflict
    set_resources(badge_class, resources)
    if (
        shown.published_at
        and list(criteria) == [content_of(criterion) for criterion in shown.criteria.all()]
        and list(alignments) == [alignment_of(alignment) for alignment in shown.alignments.all()]
    ):
        return shown
    version = _draft_with_number(badge_class, number, by=by)
    set_criteria(version, criteria)
    set_alignments(version, alignments)
    return version


@transaction.atomic
def save_art(
    badge_class: BadgeClass,
    *,
    number: int,
    by: User,
    alt: str,
    spec: ArtSpec | None = None,
    art: Art | None = None,
    edit: Edit | None = None,
) -> BadgeVersion:
    """Save art in the draft: composed (`spec`), uploaded (`art`), or only a new description.

    Raises EditConflict if the artwork is not what `edit` compared itself with.
    """
    badge_class = _lock(badge_class)
    if edit:
        edit.check(stored_art(badge_class.version_to_edit()))
    version = _draft_with_number(badge_class, number, by=by)
    if spec is not None:
        compose_art(version, spec, alt=alt)
    elif art is not None:
        upload_art(version, art.png, svg=art.svg, losses=art.losses, alt=alt)
    else:
        edit_version(version, image_alt=alt)
    return version


def _save_with_unique_slug(
    badge_class: BadgeClass, *, update_fields: Sequence[str] | None = None
) -> None:
    taken = SlugTaken(badge_class.slug)
    with broken((BadgeClass, "slug"), means=taken), transaction.atomic():
        badge_class.save(update_fields=update_fields)


def _draft_with_number(badge_class: BadgeClass, number: int, *, by: User) -> BadgeVersion:
    # draft_version locks the badge, so nobody can publish the draft while we change it.
    version = draft_version(badge_class, by=by)
    if version.number != number:
        raise VersionConflict(f"version {number} was being edited, {version.number} is open now")
    return version


def edit_version(version: BadgeVersion, **fields: object) -> None:
    """Save fields of an unpublished version. A database trigger protects published ones."""
    for name, value in fields.items():
        setattr(version, name, value)
    version.save(update_fields=list(fields))


@transaction.atomic
def set_criteria(version: BadgeVersion, contents: Sequence[CriterionContent]) -> None:
    """Replace the criteria of an unpublished version. The order counts."""
    version.criteria.all().delete()
    for position, content in enumerate(contents, start=1):
        criterion = Criterion.objects.create(
            version=version,
            position=position,
            asks_questions=bool(content.questions),
            **row_values(content),
        )
        RubricLevel.objects.bulk_create(
            RubricLevel(criterion=criterion, position=number, **row_values(level))
            for number, level in enumerate(content.levels, start=1)
        )
        Question.objects.bulk_create(
            Question(criterion=criterion, position=number, **row_values(question))
            for number, question in enumerate(content.questions, start=1)
        )


@transaction.atomic
def set_alignments(version: BadgeVersion, contents: Sequence[AlignmentContent]) -> None:
    version.alignments.all().delete()
    Alignment.objects.bulk_create(
        Alignment(version=version, **row_values(content)) for content in contents
    )


@transaction.atomic
def set_resources(badge_class: BadgeClass, resources: Sequence[tuple]) -> None:
    """Replace the learning resources. Each is a ResourceContent, or a tuple of its values."""
    badge_class.resources.all().delete()
    LearningResource.objects.bulk_create(
        LearningResource(
            badge_class=badge_class,
            position=position,
            title=content.title,
            url=content.url,
            kind=content.kind,
            thread=content.thread or uuid4(),
        )
        for position, content in enumerate(starmap(ResourceContent, resources), start=1)
    )


def compose_art(
    version: BadgeVersion, spec: ArtSpec, *, alt: str, png: bytes | None = None
) -> None:
    """Set composed art on an unpublished version.

    `png` is the spec at ART_SIZE, if the caller has already rendered it.
    """
    png = png or render_png(spec, size=ART_SIZE)
    _set_image(version, png, svg=compose_svg(spec, any_font=True), spec=spec.to_dict(), alt=alt)


def upload_art(
    version: BadgeVersion, png: bytes, *, alt: str, svg: str = "", losses: Sequence[Loss] = ()
) -> None:
    """Set uploaded art on an unpublished version. The form has checked `png` and `svg`."""
    _set_image(version, png, svg=svg, spec=None, losses=losses, alt=alt)


@transaction.atomic
def publish(
    badge_class: BadgeClass, *, by: User | None, shown: str = "", now: datetime | None = None
) -> None:
    """Publish the draft version. People in progress finish under the version they started.

    Raises NotAsShown if `shown` is not the version's `publishing_mark`.
    """
    now = now or timezone.now()
    badge_class = _lock(badge_class)
    version = badge_class.versions.select_for_update(no_key=True).filter(published_at=None).first()
    if version is None:
        raise NotReadyToPublish(
            [MissingPart("version", _("There is no unpublished version to publish."))]
        )
    if missing := missing_parts(version):
        raise NotReadyToPublish(missing)
    check_shown(shown, publishing_mark(version))
    version.published_at = now
    version.published_by = by
    version.save(update_fields=["published_at", "published_by"])
    was_published = badge_class.status == BadgeStatus.PUBLISHED
    badge_class.current_version = version
    badge_class.status = BadgeStatus.PUBLISHED
    badge_class.save(update_fields=["current_version", "status"])
    record(
        f"version {version.number} published",
        badge_class,
        by=by,
        agency=badge_class.agency,
        at=now,
    )
    badge_published.send(sender=BadgeClass, badge_class=badge_class, now=now)
    if not was_published:
        _send_pathway_resumed(badge_class)


@transaction.atomic
def retire(badge_class: BadgeClass, *, by: User | None, now: datetime | None = None) -> None:
    """Close the badge to new earners. People in progress finish; existing awards don't change."""
    _move(badge_class, BadgeStatus.RETIRED, by=by, now=now)


@transaction.atomic
def bring_back(badge_class: BadgeClass, *, by: User | None, now: datetime | None = None) -> None:
    """Reopen a retired badge. A draft is not reopened but published, which `publish` does."""
    badge_class.status = _lock(badge_class).status
    if badge_class.status != BadgeStatus.RETIRED:
        raise TransitionNotAllowed(f"{badge_class.status} -> {BadgeStatus.PUBLISHED}")
    _move(badge_class, BadgeStatus.PUBLISHED, by=by, now=now)
    _send_pathway_resumed(badge_class)


def _send_pathway_resumed(badge_class: BadgeClass) -> None:
    """The badge can be awarded now, perhaps at once to people who have completed its pathway."""
    for pathway in Pathway.objects.active().filter(badge_class=badge_class):
        pathway_resumed.send(sender=Pathway, pathway=pathway)


def _move(
    badge_class: BadgeClass, to: BadgeStatus, *, by: User | None, now: datetime | None
) -> None:
    locked = _lock(badge_class)
    check_move(TRANSITIONS, BadgeStatus(locked.status), to)
    locked.status = to
    locked.save(update_fields=["status"])
    badge_class.status = to
    record(f"badge {to.value}", locked, by=by, agency=locked.agency, at=now)


def _lock(badge_class: BadgeClass) -> BadgeClass:
    badges = BadgeClass.objects.select_related("current_version", "issuer__agency")
    return lock_one(badges, badge_class.pk)


@transaction.atomic
def _set_image(
    version: BadgeVersion,
    png: bytes,
    *,
    svg: str,
    spec: dict | None,
    alt: str,
    losses: Sequence[Loss] = (),
) -> None:
    earlier = art_files(version)
    version.art_spec = spec
    version.art_losses = list(losses)
    version.image_alt = alt
    version.image.save("art.png", ContentFile(png), save=False)
    version.vector = ""
    if svg:
        try:
            version.vector.save("art.svg", ContentFile(svg.encode()), save=False)
        except NotStored:
            version.image.storage.delete(version.image.name)
            raise
    version.save(update_fields=["image", "vector", "art_spec", "art_losses", "image_alt"])
    forget_art(earlier)
