"""Drafts of drawings, rules and prizes, and excluded people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agency, User
from audit.file_storage import NotStored
from audit.moves import TransitionNotAllowed
from audit.operations import record
from editing.fingerprints import fingerprint
from editing.forms import Edit, EditConflict
from rewards.drawings.operations.life_cycle import NotReady, final_at, lock
from rewards.models import Drawing, DrawingRules, ExcludedPerson, Prize, Sponsor
from rewards.slugs import unique_slug
from rewards.states import DrawingStatus

# What a coordinator writes in the rules, besides the sources and the drawing's title.
RULE_FIELDS = (
    "opens_on", "ends_on", "counts_by", "closes_at", "disputes_until", "draws_at", "confirm_days",
    "chances_per_badge", "most_chances", "prizes_per_person", "excludes_staff",
    "offers_free_entry", "text", "change_note",
)  # fmt: skip
# Copied from the announced rules to their next version, before it is edited.
M2M_FIELDS = ("agencies", "categories", "badge_classes", "excluded_badge_classes")
PRIZE_FIELDS = (
    "name", "worth", "quantity", "sponsor", "description", "adults_only", "how_to_collect",
    "picture_alt",
)  # fmt: skip


class RulesAnnounced(Exception):
    """Since the form was opened, somebody announced these rules or began their next version."""


@dataclass(frozen=True)
class PrizeContent:
    name: str
    worth: Decimal
    quantity: int = 1
    sponsor: Sponsor | None = None
    description: str = ""
    adults_only: bool = False
    how_to_collect: str = ""
    picture: bytes | None = None
    picture_alt: str = ""
    pk: int | None = None


@transaction.atomic
def create_drawing(
    *,
    title: str,
    agency: Agency,
    rules: DrawingRules,
    m2m: dict[str, Iterable],
    by: User,
    now: datetime | None = None,
) -> Drawing:
    """Create a draft, which only coordinators can see.

    `m2m` holds the values of the many-to-many fields of the rules by field name.
    """
    now = now or timezone.now()
    drawing = Drawing.objects.create(
        title=title, agency=agency, slug=unique_slug(Drawing, title), created_by=by, created_at=now
    )
    rules.drawing = drawing
    _save_with_m2m(rules, m2m)
    record("drawing drafted", drawing, by=by, agency=agency, at=now)
    return drawing


@transaction.atomic
def save_rules(
    drawing: Drawing,
    rules: DrawingRules,
    *,
    m2m: dict[str, Iterable],
    by: User,
    title: str | None = None,
    edit: Edit | None = None,
    sources_seen: list | None = None,
) -> None:
    """Save unannounced rules. Announced rules do not change; their next version is saved instead.

    The title can change only while the drawing is a draft. Raises RulesAnnounced, and EditConflict
    if the rules or their sources are not what `edit` and `sources_seen` compared themselves with.
    """
    drawing = lock(drawing)
    if drawing.status not in {DrawingStatus.DRAFT, DrawingStatus.ANNOUNCED}:
        raise TransitionNotAllowed("Rules can change until the list is closed, not after.")
    if edit:
        edit.check(stored_rules(drawing))
    if sources_seen is not None and sources_seen != rules_to_edit(drawing).sources:
        raise EditConflict
    if drawing.status == DrawingStatus.DRAFT and title:
        drawing.title = title
        drawing.save(update_fields=["title"])
    rules.drawing = drawing
    waiting = drawing.rules_versions.filter(announced_at=None).first()
    if (waiting and waiting.pk) != rules.pk:
        raise RulesAnnounced
    if rules._state.adding:
        last = drawing.rules_versions.order_by("-number").first()
        rules.number = last.number + 1 if last else 1
    _save_with_m2m(rules, m2m)
    record(f"rules {rules.number} written", drawing, by=by, agency=drawing.agency)


def rules_to_edit(drawing: Drawing) -> DrawingRules:
    """The unannounced version, or else an unsaved copy of the announced one."""
    waiting = drawing.rules_versions.filter(announced_at=None).first()
    if waiting:
        return waiting
    next_version = DrawingRules.objects.get(pk=drawing.announced_rules.pk)
    next_version.pk = None
    next_version._state.adding = True
    next_version.announced_at = None
    next_version.announced_names = {}
    next_version.change_note = ""
    return next_version


def stored_rules(drawing: Drawing) -> dict[str, Any]:
    """The stored values of the form of the rules: the unannounced ones, else the announced ones."""
    rules = rules_to_edit(drawing)
    m2m_of = rules if rules.pk else drawing.announced_rules
    values = {name: getattr(rules, name) for name in RULE_FIELDS}
    return {**values, **m2m_values(m2m_of), "title": drawing.title}


def m2m_values(rules: DrawingRules) -> dict[str, list]:
    return {name: list(getattr(rules, name).all()) for name in M2M_FIELDS}


def stored_prizes(drawing: Drawing) -> list[dict[str, Any]]:
    """The stored values of the rows of the prizes' form, in the order of the draw."""
    prizes = drawing.prizes.select_related("sponsor").order_by("position", "pk")
    names = ("pk", *PRIZE_FIELDS, "position", "picture")
    return [{name: getattr(prize, name) for name in names} for prize in prizes]


