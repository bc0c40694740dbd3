"""What the reviewers of the demo say they know, how much they take, and who is away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from catalog.models import Category
from demo.stories import Person
from reviewing.models import Absence, ReviewerSettings

WEEKLY_MAXIMA = (None, 6, 8, None)


def settle_reviewers(
    people: Sequence[Person], categories: Mapping[str, Category], *, now: datetime
) -> None:
    """Each says something; the last one is away this week."""
    reviewers = [one for one in people if any(role == "reviewer" for role, _agency in one.roles)]
    for number, person in enumerate(reviewers):
        settings = ReviewerSettings.objects.create(
            user=person.user,
            weekly_maximum=WEEKLY_MAXIMA[number % len(WEEKLY_MAXIMA)],
            languages=person.languages,
            never_at_a_school_at=None if person.school else person.user.joined_at,
        )
        settings.categories.set(categories[slug] for slug in person.interests)
    today = timezone.localdate(now)
    Absence.objects.create(
        user=reviewers[-1].user,
        first_day=today - timedelta(days=2),
        last_day=today + timedelta(days=5),
    )
