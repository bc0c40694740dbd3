"""Levels stand on ladders: ESL, ABE, CEFR, NRS, ELPAC. Only levels of one ladder compare."""

from __future__ import annotations

import re
from dataclasses import dataclass

from awarding.states import Ladder
from spreadsheets.words import normalize

_NAMES = {
    "esl": Ladder.ESL, "esol": Ladder.ESL, "ell": Ladder.ESL, "abe": Ladder.ABE,
    "ase": Ladder.ABE, "cefr": Ladder.CEFR, "mcer": Ladder.CEFR, "nrs": Ladder.NRS,
    "elpac": Ladder.ELPAC,
}  # fmt: skip
_CEFR = {level: rank for rank, level in enumerate(["a1", "a2", "b1", "b2", "c1", "c2"])}
_IN_WORDS = {
    "beginning esl literacy": (Ladder.ESL, 1), "low beginning esl": (Ladder.ESL, 2),
    "high beginning esl": (Ladder.ESL, 3), "low intermediate esl": (Ladder.ESL, 4),
    "high intermediate esl": (Ladder.ESL, 5), "advanced esl": (Ladder.ESL, 6),
    "beginning abe literacy": (Ladder.ABE, 1), "beginning basic education": (Ladder.ABE, 2),
    "low intermediate basic education": (Ladder.ABE, 3),
    "high intermediate basic education": (Ladder.ABE, 4),
    "low adult secondary education": (Ladder.ABE, 5),
    "high adult secondary education": (Ladder.ABE, 6),
    "low ase": (Ladder.ABE, 5), "ase low": (Ladder.ABE, 5), "ase level 1": (Ladder.ABE, 5),
    "high ase": (Ladder.ABE, 6), "ase high": (Ladder.ABE, 6), "ase level 2": (Ladder.ABE, 6),
}  # fmt: skip
_NUMBER = re.compile(r"\b(?:l|lvl|level|nivel|esl|esol|ell|abe|ase|nrs|elpac)?(\d{1,2})\b")


@dataclass(frozen=True)
class Level:
    """A level with its ladder, which is empty where nothing names one."""

    ladder: str
    rank: int

    def is_at_least(self, other: Level) -> bool:
        return self.ladder == other.ladder and self.rank >= other.rank


def level_of(words: str, *, named_by: str = "") -> Level | None:
    """The level that the words say. If they name no ladder, it is `named_by`, another's word."""
    normalized = normalize(words)
    spelled_out = _IN_WORDS.get(normalized.removeprefix("nrs "))
    if spelled_out:
        return Level(*spelled_out)
    ladder = ladder_named_in(words)
    ranks = [_CEFR[word] for word in normalized.split() if word in _CEFR]
    if ranks:
        return Level(Ladder.CEFR, ranks[0]) if ladder in {"", Ladder.CEFR} else None
    number = _NUMBER.search(normalized)
    if number is None or (ladder or named_by) == Ladder.CEFR:
        return None
    return Level(ladder or named_by, int(number[1]))


def ladder_named_in(words: str) -> str:
    """The one ladder that the words name; empty if two. Of “NRS ESL Level 3” it is ESL."""
    split = re.sub(r"([a-z])(\d)", r"\1 \2", normalize(words)).split()
    found = {_NAMES[word] for word in split if word in _NAMES}
    if len(found) > 1:
        found.discard(Ladder.NRS)  # it has levels of both ESL and ABE
    return found.pop() if len(found) == 1 else ""
