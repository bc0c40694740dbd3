"""Prizes after the draw: confirmed, collected, or passed on; sponsors thanked."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F, Value
from django.utils import timezone

from accounts.models import User
from accounts.operations import lock_people
from audit.moves import TransitionNotAllowed, check_move, require_reason
from audit.operations import record
from background.operations import work_on
from mail.operations import queue_email
from rewards.draw.operations import assign_prizes, email_winners
from rewards.drawings.operations.life_cycle import lock
from rewards.models import Drawing, Sponsor, Win
from rewards.states import WIN_TRANSITIONS, DrawingStatus, WinStatus


@transaction.atomic
def confirm(win: Win, *, shows_name: bool, now: datetime | None = None) -> None:
    """The winner accepts, and says whether to show their name on the result page."""
    now = now or timezone.now()
    if now >= win.confirm_by:
        # The stated time counts, even if the schedule has not passed the prize on yet.
        raise TransitionNotAllowed("The time to confirm is over.")
    winner = win.line.entry.user
    # Locked, so that the name goes if somebody marks the winner as a minor at the same moment.
    lock_people([winner])
    if shows_name and User.objects.minors().filter(pk=winner.pk).exists():
        shows_name = False
    _move(win, WinStatus.CONFIRMED, confirmed_at=now, shows_name=shows_name)
    _record(win, by=win.line.entry.user, at=now)


@transaction.atomic
def collect(win: Win, *, by: User, note: str, now: datetime | None = None) -> None:
    """The prize was handed over; `note` says to whom and where."""
    now = now or timezone.now()
    _move(win, WinStatus.COLLECTED, collected_at=now, collected_note=note)
    _record(win, by=by, note=note, at=now)


@transaction.atomic
def decline(win: Win, *, by: User, reason: str = "declined", now: datetime | None = None) -> None:
    """The winner declines, or a coordinator finds that they cannot have the prize."""
    reason = require_reason(reason)
    _give_up(win, WinStatus.DECLINED, reason=reason, by=by, now=now or timezone.now())


@transaction.atomic
def lapse(win: Win, *, now: datetime) -> None:
    """The winner did not confirm in time. Called by the schedule."""
    _give_up(win, WinStatus.LAPSED, reason="not confirmed in time", by=None, now=now)


def remind_winners(*, now: datetime) -> None:
    """Write once to each winner who has not answered after half of the time to confirm.

    One that fails is tried again in the next run.
    """
    unanswered = Win.objects.revealed().filter(status=WinStatus.TOLD, confirm_by__gt=now)
    half_over = unanswered.filter(told_at__lte=Value(now) - (F("confirm_by") - F("told_at")) / 2)
    work_on(
        list(half_over.select_related("line__entry__user")),
        partial(email_winners, kind="prize_reminder"),
        what="remind a winner",
    )


@transaction.atomic
def thank_sponsors(drawing: Drawing, *, by: User, now: datetime | None = None) -> int:
    """Write once to each sponsor of a prize who has an email address. Returns their number."""
    sponsors = Sponsor.objects.filter(prizes__drawing=drawing).exclude(email="").distinct()
    for sponsor in sponsors:
        queue_email(
            "sponsor_thanks",
            f"drawing:{drawing.pk}:sponsor:{sponsor.pk}",
            to=sponsor.email,
            language=sponsor.language,
            context={"drawing": drawing.pk, "sponsor": sponsor.pk},
        )
    note = str(len(sponsors))
    record("sponsors thanked", drawing, by=by, agency=drawing.agency, note=note, at=now)
    return len(sponsors)


def _give_up(win: Win, to: WinStatus, *, reason: str, by: User | None, now: datetime) -> None:
    drawing = lock(win.draw.drawing)
    if drawing.status != DrawingStatus.DRAWN:
        raise TransitionNotAllowed(f"The drawing is {drawing.status}.")
    turn = win.draw.wins.exclude(given_up=None).count() + 1
    _move(win, to, given_up=turn, given_up_because=reason)
    _record(win, by=by, note=reason, at=now)
    assign_prizes(win.draw, now=now)


def _move(win: Win, to: WinStatus, **fields: object) -> None:
    # Lock the drawing first: a repeated draw in progress must supersede this win before it moves.
    lock(win.draw.drawing)
    if win.draw.is_sealed:
        raise TransitionNotAllowed("The result is sealed.")
    win.refresh_from_db(from_queryset=Win.objects.select_for_update(no_key=True))
    check_move(WIN_TRANSITIONS, WinStatus(win.status), to)
    win.status = to
    for name, value in fields.items():
        setattr(win, name, value)
    win.save(update_fields=["status", *fields])


def _record(win: Win, *, by: User | None, at: datetime, note: str = "") -> None:
    record(
        f"prize {win.status}",
        win.prize,
        by=by,
        agency=win.draw.drawing.agency,
        note=note,
        at=at,
        concerns=[win.line.entry.user_id],
    )
