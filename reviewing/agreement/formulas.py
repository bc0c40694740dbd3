"""How well two readers agree, in numbers that hold. Nothing here knows Django or the database.

Every pair of verdicts is about one criterion, given by two people who did not know each other's.
One number misleads: where nearly everything is met, two readers who never look agree nearly always,
and kappa says that they agree by chance. So we show the share, apart for "met" and for "not yet", a
number that allows for chance, and how far each of them can be trusted.

Sources:

- Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological
  Measurement 20, 37-46.
- Cicchetti, D. V., Feinstein, A. R. (1990). High agreement but low kappa: II. Resolving the
  paradoxes. Journal of Clinical Epidemiology 43, 551-558.
- Efron, B., Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Chapman & Hall. Chapter 13.
- Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high
  agreement. British Journal of Mathematical and Statistical Psychology 61, 29-48.
- Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion: comparison of
  seven methods. Statistics in Medicine 17, 857-872.
- Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
  Journal of the American Statistical Association 22, 209-212.

`tests/reviewing/agreement/` compares them with examples from these papers, and with `irrcac` and
`statsmodels`.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

NORMAL_95 = 1.959963984540054  # the 97.5 % point of the normal distribution
DRAWS = 2000
SEED = 20261130  # kept, so that the same verdicts give the same interval


class Interval(NamedTuple):
    """Where the true value lies in 95 of 100 cases."""

    low: float
    high: float


@dataclass(frozen=True)
class Counts:
    """Pairs of verdicts by two readers. Who of the two is first makes no difference."""

    met: int = 0  # both said "met"
    not_yet: int = 0  # both said "not yet"
    split: int = 0  # one said this, one said that

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.met + other.met, self.not_yet + other.not_yet, self.split + other.split)

    @property
    def pairs(self) -> int:
        return self.met + self.not_yet + self.split

    @property
    def agreed(self) -> int:
        return self.met + self.not_yet

    @property
    def share_met(self) -> float | None:
        """The share of "met" among all verdicts: half of each split pair."""
        return (2 * self.met + self.split) / (2 * self.pairs) if self.pairs else None


def count(pairs: Iterable[tuple[bool, bool]]) -> Counts:
    """Each pair says of each reader whether their verdict was "met"."""
    found = Counter(
        "split" if one != other else "met" if one else "not_yet" for one, other in pairs
    )
    return Counts(**found)


def percent_agreement(counts: Counts) -> float | None:
    """The share of pairs with the same verdict."""
    return counts.agreed / counts.pairs if counts.pairs else None


def agreement_on_met(counts: Counts) -> float | None:
    """If one reader says "met", how often does the other? Positive agreement (Cicchetti 1990)."""
    return _specific(counts.met, counts.split)


def agreement_on_not_yet(counts: Counts) -> float | None:
    """If one reader says "not yet", how often does the other? Negative agreement."""
    return _specific(counts.not_yet, counts.split)


def _specific(both: int, split: int) -> float | None:
    verdicts = 2 * both + split
    return 2 * both / verdicts if verdicts else None


def wilson(successes: int, total: int, *, z: float = NORMAL_95) -> Interval | None:
    """Wilson's interval of a share (1927), without a correction for continuity.

    Unlike the usual plus and minus, it stays between 0 and 1 and says something of 0 and of all.
    """
    if not total:
        return None
    share, spread = successes / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    # The ends are exact where the rounding of floats would pass them.
    low = 0.0 if not successes else max(0.0, middle - half)
    high = 1.0 if successes == total else min(1.0, middle + half)
    return Interval(low, high)


def ac1(counts: Counts) -> float | None:
    """Gwet's AC1 (2008) for two readers and two verdicts.

    Agreement beyond what chance would bring if readers guessed only where a case is hard to judge.
    It does not fall to nothing where nearly everything is met, as kappa does.
    """
    if not counts.pairs:
        return None
    share_met = (2 * counts.met + counts.split) / (2 * counts.pairs)
    by_chance = 2 * share_met * (1 - share_met)  # at most one half
    return (counts.agreed / counts.pairs - by_chance) / (1 - by_chance)


def kappa(pairs: Iterable[tuple[Hashable, Hashable]]) -> float | None:
    """Cohen's kappa (1960). The first reader is the same person in all pairs, so is the second.

    None where both gave one and the same verdict to everything: chance would do as well.
    """
    table = Counter(pairs)
    total = table.total()
    if not total:
        return None
    first, second = Counter[Hashable](), Counter[Hashable]()
    for (one, other), number in table.items():
        first[one] += number
        second[other] += number
    agreed = sum(number for (one, other), number in table.items() if one == other)
    by_chance = sum(number * second[verdict] for verdict, number in first.items())
    if by_chance == total * total:
        return None
    return (agreed * total - by_chance) / (total * total - by_chance)


def ac1_interval(
    submissions: Iterable[Counts], *, draws: int = DRAWS, seed: int = SEED
) -> Interval | None:
    """AC1's interval by drawing whole submissions again and again (Efron and Tibshirani, 1993).

    Criteria of one submission are judged on the same evidence, so they are drawn together. The
    limits are the 2.5 and 97.5 percentiles. None where all draws are the same, as they are if all
    pairs agree: a width of nothing would claim that we know it for sure.
    """
    kinds = sorted(
        Counter((s.met, s.not_yet, s.split) for s in submissions if s.pairs).items()
    )  # few, however many submissions there are; sorted, so that their order makes no difference
    if not kinds:
        return None
    chance = random.Random(seed)  # noqa: S311  statistics, no secret
    drawn = sorted(ac1(_resampled(kinds, chance)) or 0.0 for _ in range(draws))
    if drawn[0] == drawn[-1]:
        return None
    return Interval(_percentile(drawn, 0.025), _percentile(drawn, 0.975))


def _resampled(kinds: list[tuple[tuple[int, int, int], int]], chance: random.Random) -> Counts:
    """As many submissions as there are, drawn with replacement: multinomial, kind by kind."""
    met = not_yet = split = 0
    waiting = left = sum(number for _kind, number in kinds)
    for kind, number in kinds:
        taken = _binomial(waiting, number / left, chance)
        met, not_yet, split = (
            met + taken * kind[0],
            not_yet + taken * kind[1],
            split + taken * kind[2],
        )
        waiting, left = waiting - taken, left - number
    return Counts(met, not_yet, split)


def _binomial(trials: int, share: float, chance: random.Random) -> int:
    """The number of successes, by inversion from the likeliest number outwards.

    `random.Random.random` is the one method whose results Python promises to keep, so a kept seed
    gives the same draws for ever.
    """
    if not trials or share >= 1:
        return trials
    low = high = min(trials, int((trials + 1) * share))
    below = above = math.exp(
        math.lgamma(trials + 1)
        - math.lgamma(low + 1)
        - math.lgamma(trials - low + 1)
        + low * math.log(share)
        + (trials - low) * math.log1p(-share)
    )
    odds, rest, likeliest = share / (1 - share), chance.random() - below, low
    while rest >= 0 and (low > 0 or high < trials):
        if high < trials:
            above *= odds * (trials - high) / (high + 1)
            high, rest = high + 1, rest - above
            if rest < 0:
                return high
        if low > 0:
            below *= low / (odds * (trials - low + 1))
            low, rest = low - 1, rest - below
            if rest < 0:
                return low
    return likeliest


def _percentile(values: list[float], share: float) -> float:
    """Of sorted values, with a straight line between neighbors."""
    place = share * (len(values) - 1)
    before = math.floor(place)
    after = min(before + 1, len(values) - 1)
    return values[before] + (place - before) * (values[after] - values[before])
