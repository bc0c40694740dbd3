"""Finds bulk awards shortly before the close, for coordinators to check before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate

from rewards.models import Drawing
from submissions.models import StatusChange
from submissions.states import Status

LAST_HOURS = timedelta(hours=72)
MANY = 10


@dataclass(frozen=True)
class Flag:
    """Many chances of one badge on one day, in the last 72 hours before the close."""

    badge: str
    day: date
    chances: int
    people: int
    approved_by: list[tuple[str, int]]


def bulk_awards(drawing: Drawing, *, many: int = MANY) -> list[Flag]:
    closes_at = drawing.rules.closes_at
    late = (
        drawing.entries.valid()
        .exclude(assertion=None)
        .filter(
            assertion__issued_on__gt=closes_at - LAST_HOURS, assertion__issued_on__lte=closes_at
        )
    )
    groups = (
        late.annotate(day=TruncDate("assertion__issued_on"))
        .order_by()
        .values("assertion__badge_class", "assertion__badge_class__current_version__name", "day")
        .annotate(chances=Count("pk"), people=Count("user", distinct=True))
        .filter(chances__gte=many)
        .order_by("day", "-chances")
    )
    return [
        Flag(
            badge=group["assertion__badge_class__current_version__name"],
            day=group["day"],
            chances=group["chances"],
            people=group["people"],
            approved_by=_approvers(late, group),
        )
        for group in groups
    ]


def _approvers(late, group) -> list[tuple[str, int]]:
    """(name, number of approvals) of those who approved most of these awards, at most five."""
    submissions = late.filter(
        assertion__badge_class=group["assertion__badge_class"],
        assertion__issued_on__date=group["day"],
    ).values("assertion__submission")
    approvals = StatusChange.objects.filter(submission__in=submissions, to_status=Status.APPROVED)
    counted = approvals.order_by().values_list("actor__name").annotate(n=Count("pk"))
    return list(counted.order_by("-n")[:5])
