"""Rows of the tables about agreement, each with what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from reporting.agreement import words
from reviewing.agreement.figures import AgainstConsensus, Figures
from reviewing.agreement.words import share, share_interval


@dataclass(frozen=True)
class Row:
    """A badge, a criterion, a quarter or two people."""

    name: str
    figures: Figures
    url: str = ""
    kappa: str = ""

    @property
    def is_skewed(self) -> bool:
        return bool(words.skew(self.figures))

    @property
    def agreement(self) -> str:
        return share(self.figures.agreement)

    @property
    def interval(self) -> str:
        return share_interval(self.figures.interval)

    @property
    def on_met(self) -> str:
        return share(self.figures.on_met)

    @property
    def on_not_yet(self) -> str:
        return share(self.figures.on_not_yet)

    @property
    def ac1(self) -> str:
        return words.coefficient(self.figures.ac1)

    @property
    def ac1_interval(self) -> str:
        return words.coefficient_interval(self.figures.ac1_interval)


@dataclass(frozen=True)
class QuarterRow(Row):
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class ReviewerRow:
    name: str
    against: AgainstConsensus

    @property
    def share(self) -> str:
        return share(self.against.share)

    @property
    def interval(self) -> str:
        return share_interval(self.against.interval)


# What each column sorts by. Rows about which there is too little to say come last.
SORTS: dict[str, Callable[[Figures], float | None]] = {
    "pairs": lambda figures: figures.pairs,
    "agreement": lambda figures: figures.agreement,
    "met": lambda figures: figures.on_met,
    "not_yet": lambda figures: figures.on_not_yet,
    "ac1": lambda figures: figures.ac1,
}


def in_order(rows: Iterable[Row], sort: str) -> list[Row]:
    """`sort` is a key of SORTS, with a minus for falling order; anything else is by name."""
    key, falls = sort.removeprefix("-"), sort.startswith("-")
    found = list(rows)
    if key not in SORTS:
        return sorted(found, key=lambda row: row.name.casefold(), reverse=falls and key == "name")
    value = SORTS[key]
    known = [row for row in found if _is_known(row, key)]
    known.sort(key=lambda row: value(row.figures) or 0, reverse=falls)
    return known + [row for row in found if not _is_known(row, key)]


def _is_known(row: Row, key: str) -> bool:
    if key == "pairs":
        return True
    return not row.figures.are_few and SORTS[key](row.figures) is not None
