from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from reporting.models import PublishedNumbers
from reporting.promises import cases, numbers
from reporting.quarters import Quarter


@transaction.atomic
def publish_next(*, now: datetime) -> bool:
    """Publish the numbers of the earliest quarter that is due. False if none is.

    Two workers that compute the same quarter write one row.
    """
    quarter = _next_quarter()
    if quarter is None or quarter.due_on > timezone.localdate(now):
        return False
    until = timezone.make_aware(datetime.combine(quarter.due_on, time.min))
    issued = quarter.since(_unpublished_since("badges_issued"))
    answered = quarter.since(_unpublished_since("first_answers"))
    read = quarter.since(_unpublished_since("agreement"))
    found = {
        "badges_issued": numbers.badges_issued(cases.awards_issued(issued), issued),
        "first_answers": numbers.first_answers(
            cases.first_answers(answered, until=until), answered
        ),
        "agreement": numbers.agreement(cases.pairs_of_readers(read), read),
    }
    row = PublishedNumbers(first=quarter.first, last=quarter.last, numbers=found, published_at=now)
    PublishedNumbers.objects.bulk_create([row], ignore_conflicts=True)
    return True


def _next_quarter() -> Quarter | None:
    latest = PublishedNumbers.objects.order_by("-last").first()
    if latest:
        return Quarter.of(latest.last).next
    begun = cases.first_day()
    return Quarter.of(begun) if begun else None


def _unpublished_since(name: str) -> date | None:
    """The day after the last one that a published number covers; None if there was none.

    What too few people did in one quarter counts for the next one.
    """
    newest = (
        PublishedNumbers.objects.exclude(**{f"numbers__{name}": None}).order_by("-last").first()
    )
    if newest:
        return newest.last + timedelta(days=1)
    earliest = PublishedNumbers.objects.order_by("first").first()
    return earliest.first if earliest else None
