"""Who gets an open place: whoever has least in hand and knows the work best, in one sum."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from reviewing.automatic.due import possible_reviewers
from reviewing.models import Place
from reviewing.querysets import awaiting_review

# As many more reviews in hand weigh as much as not knowing the badge.
DISTANCE = {"badge": 0, "category": 1, "unsaid": 2, "other": 3}
# From this many days before the due date on, only the load counts.
URGENT = timedelta(days=1)


def choose(place: Place, *, now: datetime) -> tuple[User, dict[str, Any]] | None:
    """The reviewer, and why, in values that `words.py` puts into a sentence."""
    today = timezone.localdate(now)
    submission = place.attempt.submission
    is_urgent = submission.due_on is not None and submission.due_on <= today + URGENT
    ranked = sorted(
        possible_reviewers(place, today=today), key=lambda one: _rank(one, is_urgent=is_urgent)
    )
    for reviewer in ranked:
        if awaiting_review(reviewer).filter(pk=submission.pk).exists():
            return reviewer, _why(reviewer, submission.submitted_at, today, is_urgent=is_urgent)
    return None


def knows(reviewer: Any) -> str:
    if reviewer.knows_badge:
        return "badge"
    if reviewer.knows_category:
        return "category"
    return "other" if reviewer.knows_something else "unsaid"


def _rank(reviewer: Any, *, is_urgent: bool) -> tuple[int, float, int]:
    """Among equals, whoever got their last one the longest time ago."""
    distance = 0 if is_urgent else DISTANCE[knows(reviewer)]
    last = reviewer.last_given.timestamp() if reviewer.last_given else 0
    return reviewer.in_hand + distance, last, reviewer.pk


def _why(
    reviewer: Any, submitted_at: datetime | None, today: date, *, is_urgent: bool
) -> dict[str, Any]:
    waited = (today - timezone.localdate(submitted_at)).days if submitted_at else 0
    return {
        "knows": knows(reviewer),
        "in_hand": reviewer.in_hand,
        "waited_days": max(waited, 0),
        "is_urgent": is_urgent,
    }
