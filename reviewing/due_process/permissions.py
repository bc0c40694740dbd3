from datetime import datetime

from reviewing.due_process import appealable
from reviewing.models import Appeal, Decision, IntegrityHold, Reopening
from reviewing.states import HOLDABLE, DecisionStatus, Outcome
from submissions.models import Submission
from submissions.states import REOPENABLE


def can_appeal(submission: Submission, *, now: datetime) -> bool:
    """Its earner can, once for each decision and within the time of the issuer."""
    found = appealable.latest(submission)
    return found is not None and now < found.until and not found.is_appealed


def can_hold(submission: Submission) -> bool:
    return submission.status in HOLDABLE and not _is_held(submission)


def can_reopen(submission: Submission) -> bool:
    is_appealed = Appeal.objects.open().filter(submission=submission).exists()
    return submission.status in REOPENABLE and not is_appealed and not _is_held(submission)


def decision_to_ask_about(submission: Submission) -> Decision | None:
    """The latest decision that its earner knows: did its feedback say what to do?"""
    told = Decision.objects.filter(
        attempt__submission=submission, status=DecisionStatus.IN_EFFECT
    ).order_by("-ended_at", "-pk")
    latest = told.first()
    again = Reopening.objects.filter(submission=submission).last()
    if latest is None or (again and latest.ended_at and latest.ended_at < again.reopened_at):
        return None
    return latest if latest.outcome in Outcome else None


def _is_held(submission: Submission) -> bool:
    return IntegrityHold.objects.open().filter(submission=submission).exists()
