"""What the reviewers of the demo say they know, how much they take, and who is away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from catalog.models import Category, Issuer
from demo.stories import Person
from mail.models import OutgoingEmail
from reviewing.automatic.due import places_to_assign
from reviewing.automatic.operations.assigning import assign_place
from reviewing.models import Absence, ReviewerSettings

WEEKLY_MAXIMA = (None, 6, 8, None)
ASSIGNED = 4  # submissions at most, and a third of those that wait


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


def assign_some(issuer: Issuer, *, now: datetime) -> None:
    """As if it had been switched on this morning. It is off, so that the queue stays full."""
    Issuer.objects.filter(pk=issuer.pk).update(assigns_reviewers=True)
    places = list(places_to_assign(now=now).filter(number=1).select_related("attempt"))
    for place in places[: min(ASSIGNED, max(len(places) // 3, 1))]:
        assign_place(place, now=now)
    Issuer.objects.filter(pk=issuer.pk).update(assigns_reviewers=False)
    OutgoingEmail.objects.filter(kind="review_assigned").update(queued_at=now, due_at=now)
