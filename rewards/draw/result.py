"""The result of a draw as a page tells it, and as a file that anyone can check at home."""

from __future__ import annotations

import hashlib
import json
import logging
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from django.core.cache import cache
from django.utils.translation import gettext as _

from rewards import rfc3797
from rewards.chances import frozen_lists
from rewards.draw import operations as draws
from rewards.models import Draw, Prize, Win
from rewards.note_translations import in_words
from rewards.states import GIVEN_UP

log = logging.getLogger(__name__)

SCRIPT = "recompute.py"
REMEMBERED = 24 * 60 * 60


@dataclass(frozen=True)
class Step:
    """One pick of the sequence, with what became of the prize."""

    position: int
    number: int
    token: str
    prize: Prize | None
    win: Win | None
    skipped_because: str

    @property
    def moved_on(self) -> bool:
        return self.win is not None and self.win.status in GIVEN_UP

    @property
    def name(self) -> str:
        """The winner's name, if they agreed to it."""
        return self.win.public_name if self.win and not self.moved_on else ""

    @property
    def moved_on_because(self) -> str:
        return in_words(self.win.given_up_because) if self.moved_on else ""


def steps(made: Draw) -> list[Step]:
    """The sequence as far as the draw walked, from the published data alone, in a few queries."""
    picks, tokens = _sequence(made)
    prizes = {str(prize.position): prize for prize in made.drawing.prizes.select_related("sponsor")}
    wins = {
        win.position: win for win in made.wins.select_related("line__entry__user", "prize__sponsor")
    }
    return [
        Step(
            position=pick.position,
            number=pick.number,
            token=tokens[pick.number],
            prize=prizes[pick.prize.split(".")[0]] if pick.prize else None,
            win=wins.get(pick.position),
            skipped_because=in_words(pick.skipped_because),
        )
        for pick in picks
    ]  # fmt: skip


def digest(made: Draw) -> str:
    """Changes with anything from which the sequence follows: one more prize given up, say."""
    of_list = f"{made.pk}:{made.entry_list.sha256}:{made.key}:".encode()
    return hashlib.sha256(of_list + inputs_json(made) + script()).hexdigest()


def _sequence(made: Draw) -> tuple[list[rfc3797.Pick], dict[int, str]]:
    """The picks and the receipts of their lines; computed once, though many read the page."""
    key = f"sequence:{digest(made)}"
    try:
        if known := cache.get(key):
            return known
    except Exception:
        log.warning("The cache does not answer; the sequence is computed.")
    picks = draws.sequence(made)
    lines = frozen_lists.lines_at(made.entry_list, [pick.number for pick in picks])
    found = picks, {number: line.token for number, line in lines.items()}
    try:
        cache.set(key, found, timeout=REMEMBERED)
    except Exception:
        log.warning("The cache does not answer; the sequence is computed.")
    return found


def inputs_json(made: Draw) -> bytes:
    return json.dumps(draws.published_inputs(made), ensure_ascii=False, indent=2).encode() + b"\n"


def check_zip(made: Draw) -> Iterator[bytes]:
    """entries.csv, inputs.json, the script and a note, packed while it is sent."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("README.txt", _readme().encode()),
            ("inputs.json", inputs_json(made)),
            (SCRIPT, script()),
        ):
            archive.writestr(_member(name), content)
            yield sink.taken()
        with archive.open(_member("entries.csv"), "w", force_zip64=True) as listed:
            for piece in frozen_lists.entries_csv(made.entry_list):
                listed.write(piece)
                if sink.is_filling:
                    yield sink.taken()
    yield sink.taken()


def script() -> bytes:
    """The program's own computation, handed out as it is."""
    return files("rewards").joinpath("rfc3797.py").read_bytes()


def _member(name: str) -> zipfile.ZipInfo:
    # One date for all, so that the same draw gives the same file.
    info = zipfile.ZipInfo(Path(name).name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _readme() -> str:
    return _(
        "Check this drawing yourself\n"
        "===========================\n\n"
        "You need Python 3.10 or newer, and nothing else. Unpack this file into a folder, open "
        "a\n"
        "terminal there, and type:\n\n"
        "    python3 recompute.py\n\n"
        "It prints whether entries.csv is the published list, whether the secret is the one "
        "that\n"
        "was promised at the announcement, the key, and then every step of the sequence: its\n"
        "place, the number in the list, the receipt, and the prize (2.1 is the first\n"
        "of prize 2) or the reason why it was skipped.\n\n"
        "If a drand round is among the numbers, the script checks that its value follows from\n"
        "its signature. It can’t check the signature itself; the program did, and any drand\n"
        "client can, for the network “quicknet” with the public key in inputs.json.\n\n"
        "entries.csv    every entry: its number, its receipt, and a code for the person\n"
        "inputs.json    the public numbers, the revealed secret, the prizes\n"
        "recompute.py   the computation, after RFC 3797\n"
    )


class _Sink:
    """A file that only grows at its end and gives up what it holds."""

    LARGE = 1 << 16

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._held = self._at = 0

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        self._held += len(piece)
        self._at += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Nothing waits here longer than until the next piece is taken."""

    @property
    def is_filling(self) -> bool:
        return self._held >= self.LARGE

    def taken(self) -> bytes:
        piece = b"".join(self._pieces)
        self._pieces.clear()
        self._held = 0
        return piece
