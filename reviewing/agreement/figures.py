"""What the pairs of a badge, a criterion or two readers say together. Nothing here knows Django."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol, TypeVar

from reviewing.agreement import formulas
from reviewing.agreement.formulas import Counts, Interval

# Below, a share says next to nothing: with 29 pairs, 9 in 10 may be 7 or 10 in 10.
FEWEST_PAIRS = 30
# Cohen's kappa is about two people, so they must have read much together.
FEWEST_TOGETHER = 30
# From this share of one verdict on, readers agree often whatever they do.
SKEWED = 0.9

Key = TypeVar("Key", bound=Hashable)


class AnyPair(Protocol):
    """Two verdicts about a criterion. `reviewing.agreement.pairs` reads them from the database."""

    @property
    def submission(self) -> Hashable: ...
    @property
    def one(self) -> int: ...
    @property
    def other(self) -> int: ...
    @property
    def one_met(self) -> bool: ...
    @property
    def other_met(self) -> bool: ...
    @property
    def consensus(self) -> bool | None: ...


@dataclass(frozen=True)
class Figures:
    """Of each submission, how many pairs of verdicts agreed."""

    submissions: tuple[Counts, ...]

    @cached_property
    def counts(self) -> Counts:
        return sum(self.submissions, Counts())

    @property
    def pairs(self) -> int:
        return self.counts.pairs

    @property
    def are_few(self) -> bool:
        return self.pairs < FEWEST_PAIRS

    @property
    def agreement(self) -> float | None:
        return formulas.percent_agreement(self.counts)

    @property
    def interval(self) -> Interval | None:
        return formulas.wilson(self.counts.agreed, self.pairs)

    @property
    def on_met(self) -> float | None:
        return formulas.agreement_on_met(self.counts)

    @property
    def on_not_yet(self) -> float | None:
        return formulas.agreement_on_not_yet(self.counts)

    @property
    def ac1(self) -> float | None:
        return formulas.ac1(self.counts)

    @property
    def ac1_interval(self) -> Interval | None:
        """Of few pairs none: drawing them again and again makes nothing of them."""
        return (
            None
            if self.are_few
            else _kept_interval(tuple(sorted(map(_in_order, self.submissions))))
        )

    @property
    def skewed_to(self) -> str:
        """Which verdict is nearly all of them: "met", "not_yet" or ""."""
        met = self.counts.share_met
        if met is None:
            return ""
        return "met" if met >= SKEWED else "not_yet" if 1 - met >= SKEWED else ""


@dataclass(frozen=True)
class AgainstConsensus:
    """How often a reviewer said what both readers, or in the end the third one, said."""

    reviewer: int
    verdicts: int
    same: int

    @property
    def share(self) -> float:
        return self.same / self.verdicts

    @property
    def interval(self) -> Interval | None:
        return formulas.wilson(self.same, self.verdicts)

    @property
    def are_few(self) -> bool:
        return self.verdicts < FEWEST_PAIRS


@dataclass(frozen=True)
class TwoReaders:
    """Two people who read enough together for Cohen's kappa."""

    one: int
    other: int
    figures: Figures
    kappa: float | None


def figures(pairs: Iterable[AnyPair]) -> Figures:
    by_submission = _grouped(pairs, lambda pair: pair.submission)
    return Figures(tuple(_counts(found) for found in by_submission.values()))


def figures_by(pairs: Iterable[AnyPair], key: Callable[[AnyPair], Key]) -> dict[Key, Figures]:
    return {value: figures(found) for value, found in _grouped(pairs, key).items()}


def against_consensus(pairs: Iterable[AnyPair]) -> list[AgainstConsensus]:
    """Each reader of a pair, most verdicts first. What nobody settled does not count."""
    verdicts, same = Counter[int](), Counter[int]()
    for pair in pairs:
        if pair.consensus is None:
            continue
        for reader, met in ((pair.one, pair.one_met), (pair.other, pair.other_met)):
            verdicts[reader] += 1
            same[reader] += met == pair.consensus
    return [
        AgainstConsensus(reader, number, same[reader])
        for reader, number in sorted(verdicts.items(), key=lambda item: (-item[1], item[0]))
    ]


def readers_together(pairs: Iterable[AnyPair]) -> list[TwoReaders]:
    """Every two people who read FEWEST_TOGETHER submissions or more, most pairs first."""
    found = []
    for (one, other), together in _grouped(pairs, lambda pair: (pair.one, pair.other)).items():
        theirs = figures(together)
        if len(theirs.submissions) >= FEWEST_TOGETHER:
            kappa = formulas.kappa((pair.one_met, pair.other_met) for pair in together)
            found.append(TwoReaders(one, other, theirs, kappa))
    return sorted(found, key=lambda two: (-two.figures.pairs, two.one, two.other))


def _grouped(
    pairs: Iterable[AnyPair], key: Callable[[AnyPair], Key]
) -> Mapping[Key, list[AnyPair]]:
    groups: dict[Key, list[AnyPair]] = defaultdict(list)
    for pair in pairs:
        groups[key(pair)].append(pair)
    return groups


def _counts(pairs: Iterable[AnyPair]) -> Counts:
    return formulas.count((pair.one_met, pair.other_met) for pair in pairs)


def _in_order(counts: Counts) -> tuple[int, int, int]:
    return counts.met, counts.not_yet, counts.split


@lru_cache(maxsize=2048)
def _kept_interval(submissions: tuple[tuple[int, int, int], ...]) -> Interval | None:
    """The same verdicts give the same interval, so a page that is opened again draws nothing."""
    return formulas.ac1_interval(Counts(*counts) for counts in submissions)
