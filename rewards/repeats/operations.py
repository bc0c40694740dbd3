"""Repeating a draw: a coordinator asks for it, and another one confirms what it changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import are_one_person
from audit.moves import TransitionNotAllowed, require_reason
from audit.operations import record
from editing.fingerprints import fingerprint
from editing.shown import check_shown
from postgres.refusals import broken
from rewards.draw import operations as draws
from rewards.drawings.operations.life_cycle import lock
from rewards.models import Draw, Drawing, DrawNote, Prize, RepeatRequest, Win
from rewards.states import ACTIVE

Outcome = RepeatRequest.Outcome


class AlreadyAsked(Exception):
    """A repeat of this draw waits for its second coordinator."""


class SamePerson(Exception):
    """Whoever asked for a repeat can't confirm it, also not with another account."""


class NotOpen(Exception):
    """It was answered meanwhile, or the draw was repeated."""


@dataclass(frozen=True)
class Change:
    """A piece of a prize, and the winner that it has now and would have; None if nobody has it."""

    prize: Prize
    piece: int
    before: Win | None
    after: Win | None

    @property
    def is_kept(self) -> bool:
        return _person(self.before) == _person(self.after)


@dataclass(frozen=True)
class Preview:
    changes: list[Change]
    mark: str  # another one if anything of it changes


def preview(drawing: Drawing, *, by: User, now: datetime) -> Preview:
    """What a repeated draw would change: one is made, and undone.

    Raises what `draws.draw_again` raises.
    """
    before = list(_wins(drawing.draws.latest("number")))
    with transaction.atomic():
        made = draws.draw_again(drawing, by=by, reason="preview", now=now)
        after = list(_wins(made))
        transaction.set_rollback(True)
    now_with = {(win.prize, win.piece): win for win in before}
    then_with = {(win.prize, win.piece): win for win in after}
    pieces = sorted({*now_with, *then_with}, key=lambda one: (one[0].position, one[1]))
    changes = [Change(*one, now_with.get(one), then_with.get(one)) for one in pieces]
    people = [
        [change.prize.pk, change.piece, _person(change.before), _person(change.after)]
        for change in changes
    ]
    return Preview(changes, fingerprint([made.key, made.entry_list_id, people]))


@transaction.atomic
def ask(
    draw: Draw,
    *,
    by: User,
    reason: str,
    shown: str = "",
    sealed_until: datetime | None = None,
    now: datetime | None = None,
) -> RepeatRequest:
    """Ask another coordinator to repeat the draw with the values that are agreed now.

    Raises ReasonMissing, AlreadyAsked, NotOpen if it has been repeated, what `draws.draw_again`
    raises, and NotAsShown if `shown` is not the mark of what would change.
    """
    now = now or timezone.now()
    reason = require_reason(reason)
    drawing = lock(draw.drawing)
    if drawing.draws.latest("number") != draw:
        raise NotOpen
    found = preview(drawing, by=by, now=now)
    check_shown(shown, found.mark)
    with broken("one_open_repeat_of_a_draw", means=AlreadyAsked), transaction.atomic():
        asked = RepeatRequest.objects.create(
            draw=draw,
            mark=found.mark,
            reason=reason,
            sealed_until=sealed_until,
            asked_by=by,
            asked_at=now,
        )
    record("repeat asked for", drawing, by=by, agency=drawing.agency, note=reason, at=now)
    return asked


@transaction.atomic
def confirm(asked: RepeatRequest, *, by: User, now: datetime | None = None) -> Draw | None:
    """Repeat the draw. None if it would change something else by now; then the request is over.

    Raises SamePerson, NotOpen, or what `draws.draw_again` raises.
    """
    now = now or timezone.now()
    drawing = lock(asked.draw.drawing)
    _lock_open(asked)
    if are_one_person(by, asked.asked_by_id):
        raise SamePerson
    if preview(drawing, by=by, now=now).mark != asked.mark:
        _answer(asked, Outcome.OUTDATED, by=by, now=now)
        return None
    _answer(asked, Outcome.CONFIRMED, by=by, now=now)
    return draws.draw_again(
        drawing, by=by, reason=asked.reason, sealed_until=asked.sealed_until, now=now
    )


@transaction.atomic
def refuse(asked: RepeatRequest, *, by: User, now: datetime | None = None) -> None:
    """The draw stays. Whoever asked withdraws the request. Raises NotOpen."""
    now = now or timezone.now()
    drawing = lock(asked.draw.drawing)
    _lock_open(asked)
    is_own = are_one_person(by, asked.asked_by_id)
    _answer(asked, Outcome.WITHDRAWN if is_own else Outcome.REFUSED, by=by, now=now)
    act = "repeat withdrawn" if is_own else "repeat refused"
    record(act, drawing, by=by, agency=drawing.agency, at=now)


@transaction.atomic
def add_note(draw: Draw, *, by: User, text: str, now: datetime | None = None) -> DrawNote:
    """Everyone reads it next to the result. Raises ReasonMissing, or TransitionNotAllowed."""
    now = now or timezone.now()
    text = require_reason(text)
    drawing = lock(draw.drawing)
    if draw.is_sealed:
        raise TransitionNotAllowed(_("The result has not been revealed yet."))
    record("note on a draw", drawing, by=by, agency=drawing.agency, note=text, at=now)
    return DrawNote.objects.create(draw=draw, text=text, written_by=by, written_at=now)


def _lock_open(asked: RepeatRequest) -> None:
    locked = RepeatRequest.objects.select_for_update(no_key=True)
    asked.refresh_from_db(from_queryset=locked)
    if asked.outcome != Outcome.OPEN:
        raise NotOpen


def _answer(asked: RepeatRequest, outcome: str, *, by: User, now: datetime) -> None:
    asked.outcome, asked.answered_by, asked.answered_at = outcome, by, now
    asked.save(update_fields=["outcome", "answered_by", "answered_at"])


def _wins(draw: Draw) -> QuerySet[Win]:
    active = draw.wins.filter(status__in=ACTIVE)
    return active.select_related("prize", "line__entry__user").order_by("position")


def _person(win: Win | None) -> int | None:
    return win.line.entry.user.person_key if win else None
