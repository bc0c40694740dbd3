"""For how long a badge holds, and from when on it can be renewed."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta

from django.utils import timezone

from catalog.models import BadgeClass
from issuing.models import Assertion
from issuing.states import AwardStatus


def expiry(
    badge_class: BadgeClass, *, issued_on: datetime, earned_on: datetime | None = None
) -> datetime | None:
    """When an award of this badge ends: the badge's months after the day it was earned."""
    if badge_class.valid_months is None:
        return None
    return months_after(earned_on or issued_on, badge_class.valid_months)


def renewable_from(assertion: Assertion) -> datetime | None:
    """From when on a second award of the badge renews this one, by the badge's own rule."""
    badge_class = assertion.badge_class
    if assertion.status != AwardStatus.ISSUED or not assertion.expires or not badge_class.renewable:
        return None
    return assertion.expires - timedelta(days=badge_class.renewal_days_before)


def is_due_for_renewal(assertion: Assertion, *, now: datetime) -> bool:
    opens_at = renewable_from(assertion)
    return opens_at is not None and opens_at <= now


def months_after(start: datetime, months: int) -> datetime:
    """The same day and hour so many months later; the last of the month where that day lacks."""
    local = timezone.localtime(start)
    years, month = divmod(local.month - 1 + months, 12)
    year, month = min(local.year + years, 9999), month + 1
    day = min(local.day, calendar.monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day)
