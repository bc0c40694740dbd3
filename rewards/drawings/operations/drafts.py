"""A drawing before it is announced, and what coordinators settle around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agency, User
from audit.moves import TransitionNotAllowed
from audit.operations import record
from rewards.drawings.operations.life_cycle import NotReady, final_at, lock
from rewards.models import Drawing, DrawingRules, Entry, ExcludedPerson, Prize, SamePerson, Sponsor
from rewards.slugs import free_slug
from rewards.states import DrawingStatus

# What "the rules changed" leaves as it was, copied into the next version before it is edited.
_COPIED_SETS = ("agencies", "categories", "badge_classes", "excluded_badge_classes")

# Held by whoever writes down that accounts are one person.
SAME_PEOPLE = 7_284_117


class WrittenMeanwhile(Exception):
    """Somebody announced these rules, or began their next version, since they were opened."""


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
    sets: dict[str, Iterable],
    by: User,
    now: datetime | None = None,
) -> Drawing:
    """A draft that only coordinators see."""
    now = now or timezone.now()
    drawing = Drawing.objects.create(
        title=title, agency=agency, slug=free_slug(Drawing, title), created_by=by, created_at=now
    )
    rules.drawing = drawing
    _keep(rules, sets)
    record("drawing drafted", drawing, by=by, agency=agency, at=now)
    return drawing


@transaction.atomic
def save_rules(
    drawing: Drawing,
    rules: DrawingRules,
    *,
    sets: dict[str, Iterable],
    by: User,
    title: str | None = None,
) -> None:
    """Keep what is being written; announced rules stay, and their next version waits beside them.

    The title can change as long as nobody outside has seen it.
    """
    drawing = lock(drawing)
    if drawing.status not in {DrawingStatus.DRAFT, DrawingStatus.ANNOUNCED}:
        raise TransitionNotAllowed("Rules can change until the list is closed, not after.")
    if drawing.status == DrawingStatus.DRAFT and title:
        drawing.title = title
        drawing.save(update_fields=["title"])
    rules.drawing = drawing
    waiting = drawing.rules_versions.filter(announced_at=None).first()
    if (waiting and waiting.pk) != rules.pk:
        raise WrittenMeanwhile
    if rules._state.adding:
        last = drawing.rules_versions.order_by("-number").first()
        rules.number = last.number + 1 if last else 1
    _keep(rules, sets)
    record(f"rules {rules.number} written", drawing, by=by, agency=drawing.agency)


def rules_to_edit(drawing: Drawing) -> DrawingRules:
    """The version that is being written; after an announcement, an unsaved copy of the last."""
    waiting = drawing.rules_versions.filter(announced_at=None).first()
    if waiting:
        return waiting
    following = DrawingRules.objects.get(pk=drawing.announced_rules.pk)
    following.pk = None
    following._state.adding = True
    following.announced_at = None
    following.change_note = ""
    return following


def sets_of(rules: DrawingRules) -> dict[str, list]:
    return {name: list(getattr(rules, name).all()) for name in _COPIED_SETS}


@transaction.atomic
def save_prizes(
    drawing: Drawing,
    prizes: Sequence[PrizeContent],
    *,
    by: User | None,
    now: datetime | None = None,
) -> None:
    """The prizes in the order in which they are drawn. Announced prizes stay as they are."""
    drawing = lock(drawing)
    if drawing.status != DrawingStatus.DRAFT:
        raise TransitionNotAllowed("Prizes are frozen once they are announced.")
    known = {prize.pk: prize for prize in drawing.prizes.all()}
    drawing.prizes.exclude(pk__in=[content.pk for content in prizes if content.pk]).delete()
    for position, content in enumerate(prizes, start=1):
        prize = (content.pk and known.get(content.pk)) or Prize(drawing=drawing)
        prize.position = position
        for name in (
            "name", "worth", "quantity", "sponsor", "description", "adults_only",
            "how_to_collect", "picture_alt",
        ):  # fmt: skip
            setattr(prize, name, getattr(content, name))
        if content.picture is not None:
            prize.picture.save("prize.png", ContentFile(content.picture), save=False)
        prize.save()
    note = str(len(prizes))
    record("prizes written", drawing, by=by, agency=drawing.agency, note=note, at=now)


@transaction.atomic
def exclude(
    drawing: Drawing, user: User, *, reason: str, by: User, now: datetime | None = None
) -> None:
    """From the next frozen list on, and in the draw itself, this person is passed over."""
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
    made, new = ExcludedPerson.objects.get_or_create(
        drawing=drawing,
        user=user,
        defaults={"reason": reason.strip(), "excluded_by": by, "excluded_at": now},
    )
    if new:
        record("excluded from the drawing", drawing, by=by, agency=drawing.agency, note=str(made))


@transaction.atomic
def let_in(drawing: Drawing, user: User, *, by: User) -> None:
    """Take an exclusion back, before the list is frozen."""
    drawing = lock(drawing)
    if drawing.status not in {DrawingStatus.DRAFT, DrawingStatus.ANNOUNCED}:
        raise TransitionNotAllowed("The list is closed.")
    if ExcludedPerson.objects.filter(drawing=drawing, user=user).delete()[0]:
        record("let in again", drawing, by=by, agency=drawing.agency, note=str(user))


@transaction.atomic
def merge(
    user: User,
    main: User,
    *,
    reason: str,
    by: User,
    agency: Agency,
    now: datetime | None = None,
) -> None:
    """Two accounts are one person: from now on they count once in every drawing."""
    if not reason.strip():
        raise NotReady([_("Explain how you know that they are the same person.")])
    with connection.cursor() as cursor:
        # Two findings at once, each naming the other's account, would go round in a circle.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SAME_PEOPLE])
    # Always named by the last account in the chain, so that three accounts make one person.
    main_pk = SamePerson.objects.filter(user=main).values_list("main", flat=True).first() or main.pk
    if main_pk == user.pk or SamePerson.objects.filter(user=user).exists():
        raise NotReady([_("These accounts already count as one person.")])
    SamePerson.objects.filter(main=user).update(main=main_pk)
    made = SamePerson.objects.create(
        user=user,
        main_id=main_pk,
        found_by=by,
        reason=reason.strip(),
        found_at=now or timezone.now(),
    )
    record("accounts are one person", made, by=by, agency=agency, note=reason.strip())


@transaction.atomic
def part(found: SamePerson, *, by: User, agency: Agency, now: datetime | None = None) -> None:
    """The two accounts were not one person: from the next list on they count apart again.

    Not while a drawing waits for its draw and its public numbers may be known: who can win there
    is final.
    """
    now = now or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SAME_PEOPLE])
    accounts = SamePerson.objects.filter(main=found.main_id).values_list("user", flat=True)
    theirs = Entry.objects.filter(user__in=[found.main_id, *accounts])
    waiting = Drawing.objects.filter(
        status__in=[DrawingStatus.ANNOUNCED, DrawingStatus.CLOSED], pk__in=theirs.values("drawing")
    )
    # Locked, so that none of them is drawn meanwhile.
    for drawing in (
        waiting.select_related("rules").select_for_update(no_key=True, of=["self"]).order_by("pk")
    ):
        if now >= final_at(drawing.announced_rules):
            raise TransitionNotAllowed("The public numbers may be known.")
    if SamePerson.objects.filter(pk=found.pk).delete()[0]:
        note = f"{found.user_id}, {found.main_id}: {found.reason}"[:200]
        record("accounts count apart again", found, by=by, agency=agency, note=note, at=now)


def _keep(rules: DrawingRules, sets: dict[str, Iterable]) -> None:
    rules.save()
    for name, chosen in sets.items():
        getattr(rules, name).set(chosen)
