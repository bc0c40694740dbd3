"""The draw, and everything that anyone needs to compute it again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.moves import TransitionNotAllowed
from audit.operations import record
from mail.operations import Letter, queue_emails
from rewards import rfc3797
from rewards.chances import frozen_lists
from rewards.chances import operations as chances
from rewards.drand import beacon
from rewards.drand import operations as rounds
from rewards.drawings.operations.life_cycle import (
    NotReady,
    commitment,
    final_at,
    lock,
    move,
    tell_drawn,
)
from rewards.models import Draw, Drawing, SamePerson, Skip, Win
from rewards.states import STANDING, DrawingStatus, WinStatus


class AlreadyDrawn(Exception):
    """Somebody drew a moment ago. A draw is repeated only on purpose, with a reason."""


@transaction.atomic
def draw(
    drawing: Drawing,
    *,
    values: Sequence[Sequence[str]],
    by: User,
    reason: str = "",
    now: datetime | None = None,
) -> Draw:
    """Draw: `values` are what each announced source gave, in the announced order.

    The revealed secret is the last source. Pressed by two people at once it is one draw; a
    repeated draw needs a `reason` and is kept beside the first. Of a drand round the signature is
    given. Raises fair_draw.BadSource or drand.NotSigned when a value is not what its source gives.
    """
    now = now or timezone.now()
    drawing = lock(drawing)
    number = drawing.draws.count() + 1
    if drawing.status == DrawingStatus.DRAWN and not reason.strip():
        raise AlreadyDrawn
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
    sources = _filled(drawing, values)
    try:
        with transaction.atomic():
            made = Draw.objects.create(
                drawing=drawing,
                entry_list=drawing.lists.order_by("-number")[0],
                number=number,
                sources=sources,
                key=rfc3797.key_string(sources),
                drawn_by=by,
                drawn_at=now,
                reason=reason.strip(),
            )
    except IntegrityError as error:
        raise AlreadyDrawn from error
    _keep_rounds(made)
    _note_skips(made)
    _end_wins_of_earlier_draws(made)
    if drawing.status == DrawingStatus.CLOSED:
        move(drawing, DrawingStatus.DRAWN, by=by, now=now)
    record(f"draw {number}", drawing, by=by, agency=drawing.agency, note=reason, at=now)
    tell_winners(made, now=now)
    tell_drawn(drawing, number=number)
    return made


def preview_key(drawing: Drawing, values: Sequence[Sequence[str]]) -> str:
    """How typed values read in the key, before the draw: the secret's part is left out."""
    return rfc3797.key_string(_filled(drawing, values)[:-1])


@transaction.atomic
def settle(drawing: Drawing, *, by: User, now: datetime | None = None) -> None:
    """Every prize has been collected or had nobody left to go to: the books are closed."""
    drawing = lock(drawing)
    latest = drawing.draws.order_by("-number").first()
    if latest and latest.wins.filter(status__in=["told", "confirmed"]).exists():
        raise NotReady([_("Some prizes have not been collected yet.")])
    move(drawing, DrawingStatus.SETTLED, by=by, now=now)


def tell_winners(made: Draw, *, now: datetime) -> list[Win]:
    """Hand every prize that is free to the next in the sequence, and write to the winners.

    Runs in the transaction of the draw, and again whenever a prize is given up. What was handed
    out before stays: the sequence only grows.
    """
    known = set(made.wins.values_list("position", flat=True))
    prizes = {str(prize.position): prize for prize in made.drawing.prizes.all()}
    new = [pick for pick in sequence(made) if pick.prize and pick.position not in known]
    by_number = frozen_lists.refer_to(made.entry_list, [pick.number for pick in new])
    wins = []
    for pick in new:
        prize, piece = pick.prize.split(".")
        win = Win(
            draw=made,
            prize=prizes[prize],
            piece=int(piece),
            position=pick.position,
            line=by_number[pick.number],
            told_at=now,
            confirm_by=now + timedelta(days=made.drawing.announced_rules.confirm_days),
        )
        wins.append(win)
    Win.objects.bulk_create(wins)
    write_to(wins, "prize_won")
    return wins


def published_inputs(made: Draw) -> dict:
    """Everything that the result follows from, as inputs.json gives it to anyone."""
    given_up = made.wins.exclude(given_up=None).order_by("given_up").select_related("prize")
    return {
        "drawing": made.drawing.title,
        "draw": made.number,
        "rules": made.drawing.announced_rules.number,
        "entries": made.entry_list.count,
        "sha256": made.entry_list.sha256,
        "sources": made.sources,
        "secret": made.drawing.secret,
        "commitment": commitment(made.drawing),
        "prizes": [
            {"id": str(prize.position), "name": prize.name, "quantity": prize.quantity}
            for prize in made.drawing.prizes.all()
        ],
        "prizes_per_person": made.drawing.announced_rules.prizes_per_person,
        "skipped": [
            {"number": skip.line.number, "reason": skip.reason}
            if skip.line
            else {"person": skip.person, "reason": skip.reason}
            for skip in made.skips.select_related("line")
        ],
        "given_up": [
            {"prize": f"{win.prize.position}.{win.piece}", "reason": win.given_up_because}
            for win in given_up
        ],
    }


