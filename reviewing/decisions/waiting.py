"""What a waiting decision means for the people who see it, in words and moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format, time_format

from accounts.models import Membership
from reviewing.decisions.operations import has_company
from reviewing.models import Assignment, Decision, Review
from reviewing.querysets import second_people


@dataclass(frozen=True)
class Outlook:
    """When the decision takes effect, or who has to look at it before.

    `asked` is "reviewers", "coordinators" or "nobody" while a second person is waited for. There
    is no `decision` while another reader is waited for.
    """

    decision: Decision | None
    can_be_taken_back: bool
    asked: str
    together: bool = False


def latest_decision(assignment: Assignment) -> Decision | None:
    """The decision that rests on the reviewer's review: it waits, or it ended."""
    if assignment.released_at or assignment.decided_at:
        return None
    decisions = assignment.attempt.decisions.filter(rests_on__reviewer=assignment.reviewer_id)
    return decisions.select_related("review").order_by("-pk").first()


def waiting_decision(assignment: Assignment) -> Decision | None:
    """The decision that has not taken effect yet."""
    decision = latest_decision(assignment)
    return decision if decision and decision.is_open else None


def decision_in_effect(assignment: Assignment) -> Decision | None:
    """What was decided about the attempt. The reviewer may have found something else."""
    if not assignment.decided_at:
        return None
    in_effect = assignment.attempt.decisions.filter(status=Decision.Status.IN_EFFECT)
    return in_effect.select_related("review", "wording").first()


def finished_review(assignment: Assignment) -> Review | None:
    """What the reviewer has finished, while it is not decided or the decision waits."""
    if assignment.released_at or assignment.decided_at:
        return None
    review = assignment.review
    return review if review and review.finished_at else None


def has_ended(assignment: Assignment) -> bool:
    """Released, decided or finished, even if the decision waits."""
    return bool(assignment.released_at or assignment.decided_at or finished_review(assignment))


def outlook(decision: Decision | None, review: Review, *, now: datetime) -> Outlook:
    """What follows for the reviewer who finished this review."""
    asked = _asked(decision) if decision and decision.waits_for_second_person else ""
    together = has_company(review)
    open_still = decision is None or decision.can_be_taken_back(now=now)
    return Outlook(
        decision=decision,
        can_be_taken_back=open_still and not together,
        asked=asked,
        together=together,
    )


def moment_of_effect(moment: datetime) -> str:
    """The local time, with the day if it is not today."""
    local = timezone.localtime(moment)
    if local.date() == timezone.localdate():
        return time_format(local, "TIME_FORMAT")
    return date_format(local, "DATETIME_FORMAT")


def _asked(decision: Decision) -> str:
    if second_people(decision, Membership.Role.REVIEWER).exists():
        return "reviewers"
    if second_people(decision, Membership.Role.COORDINATOR).exists():
        return "coordinators"
    return "nobody"
