from datetime import datetime

from reviewing.due_process import appealable
from reviewing.due_process.known import Known
from reviewing.models import Decision
from reviewing.states import HOLDABLE
from submissions.states import REOPENABLE


def can_appeal(happened: Known, *, now: datetime) -> bool:
    """Its earner can, once for each decision and within the time of the issuer."""
    found = appealable.latest_of(happened)
    return found is not None and now < found.until and not found.is_appealed


def can_hold(happened: Known) -> bool:
    return happened.submission.status in HOLDABLE and happened.open_hold is None


def can_reopen(happened: Known) -> bool:
    is_free = happened.open_hold is None and happened.open_appeal is None
    return happened.submission.status in REOPENABLE and is_free


def decision_to_ask_about(happened: Known) -> Decision | None:
    """The latest decision that its earner knows: did its feedback say what to do?"""
    if not happened.decisions:
        return None
    latest = happened.decisions[-1]
    again = happened.reopenings[-1] if happened.reopenings else None
    if again and latest.ended_at and latest.ended_at < again.reopened_at:
        return None
    return latest