def prizes_mark(drawing: Drawing) -> str:
    """Changes with every change to the drawing's prizes."""
    names = ("pk", *PRIZE_FIELDS, "position", "picture")
    return fingerprint(repr(list(drawing.prizes.order_by("pk").values_list(*names))))


@transaction.atomic
def save_prizes(
    drawing: Drawing,
    prizes: Sequence[PrizeContent],
    *,
    by: User | None,
    seen: str = "",
    now: datetime | None = None,
) -> None:
    """Replace the prizes, given in the order in which they are drawn. Only for drafts.

    `seen` is the `prizes_mark` that the rows were compared with. Raises EditConflict if it is
    another now.
    """
    drawing = lock(drawing)
    if drawing.status != DrawingStatus.DRAFT:
        raise TransitionNotAllowed("Prizes are frozen once they are announced.")
    if seen and seen != prizes_mark(drawing):
        raise EditConflict
    known = {prize.pk: prize for prize in drawing.prizes.all()}
    stored: list[str] = []
    drawing.prizes.exclude(pk__in=[content.pk for content in prizes if content.pk]).delete()
    for position, content in enumerate(prizes, start=1):
        prize = (content.pk and known.get(content.pk)) or Prize(drawing=drawing)
        prize.position = position
        for name in PRIZE_FIELDS:
            setattr(prize, name, getattr(content, name))
        if content.picture is not None:
            _store_picture(prize, content.picture, stored)
        prize.save()
    note = str(len(prizes))
    record("prizes written", drawing, by=by, agency=drawing.agency, note=note, at=now)


def _store_picture(prize: Prize, picture: bytes, stored: list[str]) -> None:
    """Store it, or delete those that were `stored` before: their prizes are not saved either."""
    try:
        prize.picture.save("prize.png", ContentFile(picture), save=False)
    except NotStored:
        for earlier in stored:
            prize.picture.storage.delete(earlier)
        raise
    stored.append(str(prize.picture.name))


@transaction.atomic
def exclude(
    drawing: Drawing, user: User, *, reason: str, by: User, now: datetime | None = None
) -> None:
    """Leave this person out of the next frozen list, and skip them in the draw."""
    now = now or timezone.now()
    drawing = lock(drawing)
    if drawing.status not in {
        DrawingStatus.DRAFT, DrawingStatus.ANNOUNCED, DrawingStatus.CLOSED
    }:  # fmt: skip
        raise TransitionNotAllowed("The drawing has been drawn.")
    if drawing.status == DrawingStatus.CLOSED and now >= final_at(drawing.announced_rules):
        raise TransitionNotAllowed("The public numbers may be known.")
    if not reason.strip():
        raise NotReady([_("Explain why this person can’t take part.")])
    excluded, new = ExcludedPerson.objects.get_or_create(
        drawing=drawing,
        user=user,
        defaults={"reason": reason.strip(), "excluded_by": by, "excluded_at": now},
    )
    if new:
        record(
            "excluded from the drawing",
            drawing,
            by=by,
            agency=drawing.agency,
            note=str(excluded),
            concerns=[user.pk],
        )


@transaction.atomic
def undo_exclusion(drawing: Drawing, user: User, *, by: User) -> None:
    """Only before the list is frozen."""
    drawing = lock(drawing)
    if drawing.status not in {DrawingStatus.DRAFT, DrawingStatus.ANNOUNCED}:
        raise TransitionNotAllowed("The list is closed.")
    if ExcludedPerson.objects.filter(drawing=drawing, user=user).delete()[0]:
        note, concerns = str(user), [user.pk]
        record("let in again", drawing, by=by, agency=drawing.agency, note=note, concerns=concerns)


def _save_with_m2m(rules: DrawingRules, m2m: dict[str, Iterable]) -> None:
    adding = rules._state.adding
    rules.save(update_fields=None if adding else [*RULE_FIELDS, "sources"])
    for name, values in m2m.items():
        getattr(rules, name).set(values)
