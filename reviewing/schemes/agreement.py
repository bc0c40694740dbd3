"""The rule by which two independent readers agree. It needs no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalog.models import Criterion
from reviewing.judging import Judgment, Verdict
from reviewing.states import Outcome

# Two readers may choose levels next to each other.
LEVELS_APART = 1


def differing(
    criteria: Iterable[Criterion],
    first: Mapping[Criterion, Judgment],
    second: Mapping[Criterion, Judgment],
) -> list[Criterion]:
    """The required criteria about which the two differ. They may differ about optional ones.

    They differ if one says "met" and the other "not yet", or if both chose a level of the rubric
    and the levels are not the same or neighbors. What only one of them judged was met before, and
    stayed so for the other.
    """
    met_before = Judgment(Verdict.MET)
    return [
        criterion
        for criterion in criteria
        if criterion.required
        and _differ(first.get(criterion, met_before), second.get(criterion, met_before))
    ]


def agree(
    criteria: Iterable[Criterion],
    first: tuple[str, Mapping[Criterion, Judgment]],
    second: tuple[str, Mapping[Criterion, Judgment]],
) -> bool:
    """Each is an outcome with its judgments. Two declines agree, whatever was judged before."""
    outcomes = {first[0], second[0]}
    if Outcome.DECLINE in outcomes:
        return len(outcomes) == 1
    return not differing(criteria, first[1], second[1])


def _differ(first: Judgment, second: Judgment) -> bool:
    if first.verdict != second.verdict:
        return True
    if first.level is None or second.level is None:
        return False
    return abs(first.level.position - second.level.position) > LEVELS_APART
