"""Submissions of issuers that assign automatically, and reviewers who said what they know."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from catalog.models import BadgeClass
from reviewing.automatic.due import WAIT
from reviewing.automatic.operations.assigning import assign_due
from reviewing.models import Assignment, ReviewerSettings
from tests.factories import BadgeFactory, IssuerFactory, SentSubmissionFactory, reviewer_for

NOW = timezone.now().replace(microsecond=0)
SENT = NOW - WAIT - timedelta(minutes=1)


def badge_that_is_assigned(**kwargs) -> BadgeClass:
    days = kwargs.pop("days_to_begin", 0)
    issuer = IssuerFactory(assigns_reviewers=True, days_to_begin=days)
    return BadgeFactory(issuer=issuer, **kwargs)


def sent(badge_class: BadgeClass, *, now=SENT, **kwargs):
    return SentSubmissionFactory(badge_class=badge_class, now=now, **kwargs)


def who_knows(badge_class: BadgeClass, what: str = "unsaid", **settings) -> User:
    """A reviewer who knows the badge, its category, something else, or said nothing."""
    reviewer = reviewer_for(badge_class)
    row, _new = ReviewerSettings.objects.update_or_create(user=reviewer, defaults=settings)
    if what == "badge":
        row.badges.add(badge_class)
    elif what == "category":
        row.categories.add(badge_class.category)
    elif what == "other":
        row.categories.add(BadgeFactory().category)
    return reviewer


def given(*, now=NOW) -> list[User]:
    """To whom everything that is due is given now, in this order."""
    before = set(Assignment.objects.values_list("pk", flat=True))
    while assign_due(now=now)[0]:
        pass
    new = Assignment.objects.exclude(pk__in=before).order_by("pk")
    return [one.reviewer for one in new.select_related("reviewer")]
