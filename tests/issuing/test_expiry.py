"""Expiry dates count calendar months from the day a badge was earned."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.expiry import is_due_for_renewal, months_after
from issuing.models import Assertion
from issuing.states import GrantSource
from tests.factories import BadgeFactory, UserFactory

HERE = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (datetime(2026, 3, 15, 9, tzinfo=HERE), 24, datetime(2028, 3, 15, 9, tzinfo=HERE)),
        (datetime(2026, 1, 31, 9, tzinfo=HERE), 1, datetime(2026, 2, 28, 9, tzinfo=HERE)),
        (datetime(2028, 2, 29, 9, tzinfo=HERE), 12, datetime(2029, 2, 28, 9, tzinfo=HERE)),
        (datetime(2026, 11, 30, 9, tzinfo=HERE), 3, datetime(2027, 2, 28, 9, tzinfo=HERE)),
        (datetime(2026, 6, 30, 9, tzinfo=HERE), 200_000, datetime(9999, 2, 28, 9, tzinfo=HERE)),
    ],
)
def test_months_are_counted_by_the_calendar(start, months, end):
    assert months_after(start, months) == end


@pytest.mark.django_db
def test_a_badge_expires_months_after_it_was_earned_not_issued():
    badge, now = BadgeFactory(valid_months=12), timezone.now()
    earned = (now - timedelta(days=90)).replace(microsecond=0)
    grants = [
        Grant(UserFactory(), badge.current_version, GrantSource.LIST, "1:1", awarded_on=earned),
        Grant(UserFactory(), badge.current_version, GrantSource.LIST, "1:2"),
    ]
    grant_all(grants, by=None, now=now)

    issue_batch(now=now)

    back_then, today = Assertion.objects.order_by("pk")
    assert back_then.expires == months_after(earned, 12)
    assert today.expires == months_after(today.issued_on, 12)


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "is_due"), [(31, False), (30, True), (0, True), (-400, True)])
def test_an_award_is_due_for_renewal_the_given_days_before_it_expires(days, is_due):
    badge = BadgeFactory(valid_months=12, renewable=True, renewal_days_before=30)
    now = timezone.now()
    award = Assertion(
        badge_class=badge,
        status=Assertion.Status.ISSUED,
        issued_on=now,
        expires=now + timedelta(days=days),
    )

    assert is_due_for_renewal(award, now=now) is is_due
