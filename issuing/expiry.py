"""When awards expire, and when they can be renewed."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta

from django.utils import timezone

from catalog.models import BadgeClass
from issuing.models import Assertion
from issuing.states import AwardStatus


def expiry(badge_class: BadgeClass, *, awarded_on: datetime) -> datetime | None:
    """The badge's number of months after the day it was earned, or None if it never expires."""
    if badge_class.valid_months is None:
        return None
    return months_after(awarded_on, badge_class.valid_months)


def renewable_from(assertion: Assertion) -> datetime | None:
    """When the award becomes renewable by the badge's rule, or None if it never does."""
    badge_class = assertion.badge_class
    if assertion.status != AwardStatus.ISSUED or not assertion.expires or not badge_class.renewable:
        return None
    return assertion.expires - timedelta(days=badge_class.renewal_days_before)


def is_due_for_renewal(assertion: Assertion, *, now: datetime) -> bool:
    opens_at = renewable_from(assertion)
    return opens_at is not None and opens_at <= now


def months_after(start: datetime, months: int) -> datetime:
    """The same local day and time some months later, or the last day of a shorter month."""
    local = timezone.localtime(start)
    years, month = divmod(local.month - 1 + months, 12)
    year, month = min(local.year + years, 9999), month + 1
    day = min(local.day, calendar.monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day)
