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
    """What sending the review would do. `decision` is empty while something is missing.

    `button` names the act, for the button that does it; `progress` counts what is judged.
    """

    decision: str
    sentence: str
    button: str
    progress: str


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


def still_open(
    criteria: Iterable[Criterion], judgments: Mapping[Criterion, Judgment]
) -> list[Criterion]:
    """Criteria that need something before the review can be sent, in their order."""
    criteria = list(criteria)
    needed = {*without_verdict(criteria, judgments), *without_comment(criteria, judgments)}
    return [criterion for criterion in criteria if criterion in needed]


def preview_outcome(
    criteria: Iterable[Criterion],
    judgments: Mapping[Criterion, Judgment],
    *,
    is_proposal: bool = False,
) -> Preview:
    """`is_proposal`: an approver decides whether it takes effect."""
    criteria = list(criteria)
    decision, sentence = _outcome(criteria, judgments)
    marked_not_yet = _count(criteria, judgments, Verdict.NOT_YET)
    return Preview(
        decision,
        sentence,
        _button(decision, marked_not_yet, is_proposal=is_proposal),
        _progress(len(criteria), _count(criteria, judgments, Verdict.MET), marked_not_yet),
    )


def _outcome(criteria: list[Criterion], judgments: Mapping[Criterion, Judgment]) -> tuple[str, str]:
    if undecided := len(without_verdict(criteria, judgments)):
        return "", ngettext(
            "%(count)s criterion still needs “met” or “not yet”.",
            "%(count)s criteria still need “met” or “not yet”.",
            undecided,
        ) % {"count": undecided}
    if uncommented := len(without_comment(criteria, judgments)):
        return "", ngettext(
            "%(count)s “not yet” still needs a comment that says what to do next.",
            "%(count)s “not yet” still need a comment that says what to do next.",
            uncommented,
        ) % {"count": uncommented}
    if not_yet := len(_not_yet(criteria, judgments)):
        return Outcome.RETURN, ngettext(
            "%(count)s required criterion is not yet met: it goes back to the educator.",
            "%(count)s required criteria are not yet met: it goes back to the educator.",
            not_yet,
        ) % {"count": not_yet}
    return Outcome.APPROVE, _("All required criteria are met: your review approves the badge.")


def _button(decision: str, not_yet: int, *, is_proposal: bool) -> str:
    if not decision:
        return _("Send the review")
    if decision == Outcome.APPROVE:
        return _("Propose to approve") if is_proposal else _("Approve")
    if is_proposal:
        words = ngettext(
            "Propose to return with %(count)s not yet",
            "Propose to return with %(count)s not yet",
            not_yet,
        )
    else:
        words = ngettext("Return with %(count)s not yet", "Return with %(count)s not yet", not_yet)
    return words % {"count": not_yet}


def _progress(total: int, met: int, not_yet: int) -> str:
    counts = {"judged": met + not_yet, "total": total, "count": not_yet}
    if not not_yet:
        return _("%(judged)s of %(total)s judged") % counts
    return (
        ngettext(
            "%(judged)s of %(total)s judged, %(count)s not yet",
            "%(judged)s of %(total)s judged, %(count)s not yet",
            not_yet,
        )
        % counts
    )


def _count(
    criteria: Iterable[Criterion], judgments: Mapping[Criterion, Judgment], verdict: str
) -> int:
    return sum(judgments.get(one, Judgment()).verdict == verdict for one in criteria)


def _not_yet(
    criteria: Iterable[Criterion], judgments: Mapping[Criterion, Judgment]
) -> list[Criterion]:
    return [
        criterion
        for criterion in criteria
        if criterion.required and judgments.get(criterion, Judgment()).verdict != Verdict.MET
    ]
