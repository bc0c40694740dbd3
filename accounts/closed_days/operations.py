"""Days on which nobody works: due dates leave them out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.closed_days.calendars import Event
from accounts.models import Agency, ClosedDay, User
from audit.operations import record
from postgres.row_locks import lock_one


def add(
    agency: Agency, *, name: str, first: date, last: date, by: User, now: datetime | None = None
) -> int:
    """Close the agency, and those below it, from the first to the last day. Returns how many.

    A day that is closed already keeps its name.
    """
    days = [first + timedelta(days) for days in range((last - first).days + 1)]
    return add_days(agency, dict.fromkeys(days, name), by=by, now=now)


@transaction.atomic
def add_days(
    agency: Agency, days: Mapping[date, str], *, by: User, now: datetime | None = None
) -> int:
    """Close the agency, and those below it, on these days. Returns how many are new."""
    lock_one(Agency.objects.all(), agency.pk)
    known = set(agency.closed_days.filter(date__in=days).values_list("date", flat=True))
    new = {day: name for day, name in days.items() if day not in known}
    ClosedDay.objects.bulk_create(
        [ClosedDay(agency=agency, date=day, name=name) for day, name in new.items()],
        ignore_conflicts=True,
    )
    if new:
        names = ", ".join(dict.fromkeys(new.values()))[:500]
        note = f"{names}: {_span(new)}"
        record("closed days added", agency, by=by, agency=agency, note=note, at=now)
    return len(new)


@transaction.atomic
def follow_calendar(
    agency: Agency, events: Iterable[Event], *, today: date, by: User, now: datetime | None = None
) -> tuple[int, int]:
    """Close the days of these events, and open days of theirs that have moved away.

    An event is known by its UID, so importing a calendar again changes only what changed in it.
    Days before today stay: they count in what was promised. Returns (days added, days removed).
    """
    lock_one(Agency.objects.all(), agency.pk)
    events = list(events)
    coming = agency.closed_days.filter(date__gte=today)
    removed = 0
    for event in events:
        gone = coming.filter(uid=event.uid).exclude(date__in=event.days)
        removed += gone.delete()[0]
        coming.filter(uid=event.uid).exclude(name=event.name).update(name=event.name)
    days: dict[date, Event] = {}
    for event in events:
        for day in event.days:
            if day >= today:
                days.setdefault(day, event)
    known = set(coming.filter(date__in=days).values_list("date", flat=True))
    new = {day: event for day, event in days.items() if day not in known}
    ClosedDay.objects.bulk_create(
        [
            ClosedDay(agency=agency, date=day, name=event.name, uid=event.uid)
            for day, event in new.items()
        ],
        ignore_conflicts=True,
    )
    if new or removed:
        names = ", ".join(dict.fromkeys(event.name for event in events))[:500]
        note = f"{names}: +{len(new)} −{removed}"
        record("closed days of a calendar", agency, by=by, agency=agency, note=note, at=now)
    return len(new), removed


@transaction.atomic
def remove(day: ClosedDay, *, by: User, now: datetime | None = None) -> None:
    """Removing it again changes nothing."""
    if ClosedDay.objects.filter(pk=day.pk).delete()[0]:
        note = f"{day.name}: {day.date}"
        record("closed day removed", day.agency, by=by, agency=day.agency, note=note, at=now)


def _span(days: Iterable[date]) -> str:
    first, last = min(days), max(days)
    return f"{first}" if first == last else f"{first} – {last}"
