"""The steps of a drawing on stage, as data: for the screen, for the notes and for the phones."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from rewards.drawings.operations.life_cycle import commitment
from rewards.models import Draw, Drawing, EntryList, Prize, Win
from rewards.spoken_receipts import spoken_receipt
from rewards.states import ACTIVE

REHEARSED = ("Rosa Alvarez", "Maximiliane Featherstonehaugh-Montgomery", "Bo Li", "Ana de la Cruz")


@dataclass(frozen=True)
class Winner:
    """Who has a prize: what everybody may see, and the rest for the presenter's notes."""

    token: str
    spoken: str
    number: int
    position: int
    name: str = ""
    full_name: str = ""
    email: str = ""
    state: str = ""


@dataclass(frozen=True)
class Step:
    kind: str
    title: str
    prize: Prize | None = None
    piece: int = 1
    winner: Winner | None = None
    sources: Sequence[dict] = ()
    sponsors: Sequence[Prize] = ()
    rows: Sequence[Step] = field(default=(), repr=False)

    @property
    def for_phones(self) -> dict:
        """Only what this step shows on the screen."""
        shown: dict[str, object] = {"kind": self.kind, "title": self.title}
        if self.prize:
            shown["prize"] = self.prize.name
            shown["sponsor"] = str(self.prize.donor or "")
        if self.winner:
            shown["winner"] = {
                "token": self.winner.token,
                "spoken": self.winner.spoken,
                "name": self.winner.name,
            }
        return shown


def steps_of(draw: Draw) -> list[Step]:
    """The steps of a draw; the last prize comes first."""
    drawing = draw.drawing
    wins = (
        draw.wins.filter(status__in=ACTIVE)
        .select_related("prize__sponsor", "line__entry__user")
        .order_by("-prize__position", "-piece")
    )
    won = []
    for win in wins:
        win.prize.drawing = drawing
        won.append((win.prize, win.piece, _winner(win, draw.entry_list)))
    return _steps(drawing, draw.sources[:-1], won)


def rehearsal_of(drawing: Drawing, frozen: EntryList | None) -> list[Step]:
    """The same steps with invented numbers and winners."""
    prizes = list(drawing.prizes.select_related("sponsor").order_by("-position"))
    for prize in prizes:
        prize.drawing = drawing
    pieces = [(prize, piece) for prize in prizes for piece in range(prize.quantity, 0, -1)]
    sha256 = hashlib.sha256(b"rehearsal").hexdigest()
    won = [
        (
            prize,
            piece,
            Winner(
                token=hashlib.sha256(f"rehearsal {n}".encode()).hexdigest()[:16],
                spoken=spoken_receipt(n, count=len(pieces), sha256=sha256),
                number=n,
                position=n,
                name=REHEARSED[n % len(REHEARSED)] if n % 2 else "",
                full_name=REHEARSED[n % len(REHEARSED)],
            ),
        )
        for n, (prize, piece) in enumerate(pieces, start=1)
    ]
    sources = drawing.rules.sources if drawing.rules else []
    return _steps(drawing, [{**source, "values": ["1", "2", "3"]} for source in sources], won)


def _steps(
    drawing: Drawing, sources: Sequence[dict], won: Sequence[tuple[Prize, int, Winner]]
) -> list[Step]:
    steps = [
        Step("welcome", _("Welcome")),
        Step("numbers", _("The public numbers"), sources=sources),
        Step("secret", _("The secret")),
        Step("key", _("The key")),
    ]
    rows = []
    for prize, piece, winner in won:
        steps.append(Step("prize", prize.name, prize, piece))
        rows.append(Step("winner", prize.name, prize, piece, winner))
        steps.append(rows[-1])
    if sponsors := _sponsors([prize for prize, _piece, _winner in won]):
        steps.append(Step("sponsors", _("Our sponsors"), sponsors=sponsors))
    return [*steps, Step("thanks", _("Thank you"), rows=rows)]


def _sponsors(prizes: Sequence[Prize]) -> list[Prize]:
    """A prize of each sponsor, for its name and logo; presenting sponsors first."""
    donors = {str(prize.donor): prize for prize in prizes if prize.donor}
    return sorted(
        donors.values(), key=lambda prize: (not prize.donor.is_presenting, str(prize.donor))
    )


def _winner(win: Win, frozen: EntryList) -> Winner:
    user = win.line.entry.user
    return Winner(
        token=win.line.entry.token,
        spoken=frozen.spoken(win.line.number),
        number=win.line.number,
        position=win.position,
        name=win.public_name,
        full_name=user.name,
        email=user.email if user.has_email else "",
        state=str(win.get_status_display()),
    )


def secret_of(drawing: Drawing, *, rehearsed: bool) -> tuple[str, str]:
    """The secret and its promised digest; in a rehearsal, invented ones."""
    if not rehearsed:
        return drawing.secret, commitment(drawing)
    return "rehearsal", hashlib.sha256(b"rehearsal").hexdigest()
