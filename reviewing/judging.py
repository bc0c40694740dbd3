"""The rule by which judgments become a decision. It is written down here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Criterion, RubricLevel
from reviewing.models import CriterionJudgment, Review

Verdict = CriterionJudgment.Verdict
Decision = Review.Decision


@dataclass(frozen=True)
class Judgment:
    verdict: str = ""
    comment: str = ""
    # How far it was reached. It goes on record and decides nothing.
    level: RubricLevel | None = None


@dataclass(frozen=True)
class Outcome:
    """What sending would do now. No decision means that something is still missing."""

    decision: str
    sentence: str


def without_verdict(
    criteria: Iterable[Criterion], judgments: Mapping[Criterion, Judgment]
) -> list[Criterion]:
    """Criteria that still wait for "met" or "not yet".

    An optional criterion for which nothing was sent may be left open: there is nothing to judge.
    """
    return [
        criterion
        for criterion in criteria
        if not judgments.get(criterion, Judgment()).verdict
        and (criterion.required or criterion.has_evidence)
    ]


def without_comment(
    criteria: Iterable[Criterion], judgments: Mapping[Criterion, Judgment]
) -> list[Criterion]:
    """A "not yet" without a word of help would leave the earner alone."""
    return [
        criterion
        for criterion in criteria
        if (judgment := judgments.get(criterion, Judgment())).verdict == Verdict.NOT_YET
        and not judgment.comment.strip()
    ]


def decide(criteria: Iterable[Criterion], judgments: Mapping[Criterion, Judgment]) -> Decision:
    """All required criteria met approves; a "not yet" among them returns."""
    return Decision.RETURN if _not_yet(criteria, judgments) else Decision.APPROVE


def outcome(criteria: Iterable[Criterion], judgments: Mapping[Criterion, Judgment]) -> Outcome:
    if open_ones := len(without_verdict(criteria, judgments)):
        return Outcome(
            "",
            ngettext(
                "%(count)s criterion still needs “met” or “not yet”.",
                "%(count)s criteria still need “met” or “not yet”.",
                open_ones,
            )
            % {"count": open_ones},
        )
    if silent := len(without_comment(criteria, judgments)):
        return Outcome(
            "",
            ngettext(
                "%(count)s “not yet” still needs a comment that says what to do next.",
                "%(count)s “not yet” still need a comment that says what to do next.",
                silent,
            )
            % {"count": silent},
        )
    if not_yet := len(_not_yet(criteria, judgments)):
        return Outcome(
            Decision.RETURN,
            ngettext(
                "%(count)s required criterion is not yet met: it goes back to the educator.",
                "%(count)s required criteria are not yet met: it goes back to the educator.",
                not_yet,
            )
            % {"count": not_yet},
        )
    return Outcome(Decision.APPROVE, _("All required criteria are met: this approves the badge."))


def _not_yet(
    criteria: Iterable[Criterion], judgments: Mapping[Criterion, Judgment]
) -> list[Criterion]:
    return [
        criterion
        for criterion in criteria
        if criterion.required and judgments.get(criterion, Judgment()).verdict != Verdict.MET
    ]