def sequence(made: Draw) -> list[rfc3797.Pick]:
    """The picks of the draw as they stand now, recomputed from what is published."""
    inputs = published_inputs(made)
    pieces = sum(prize["quantity"] for prize in inputs["prizes"]) + len(inputs["given_up"])
    # Some more than there are pieces: those who were served or may not win are walked over.
    steps = 2 * pieces + 50
    return rfc3797.draw(frozen_lists.listed_people(made.entry_list, made.key, steps=steps), inputs)


def write_to(wins: Iterable[Win], kind: str) -> None:
    """A letter of this kind to the winner of each prize."""
    winners = [(win, win.line.entry.user) for win in wins]
    now = timezone.now()
    letters = (
        Letter(kind, f"win:{win.pk}", user.email, user.language, {"win": win.pk}, due_at=now)
        for win, user in winners
    )
    queue_emails(letters, now=now)


def _filled(drawing: Drawing, values: Sequence[Sequence[str]]) -> list[dict]:
    announced = drawing.announced_rules.sources
    if len(values) != len(announced):
        raise NotReady([_("Every announced source needs its value.")])
    filled = [
        _drand_value(source, given)
        if source["kind"] == "drand"
        else {**source, "values": [value.strip() for value in given if value.strip()]}
        for source, given in zip(announced, values, strict=True)
    ]
    secret = {"name": "secret of the program", "kind": "text", "values": [drawing.secret]}
    return [*filled, secret]


def _drand_value(source: dict, given: Sequence[str]) -> dict:
    """The value that follows from a signature, which is proved and stays beside it."""
    signature = given[0].strip().lower() if given else ""
    return {
        **source,
        "values": [beacon.check(source["round"], signature)],
        "signature": signature,
    }


def _note_skips(made: Draw) -> None:
    """What happened between the frozen list and the first public number, before anyone wins.

    Later facts change nothing: whoever knew the numbers could choose among them. A prize that
    can't be given for such a fact is moved on in sight of all.
    """
    if made.number > 1:
        before = Skip.objects.filter(draw__drawing=made.drawing, draw__number=made.number - 1)
        Skip.objects.bulk_create(
            Skip(draw=made, person=skip.person, line_id=skip.line_id, reason=skip.reason)
            for skip in before
        )
        return
    final = final_at(made.drawing.announced_rules)
    drawing = made.drawing
    found = SamePerson.objects.filter(found_at__lt=final)
    same = dict(found.values_list("user", "main"))
    reasons: dict[int, str] = {}
    if drawing.announced_rules.excludes_staff:
        staff = chances.staff_of(drawing).values_list("pk", flat=True)
        reasons = dict.fromkeys(staff, chances.STAFF)
    excluded = drawing.excluded_people.filter(excluded_at__lt=final)
    reasons |= dict(excluded.values_list("user", "reason"))
    reasons = {same.get(user, user): reason for user, reason in reasons.items()}
    looked_at = {*reasons, *same, *same.values()}
    theirs = drawing.entries.filter(user__in=looked_at)
    user_of: dict[str, int] = dict(theirs.values_list("token", "user"))
    barred: dict[str, str] = {}
    code_of: dict[int, str] = {}
    for _number, token, person in frozen_lists.lines_with(made.entry_list, user_of):
        main = same.get(user_of[token], user_of[token])
        if main in reasons:
            barred[person] = reasons[main]
        elif code_of.setdefault(main, person) != person:
            # Two accounts found to be one person after the list was frozen: the first code stays.
            barred[person] = "the same person as another on the list"
    Skip.objects.bulk_create(
        Skip(draw=made, person=person, reason=reason) for person, reason in barred.items()
    )
    revoked = drawing.entries.filter(assertion__revoked_at__lt=final)
    gone = frozen_lists.lines_with(made.entry_list, revoked.values_list("token", flat=True))
    rows = frozen_lists.refer_to(
        made.entry_list, [line.number for line in gone if line.person not in barred]
    )
    Skip.objects.bulk_create(
        Skip(draw=made, line=row, reason="badge revoked") for _number, row in sorted(rows.items())
    )


def _keep_rounds(made: Draw) -> None:
    """A signature that was pasted at the draw is one that need not be fetched any more."""
    waited_for = {wanted.number: wanted for wanted in made.drawing.rounds.filter(signature="")}
    for source in made.sources:
        if wanted := waited_for.get(source.get("round")):
            rounds.keep(wanted, signature=source["signature"], by=made.drawn_by, now=made.drawn_at)


def _end_wins_of_earlier_draws(made: Draw) -> None:
    standing = Win.objects.filter(draw__drawing=made.drawing, status__in=STANDING)
    ended = list(standing.exclude(draw=made).select_related("line__entry__user"))
    for win in ended:
        win.status = WinStatus.SUPERSEDED
    Win.objects.bulk_update(ended, ["status"])
    write_to(ended, "prize_superseded")
