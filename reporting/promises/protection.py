"""No published number tells of fewer than ten people, and no two of them do by subtraction.

Where a share has fewer than ten people on one side, it is published as a bound ("at least 90 %")
that would be the same for any small number there, none included. A number that differs from
another one by a few people is not published. Nothing here knows Django:
docs/adr/0084-published-numbers.md.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field

FEWEST_PEOPLE = 10  # the page says "ten"
# Readers do the program's work, and are few. How well they agree is about all of them.
FEWEST_READERS = 5
# A bound below this says too little.
LEAST_BOUND = 0.5

Case = Hashable
Person = Hashable


@dataclass(frozen=True)
class Share:
    """A part of `of` cases: either its exact number, or a bound of its share."""

    of: int
    count: int | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def share(self) -> float | None:
        return None if self.count is None else self.count / self.of


@dataclass
class Publication:
    """What is published together. Each case is about one person; a person may have several."""

    people: Mapping[Case, Person]
    sets: list[frozenset[Case]] = field(default_factory=list)

    def number(self, cases: Collection[Case]) -> int | None:
        """How many there are; None if that may not be published."""
        found = frozenset(cases)
        if not self._may_publish(found):
            return None
        self.sets.append(found)
        return len(found)

    def share(self, part: Collection[Case], of: Collection[Case]) -> Share | None:
        """The share of a published set; None if nothing may be said of it."""
        whole = frozenset(of)
        inside = whole & frozenset(part)
        rest = whole - inside
        if whole not in self.sets:
            return None
        if self._may_publish(inside) and self._may_publish(rest):
            self.sets += [inside, rest]
            return Share(len(whole), count=len(inside))
        if not self._are_many(rest):
            bound = _floor(1 - _covered(rest) / len(whole))
            return Share(len(whole), at_least=bound) if bound >= LEAST_BOUND else None
        if not self._are_many(inside):
            bound = _ceil(_covered(inside) / len(whole))
            return Share(len(whole), at_most=bound) if bound <= 1 - LEAST_BOUND else None
        return None

    def _may_publish(self, cases: frozenset[Case]) -> bool:
        """It has enough people, and so has what is between it and each set that contains it."""
        if not self._are_many(cases):
            return False
        for known in self.sets:
            larger, smaller = (known, cases) if len(known) > len(cases) else (cases, known)
            between = larger - smaller
            if smaller <= larger and between and not self._are_many(between):
                return False
        return True

    def _are_many(self, cases: frozenset[Case]) -> bool:
        return len({self.people[case] for case in cases}) >= FEWEST_PEOPLE


def _covered(cases: frozenset[Case]) -> int:
    """As many cases as the bound leaves room for: in tens, and ten for none."""
    return max(1, math.ceil(len(cases) / FEWEST_PEOPLE)) * FEWEST_PEOPLE


def _floor(share: float) -> float:
    return math.floor(round(share * 100, 6)) / 100


def _ceil(share: float) -> float:
    return math.ceil(round(share * 100, 6)) / 100
