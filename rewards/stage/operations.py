"""Revealing a sealed result: by the presenter, or at the set time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.operations import record
from background.operations import one_by_one
from rewards.draw.operations import confirm_by, email_winners
from rewards.drawings.operations.life_cycle import lock, notify_drawn
from rewards.models import Drawing, Seal, StageStep
from rewards.stage.steps import steps_of
from rewards.states import WinStatus


@transaction.atomic
def reveal(drawing: Drawing, *, by: User | None = None, now: datetime | None = None) -> bool:
    """Publish the sealed result, and write to the winners. False if it is published already.

    The time to confirm begins now. Of several sealed draws, the last one has the winners; the
    others are published with it, because they have the same secret.
    """
    now = now or timezone.now()
    drawing = lock(drawing)
    seals = list(
        Seal.objects.closed()
        .filter(draw__drawing=drawing)
        .select_related("draw")
        .order_by("draw__number")
    )
    if not seals:
        return False
    for seal in seals:
        seal.opened_at, seal.opened_by = now, by
        seal.save(update_fields=["opened_at", "opened_by"])
    last = seals[-1].draw
    wins = last.wins.filter(status=WinStatus.TOLD)
    wins.update(told_at=now, confirm_by=confirm_by(drawing, told_at=now))
    email_winners(wins.select_related("line__entry__user"), "prize_won")
    notify_drawn(drawing, number=last.number)
    record("result revealed", drawing, by=by, agency=drawing.agency, at=now)
    return True


@transaction.atomic
def show_step(drawing: Drawing, step: int, *, by: User, now: datetime | None = None) -> None:
    """Write what is on the screen for the phones in the room. The last step reveals the result."""
    now = now or timezone.now()
    drawing = lock(drawing)
    draw = drawing.draws.select_related("entry_list").order_by("-number")[0]
    draw.drawing = drawing
    steps = steps_of(draw)
    step = min(step, len(steps) - 1)
    shown = {"step": step, "shown": steps[step].for_phones, "shown_at": now, "shown_by": by}
    StageStep.objects.update_or_create(draw=draw, defaults=shown)
    if step == len(steps) - 1:
        reveal(drawing, by=by, now=now)


def reveal_next(*, now: datetime, skip: Collection[int] = ()) -> tuple[int, list[int]]:
    """Reveal the results that nobody revealed by the set time."""
    due = Seal.objects.due(now=now).select_related("draw__drawing").order_by("opens_at", "pk")
    return one_by_one(
        due, lambda seal: reveal(seal.draw.drawing, now=now), what="reveal a result", skip=skip
    )
