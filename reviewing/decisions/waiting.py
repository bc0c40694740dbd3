"""What a waiting decision means for the people who see it, in words and moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format, time_format

from accounts.models import Membership
from reviewing.models import Assignment, Decision
from reviewing.querysets import second_people


@dataclass(frozen=True)
class Outlook:
    """When the decision takes effect, or who has to look at it before.

    `asked` is "reviewers", "coordinators" or "nobody" while a second person is waited for.
    """

    decision: Decision
    can_be_taken_back: bool
    asked: str


def latest_decision(assignment: Assignment) -> Decision | None:
    """The reviewer's decision of the attempt that they are reading: it waits, or it ended."""
    if assignment.released_at or assignment.decided_at:
        return None
    decisions = assignment.attempt.decisions.filter(decided_by=assignment.reviewer_id)
    return decisions.select_related("review").order_by("-pk").first()


def waiting_decision(assignment: Assignment) -> Decision | None:
    """The decision that has not taken effect yet."""
    decision = latest_decision(assignment)
    return decision if decision and decision.is_open else None


def has_ended(assignment: Assignment) -> bool:
    """Released or decided, even if the decision waits."""
    return bool(assignment.released_at or assignment.decided_at or waiting_decision(assignment))


def outlook(decision: Decision, *, now: datetime) -> Outlook:
    return Outlook(
        decision=decision,
        can_be_taken_back=decision.can_be_taken_back(now=now),
        asked=_asked(decision) if decision.waits_for_second_person else "",
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
