"""The only place with the rule that turns judgments into a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Criterion, RubricLevel
from reviewing.models import CriterionJudgment
from reviewing.states import Outcome

Verdict = CriterionJudgment.Verdict


@dataclass(frozen=True)
class Judgment:
    verdict: str = ""
    comment: str = ""
    # The rubric level reached. It is recorded, but does not affect the decision.
    level: RubricLevel | None = None


@dataclass(frozen=True)
class Preview:
    """What sending the review would do. `decision` is empty while something is missing."""

    decision: str
    sentence: str


def without_verdict(
    criteria: Iterable[Criterion], judgments: Mapping[Criterion, Judgment]
) -> list[Criterion]:
    """Criteria that still need "met" or "not yet".

    Optional criteria without evidence may be left open, as there is nothing to judge.
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
    """Criteria judged "not yet" without the comment that tells the earner what to do."""
    return [
        criterion
        for criterion in criteria
        if (judgment := judgments.get(criterion, Judgment())).verdict == Verdict.NOT_YET
        and not judgment.comment.strip()
    ]


def decide(criteria: Iterable[Criterion], judgments: Mapping[Criterion, Judgment]) -> Outcome:
    """Approve if all required criteria are met, otherwise return."""
    return Outcome.RETURN if _not_yet(criteria, judgments) else Outcome.APPROVE


def preview_outcome(
    criteria: Iterable[Criterion], judgments: Mapping[Criterion, Judgment]
) -> Preview:
    if undecided := len(without_verdict(criteria, judgments)):
        return Preview(
            "",
            ngettext(
                "%(count)s criterion still needs “met” or “not yet”.",
                "%(count)s criteria still need “met” or “not yet”.",
                undecided,
            )
            % {"count": undecided},
        )
    if uncommented := len(without_comment(criteria, judgments)):
        return Preview(
            "",
            ngettext(
                "%(count)s “not yet” still needs a comment that says what to do next.",
                "%(count)s “not yet” still need a comment that says what to do next.",
                uncommented,
            )
            % {"count": uncommented},
        )
    if not_yet := len(_not_yet(criteria, judgments)):
        return Preview(
            Outcome.RETURN,
            ngettext(
                "%(count)s required criterion is not yet met: it goes back to the educator.",
                "%(count)s required criteria are not yet met: it goes back to the educator.",
                not_yet,
            )
            % {"count": not_yet},
        )
    return Preview(Outcome.APPROVE, _("All required criteria are met: this approves the badge."))


def _not_yet(
    criteria: Iterable[Criterion], judgments: Mapping[Criterion, Judgment]
) -> list[Criterion]:
    return [
        criterion
        for criterion in criteria
        if criterion.required and judgments.get(criterion, Judgment()).verdict != Verdict.MET
    ]
