"""The draw, and the published inputs with which anyone can recompute it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AccountLink, User
from audit.moves import TransitionNotAllowed, require_reason
from audit.operations import record
from editing.shown import check_shown
from mail.operations import Letter, queue_emails
from postgres.refusals import broken
from rewards import rfc3797
from rewards.chances import frozen_lists, standing
from rewards.chances import operations as chances
from rewards.drand import beacon
from rewards.draw import seals
from rewards.drawings.operations.life_cycle import (
    NotReady,
    commitment,
    final_at,
    lock,
    move,
    notify_drawn,
)
from rewards.models import Draw, Drawing, Skip, Win
from rewards.states import ACTIVE, DrawingStatus, WinStatus
from rewards.values.reading import Reading, readings_of


class AlreadyDrawn(Exception):
    """It has been drawn, or repeated with the same values."""


@transaction.atomic
def draw(
    drawing: Drawing,
    *,
    by: User,
    shown: str = "",
    sealed_until: datetime | None = None,
    now: datetime | None = None,
) -> Draw:
    """Draw the prizes.

    The values are those on which two coordinators agree, and the proved signatures of drand rounds.
    The revealed secret is added as the last source. If two people draw at the same time, there is
    one draw. With `sealed_until`, nobody learns the result before it is revealed
    (`rewards/stage/`).

    Raises NotReady, AlreadyDrawn or TransitionNotAllowed, and NotAsShown if `shown` is not the key
    that the values give.
    """
    drawing = lock(drawing)
    if drawing.status == DrawingStatus.DRAWN:
        raise AlreadyDrawn
    return _draw(drawing, by=by, shown=shown, sealed_until=sealed_until, now=now)


@transaction.atomic
def draw_again(
    drawing: Drawing,
    *,
    by: User,
    reason: str,
    sealed_until: datetime | None = None,
    now: datetime | None = None,
) -> Draw:
    """Repeat the draw with other values. Both draws stay. Only `rewards/repeats/` asks for it.

    Raises ReasonMissing, NotReady, AlreadyDrawn if the values are the same, or
    TransitionNotAllowed.
    """
    reason = require_reason(reason)
    drawing = lock(drawing)
    if drawing.status != DrawingStatus.DRAWN:
        raise TransitionNotAllowed(_("There is no draw that can be repeated."))
    return _draw(drawing, by=by, reason=reason, sealed_until=sealed_until, now=now)


def _draw(
    drawing: Drawing,
    *,
    by: User,
    shown: str = "",
    reason: str = "",
    sealed_until: datetime | None,
    now: datetime | None,
) -> Draw:
    now = now or timezone.now()
    number = drawing.draws.count() + 1
    if not seals.can_be_sealed(drawing):
        sealed_until = None
    if Win.objects.filter(draw__drawing=drawing, status=WinStatus.COLLECTED).exists():
        raise TransitionNotAllowed(_("A prize has been collected, so the draw is final."))
    if drawing.status not in {DrawingStatus.CLOSED, DrawingStatus.DRAWN}:
        raise TransitionNotAllowed(
            _("Prizes can be drawn only from a published list of a drawing that is not completed.")
        )
    if now < drawing.announced_rules.draws_at:
        raise NotReady([_("According to the rules, the draw takes place later.")])
    if drawing.disputes.filter(answered_at=None).exists():
        raise NotReady([_("First answer every dispute about the list.")])
    readings = readings_of(drawing)
    sources = _fill_sources(drawing, readings)
    key, entry_list = rfc3797.key_string(sources), drawing.lists.order_by("-number")[0]
    last = drawing.draws.order_by("-number").first()
    if last and (last.key, last.entry_list_id) == (key, entry_list.pk):
        raise AlreadyDrawn
    check_shown(shown, rfc3797.key_string(sources[:-1]))
    with broken("one_draw_per_number", means=AlreadyDrawn), transaction.atomic():
        new_draw = Draw.objects.create(
            drawing=drawing,
            entry_list=entry_list,
            number=number,
            sources=sources,
            key=key,
            drawn_by=by,
            drawn_at=now,
            reason=reason,
        )
    new_draw.typed_values.set(row for reading in readings for row in reading.pair or ())
    _record_skips(new_draw)
    earlier = _supersede_earlier_wins(new_draw)
    seals.seal(new_draw, published_inputs, until=sealed_until)
    if drawing.status == DrawingStatus.CLOSED:
        move(drawing, DrawingStatus.DRAWN, by=by, now=now, is_recorded=False)
    record(f"draw {number}", drawing, by=by, agency=drawing.agency, note=reason, at=now)
    assign_prizes(new_draw, now=now, earlier=earlier)
    if not new_draw.is_sealed:
        notify_drawn(drawing, number=number)
    return new_draw


def preview_key(drawing: Drawing, readings: Sequence[Reading]) -> str:
    """The key that follows from the values, without the part of the secret; empty if one lacks."""
    if not all(reading.given for reading in readings):
        return ""
    return rfc3797.key_string(_fill_sources(drawing, readings)[:-1])


@transaction.atomic
def settle(drawing: Drawing, *, by: User, now: datetime | None = None) -> None:
    """Mark the drawing as settled. Raises NotReady while a winner has not collected a prize."""
    drawing = lock(drawing)
    latest = drawing.draws.order_by("-number").first()
    if latest and latest.is_sealed:
        raise NotReady([_("The result has not been revealed yet.")])
    if latest and latest.wins.filter(status__in=["told", "confirmed"]).exists():
        raise NotReady([_("Some prizes have not been collected yet.")])
    move(drawing, DrawingStatus.SETTLED, by=by, now=now)


def assign_prizes(draw: Draw, *, now: datetime, earlier: Sequence[Win] = ()) -> list[Win]:
    """Assign every free prize to the next person in the sequence, and write to these winners.

    Called by the draw and whenever a prize is given up. Earlier wins do not change, because the
    sequence only grows. Whoever had the same prize in the draw before, among `earlier`, keeps it as
    it is and hears nothing; who lost one and got none instead is told.
    """
    known = set(draw.wins.values_list("position", flat=True))
    prizes = {str(prize.position): prize for prize in draw.drawing.prizes.all()}
    picks = [pick for pick in sequence(draw) if pick.prize and pick.position not in known]
    by_number = frozen_lists.create_listed_entries(draw.entry_list, [pick.number for pick in picks])
    wins, left = [], list(earlier)
    for pick in picks:
        prize, piece = pick.prize.split(".")
        win = Win(
            draw=draw,
            prize=prizes[prize],
            piece=int(piece),
            position=pick.position,
            line=by_number[pick.number],
            told_at=now,
            confirm_by=confirm_by(draw.drawing, told_at=now),
        )
        if before := _goes_on(win, left):
            left.remove(before)
        wins.append(win)
    Win.objects.bulk_create(wins)
    if not draw.is_sealed:
        new = [win for win in wins if win.continues_id is None]
        told = {win.line.entry.user.person_key for win in new}
        email_winners(new, "prize_won")
        lost = [win for win in left if win.line.entry.user.person_key not in told]
        email_winners(lost, "prize_superseded")
    return wins


def confirm_by(drawing: Drawing, *, told_at: datetime) -> datetime:
    """11:59 PM, local time, of the last day to confirm: what people take a deadline for."""
    moment = told_at + timedelta(days=drawing.announced_rules.confirm_days)
    return timezone.localtime(moment).replace(hour=23, minute=59, second=59, microsecond=0)


def published_inputs(draw: Draw) -> dict:
    """The content of inputs.json: everything from which the result is computed."""
    given_up = draw.wins.exclude(given_up=None).order_by("given_up").select_related("prize")
    return {
        "drawing": draw.drawing.title,
        "draw": draw.number,
        "rules": draw.drawing.announced_rules.number,
        "entries": draw.entry_list.count,
        "sha256": draw.entry_list.sha256,
        "sources": draw.sources,
        "secret": draw.drawing.secret,
        "commitment": commitment(draw.drawing),
        "prizes": [
            {"id": str(prize.position), "name": prize.name, "quantity": prize.quantity}
            for prize in draw.drawing.prizes.all()
        ],
        "prizes_per_person": draw.drawing.announced_rules.prizes_per_person,
        "skipped": [
            {"number": skip.line.number, "reason": skip.reason}
            if skip.line
            else {"person": skip.person, "reason": skip.reason}
            for skip in draw.skips.select_related("line")
        ],
        "given_up": [
            {"prize": f"{win.prize.position}.{win.piece}", "reason": win.given_up_because}
            for win in given_up
        ],
    }


def sequence(draw: Draw) -> list[rfc3797.Pick]:
    """The current picks, computed from the published inputs alone."""
    inputs = published_inputs(draw)
    pieces = sum(prize["quantity"] for prize in inputs["prizes"]) + len(inputs["given_up"])
    # More than there are prizes: people who already won or may not win are skipped.
    steps = 2 * pieces + 50
    return rfc3797.draw(frozen_lists.person_codes(draw.entry_list, draw.key, steps=steps), inputs)


def email_winners(wins: Iterable[Win], kind: str) -> None:
    """Queue a letter of this kind to the winner of each prize."""
    winners = [(win, win.line.entry.user) for win in wins]
    now = timezone.now()
    letters = (
        Letter(
            kind,
            f"win:{win.continues_id or win.pk}",
            user.email,
            user.language,
            {"win": win.pk},
            due_at=now,
        )
        for win, user in winners
    )
    queue_emails(letters, now=now)


def _fill_sources(drawing: Drawing, readings: Sequence[Reading]) -> list[dict]:
    if missing := [reading.source["name"] for reading in readings if not reading.given]:
        names = ", ".join(missing)
        raise NotReady([_("These sources have no agreed value yet: %(names)s") % {"names": names}])
    filled = [
        _drand_value(reading.source, reading.signature)
        if reading.signature
        else {**reading.source, "values": reading.given}
        for reading in readings
    ]
    secret = {"name": "secret of the program", "kind": "text", "values": [drawing.secret]}
    return [*filled, secret]


def _drand_value(source: dict, signature: str) -> dict:
    """The source with its value, computed from the verified signature, and the signature."""
    return {
        **source,
        "values": [beacon.verify(source["round"], signature)],
        "signature": signature,
    }


def _record_skips(draw: Draw) -> None:
    """Skip people and entries that were ruled out between the frozen list and the first number.

    Later facts cause no skip, because somebody who knows the numbers could choose them to change
    the winner. If a prize cannot be given for a later reason, it is publicly passed on instead. A
    repeated draw has the skips of the draw before it.
    """
    if draw.number > 1:
        previous = Skip.objects.filter(draw__drawing=draw.drawing, draw__number=draw.number - 1)
        Skip.objects.bulk_create(
            Skip(draw=draw, person=skip.person, line_id=skip.line_id, reason=skip.reason)
            for skip in previous
        )
        return
    final = final_at(draw.drawing.announced_rules)
    drawing = draw.drawing
    links = AccountLink.objects.in_force_at(final)
    main_of = dict(links.values_list("account", "main"))
    reasons: dict[int, str] = {}
    if drawing.announced_rules.excludes_staff:
        staff = chances.staff_of(drawing).values_list("pk", flat=True)
        reasons = dict.fromkeys(staff, standing.STAFF_REASON)
    excluded = drawing.excluded_people.filter(excluded_at__lt=final)
    reasons |= dict(excluded.values_list("user", "reason"))
    reasons = {main_of.get(user, user): reason for user, reason in reasons.items()}
    candidates = {*reasons, *main_of, *main_of.values()}
    entries = drawing.entries.filter(user__in=candidates)
    user_of: dict[str, int] = dict(entries.values_list("token", "user"))
    skipped: dict[str, str] = {}
    code_of: dict[int, str] = {}
    for _number, token, person in frozen_lists.lines_by_token(draw.entry_list, user_of):
        main = main_of.get(user_of[token], user_of[token])
        if main in reasons:
            skipped[person] = reasons[main]
        elif code_of.setdefault(main, person) != person:
            # Accounts linked after the list was frozen: keep the code that comes first.
            skipped[person] = "the same person as another on the list"
    Skip.objects.bulk_create(
        Skip(draw=draw, person=person, reason=reason) for person, reason in skipped.items()
    )
    revoked = drawing.entries.filter(assertion__revoked_at__lt=final)
    lines = frozen_lists.lines_by_token(draw.entry_list, revoked.values_list("token", flat=True))
    rows = frozen_lists.create_listed_entries(
        draw.entry_list, [line.number for line in lines if line.person not in skipped]
    )
    Skip.objects.bulk_create(
        Skip(draw=draw, line=row, reason="badge revoked") for _number, row in sorted(rows.items())
    )


def _supersede_earlier_wins(draw: Draw) -> list[Win]:
    """Returns those whose winners had been told."""
    active = Win.objects.filter(draw__drawing=draw.drawing, status__in=ACTIVE)
    superseded = active.exclude(draw=draw).select_related("line__entry__user", "draw__seal")
    # Listed first: the winners of a sealed draw were never told.
    told = [win for win in superseded if not win.draw.is_sealed]
    superseded.update(status=WinStatus.SUPERSEDED)
    return told


def _goes_on(win: Win, earlier: Sequence[Win]) -> Win | None:
    """The win of the same prize by the same person in the draw before, with which `win` goes on."""
    person = win.line.entry.user.person_key
    for before in earlier:
        if before.prize_id == win.prize_id and before.line.entry.user.person_key == person:
            for name in ("told_at", "confirm_by", "status", "confirmed_at", "shows_name"):
                setattr(win, name, getattr(before, name))
            win.continues_id = before.continues_id or before.pk
            return before
    return None
