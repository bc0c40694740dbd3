"""Rules that need several results of a person, such as one in reading and one in listening."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from awarding.models import Condition, ScoreResult, ScoreRule
from awarding.scores import rules
from awarding.scores.columns import Result
from awarding.scores.pairing import name_without_form

Chosen = list[tuple[Condition, "PersonsResult"]]


@dataclass(frozen=True)
class PersonsResult:
    """A result of a person, of this import or an earlier one."""

    saved: ScoreResult
    result: Result
    is_new: bool

    @property
    def test(self) -> str:
        return name_without_form(self.result)


def fulfilling(rule: ScoreRule, results: Sequence[PersonsResult]) -> Chosen:
    """The results by which the person fulfils the rule, each with what it fulfils; empty if not.

    One of them at least is new. The same test counts once for conditions that are alike.
    """
    offers = [(condition, _best(condition, results)) for condition in rule.conditions]
    for chosen in _choices(offers, rule.results_needed, []):
        if any(each.is_new for _condition, each in chosen):
            return chosen
    return []


def parts(rule: ScoreRule, results: Sequence[PersonsResult]) -> Iterator[PersonsResult]:
    """New results that fulfil one condition of the rule."""
    for condition in rule.conditions:
        yield from (each for each in _best(condition, results) if each.is_new)


def _best(condition: Condition, results: Sequence[PersonsResult]) -> list[PersonsResult]:
    """Of each test the last result that is enough, and of this import if there is one."""
    by_test = {
        each.test: each
        for each in sorted(results, key=_order)
        if rules.can_earn(each.result) and rules.is_fulfilled(condition, each.result)
    }
    return list(by_test.values())


def _order(each: PersonsResult) -> tuple[bool, str, int]:
    day = each.saved.earned_on
    return each.is_new, day.isoformat() if day else "", each.saved.pk


def _choices(
    offers: Sequence[tuple[Condition, list[PersonsResult]]], needed: int, chosen: Chosen
) -> Iterator[Chosen]:
    if needed == 0:
        yield chosen
        return
    if len(offers) < needed:
        return
    (condition, results), others = offers[0], offers[1:]
    for each in results:
        if not _is_taken(condition, each, chosen):
            yield from _choices(others, needed - 1, [*chosen, (condition, each)])
    yield from _choices(others, needed, chosen)


def _is_taken(condition: Condition, offered: PersonsResult, chosen: Chosen) -> bool:
    """Whether the test already counts for a condition that is alike.

    Conditions of one kind are: two scores are two tests. A score and a gain can be of one test.
    """
    return any(other.kind == condition.kind and each.test == offered.test for other, each in chosen)
