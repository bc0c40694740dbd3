"""The result of a draw, as steps for a page and as a ZIP file that anyone can check."""

from __future__ import annotations

import hashlib
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
from rewards.draw import seals
from rewards.models import Draw, Prize, TypedValue, Win
from rewards.note_translations import translate_note
from rewards.states import GIVEN_UP

log = logging.getLogger(__name__)

SCRIPT = "recompute.py"
CACHE_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Step:
    """One pick of the sequence, and the state of its prize."""

    position: int
    number: int
    token: str
    prize: Prize | None
    win: Win | None
    skipped_because: str
    spoken: str

    @property
    def moved_on(self) -> bool:
        return self.win is not None and self.win.status in GIVEN_UP

    @property
    def name(self) -> str:
        """The winner's name, if they agreed to it."""
        return self.win.public_name if self.win and not self.moved_on else ""

    @property
    def moved_on_because(self) -> str:
        return translate_note(self.win.given_up_because) if self.moved_on else ""


def steps(draw: Draw) -> list[Step]:
    """The picks of the draw, computed from the published inputs alone."""
    picks, tokens = _sequence(draw)
    prizes = {str(prize.position): prize for prize in draw.drawing.prizes.select_related("sponsor")}
    wins = {
        win.position: win for win in draw.wins.select_related("line__entry__user", "prize__sponsor")
    }
    return [
        Step(
            position=pick.position,
            number=pick.number,
            token=tokens[pick.number],
            prize=prizes[pick.prize.split(".")[0]] if pick.prize else None,
            win=wins.get(pick.position),
            skipped_because=translate_note(pick.skipped_because),
            spoken=draw.entry_list.spoken(pick.number),
        )
        for pick in picks
    ]  # fmt: skip


def sources(draw: Draw) -> list[tuple[dict, list[TypedValue]]]:
    """The public sources with their values, and what the two people who looked them up typed."""
    typed: dict[int, list[TypedValue]] = {}
    for row in draw.typed_values.select_related("typed_by").order_by("pk"):
        typed.setdefault(row.source, []).append(row)
    return [(source, typed.get(index, [])) for index, source in enumerate(draw.sources[:-1])]


def digest(draw: Draw) -> str:
    """Changes whenever the sequence can change, for example when a prize is given up."""
    draw_and_list = f"{draw.pk}:{draw.entry_list.sha256}:{draw.key}:".encode()
    return hashlib.sha256(draw_and_list + inputs_json(draw) + script()).hexdigest()


def _sequence(draw: Draw) -> tuple[list[rfc3797.Pick], dict[int, str]]:
    """The picks, and the tokens of their lines by number. Cached."""
    key = f"sequence:{digest(draw)}"
    try:
        if known := cache.get(key):
            return known
    except Exception:
        log.warning("The cache is down; computing the sequence.")
    picks = draws.sequence(draw)
    lines = frozen_lists.lines_by_number(draw.entry_list, [pick.number for pick in picks])
    found = picks, {number: line.token for number, line in lines.items()}
    try:
        cache.set(key, found, timeout=CACHE_SECONDS)
    except Exception:
        log.warning("The cache is down; computing the sequence.")
    return found


def inputs_json(draw: Draw) -> bytes:
    return seals.as_published(draws.published_inputs(draw))


def check_zip(draw: Draw) -> Iterator[bytes]:
    """A ZIP of entries.csv, inputs.json, the script and a README, created as it is streamed."""
    buffer = _StreamBuffer()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("README.txt", _readme().encode()),
            ("inputs.json", inputs_json(draw)),
            (SCRIPT, script()),
        ):
            archive.writestr(_member(name), content)
            yield buffer.take()
        with archive.open(_member("entries.csv"), "w", force_zip64=True) as entries:
            for piece in frozen_lists.entries_csv(draw.entry_list):
                entries.write(piece)
                if buffer.is_full:
                    yield buffer.take()
    yield buffer.take()


def script() -> bytes:
    """The source of rewards/rfc3797.py, byte for byte."""
    return files("rewards").joinpath("rfc3797.py").read_bytes()


def _member(name: str) -> zipfile.ZipInfo:
    # A fixed date, so that the same draw gives the same file.
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


class _StreamBuffer:
    """A write-only file for ZipFile; `take()` returns and removes what was written so far."""

    FULL = 1 << 16

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = self._position = 0

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        self._size += len(piece)
        self._position += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        """Required by ZipFile; there is nothing to flush."""

    @property
    def is_full(self) -> bool:
        return self._size >= self.FULL

    def take(self) -> bytes:
        piece = b"".join(self._pieces)
        self._pieces.clear()
        self._size = 0
        return piece
