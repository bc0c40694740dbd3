"""Days on which nobody works: due dates leave them out."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import Agency, ClosedDay, User
from audit.operations import record


@transaction.atomic
def add(
    agency: Agency, *, name: str, first: date, last: date, by: User, now: datetime | None = None
) -> int:
    """Close the agency, and those below it, from the first to the last day. Returns how many.

    A day that is closed already keeps its name.
    """
    dates = [first + timedelta(days) for days in range((last - first).days + 1)]
    known = set(agency.closed_days.filter(date__in=dates).values_list("date", flat=True))
    new = [ClosedDay(agency=agency, date=day, name=name) for day in dates if day not in known]
    ClosedDay.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        span = f"{first}" if first == last else f"{first} – {last}"
        record("closed days added", agency, by=by, agency=agency, note=f"{name}: {span}", at=now)
    return len(new)


@transaction.atomic
def remove(day: ClosedDay, *, by: User, now: datetime | None = None) -> None:
    """Removing it again changes nothing."""
    if ClosedDay.objects.filter(pk=day.pk).delete()[0]:
        note = f"{day.name}: {day.date}"
        record("closed day removed", day.agency, by=by, agency=day.agency, note=note, at=now)
