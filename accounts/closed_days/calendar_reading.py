"""Reads the all-day events of an iCalendar file.

No Django: it runs in a process of its own. What repeats is followed within the window only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dateutil.rrule import rrulestr

from sandbox.refusals import Refused
from sandbox.refusals import gettext_noop as _

MOST_EVENTS = 5000  # in a file
MOST_OFFERED = 500
MOST_DAYS = 100  # of one event
MOST_TIMES = 150  # that an event repeats within the window
FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
LONGEST_NAME, LONGEST_UID = 100, 200


class NotACalendar(Refused):
    """The file can't be used."""


def read(data: bytes, *, first: str, last: str) -> tuple[dict[str, int], bytes]:
    """(counts of what was left out, JSON of the events by UID) within the window.

    Each event is {"uid", "name", "days"}, with its working and other days in order.
    """
    window = date.fromisoformat(first), date.fromisoformat(last)
    left_out = {"with_a_time": 0, "too_long": 0, "too_often": 0, "outside": 0, "unreadable": 0}
    found: dict[str, dict[str, Any]] = {}
    for event, moved in _events(data, left_out):
        uid, name = _text(event.get("UID"), LONGEST_UID), _text(event.get("SUMMARY"), LONGEST_NAME)
        try:
            days = _days(event, moved, window, left_out)
        except (ValueError, TypeError, OverflowError, AttributeError, KeyError):
            left_out["unreadable"] += 1
            continue
        if days is None:
            continue
        uid = uid or f"{name} {days[0] if days else ''}"[:LONGEST_UID]
        known = found.setdefault(uid, {"uid": uid, "name": name or "?", "days": set()})
        known["days"] |= set(days)
    rows = [{**one, "days": sorted(str(day) for day in one["days"])} for one in found.values()]
    rows.sort(key=lambda one: (one["days"][:1], one["name"]))
    if len(rows) > MOST_OFFERED:
        raise NotACalendar(
            _("The calendar has more than %(most)s all-day events in these months."),
            most=MOST_OFFERED,
        )
    return left_out, json.dumps(rows).encode()


def _events(data: bytes, left_out: dict[str, int]) -> Iterator[tuple[Any, set[date]]]:
    """Each event, with the days from which single occurrences of it were moved away."""
    from icalendar import Calendar  # takes 4 MB that web workers do without

    try:
        calendars = Calendar.from_ical(data, multiple=True)
        events = [event for one in calendars for event in one.walk("VEVENT")]
    except (ValueError, IndexError, KeyError, TypeError, RecursionError):
        raise NotACalendar(_("This is not a calendar in the iCalendar format (.ics).")) from None
    if not calendars:
        raise NotACalendar(_("This is not a calendar in the iCalendar format (.ics)."))
    if len(events) > MOST_EVENTS:
        raise NotACalendar(
            _("The calendar has more than %(most)s events. Export fewer months."), most=MOST_EVENTS
        )
    moved: dict[str, set[date]] = {}
    for event in events:
        if event.get("RECURRENCE-ID") is not None:
            at = getattr(event.get("RECURRENCE-ID"), "dt", None)
            if isinstance(at, date) and not isinstance(at, datetime):
                moved.setdefault(str(event.get("UID")), set()).add(at)
    for event in events:
        is_single = event.get("RECURRENCE-ID") is not None
        yield event, set() if is_single else moved.get(str(event.get("UID")), set())


def _days(
    event: Any, moved: set[date], window: tuple[date, date], left_out: dict[str, int]
) -> list[date] | None:
    """The days of an event; [] if it was canceled, None if it is not offered."""
    start = event["DTSTART"].dt
    if isinstance(start, datetime) or not isinstance(start, date):
        left_out["with_a_time"] += 1
        return None
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return []
    length = _length(event, start)
    if not 1 <= length <= MOST_DAYS:
        left_out["too_long"] += 1
        return None
    starts = _starts(event, start, length, window)
    if starts is None:
        left_out["too_often"] += 1
        return None
    days = {
        one + timedelta(n)
        for one in starts - moved
        for n in range(length)
        if window[0] <= one + timedelta(n) <= window[1]
    }
    if not days:
        left_out["outside"] += 1
        return None
    return sorted(days)


def _length(event: Any, start: date) -> int:
    if event.get("DTEND") is not None:
        end = event["DTEND"].dt
        end = end.date() if isinstance(end, datetime) else end
        return max(1, (end - start).days)  # the end is the first day after it
    if event.get("DURATION") is not None:
        return max(1, event["DURATION"].dt.days)
    return 1


def _starts(event: Any, start: date, length: int, window: tuple[date, date]) -> set[date] | None:
    """The first days of an event and of its repetitions; None if it repeats too often."""
    rules = _listed(event.get("RRULE"))
    starts = {start}
    since = datetime.combine(window[0] - timedelta(length), datetime.min.time())
    until = datetime.combine(window[1], datetime.max.time())
    for rule in rules:
        if {str(one).upper() for one in rule.get("FREQ", [])} - FREQUENCIES:
            return None
        text = _without_time_zone(rule.to_ical().decode())
        occurrences = rrulestr(text, dtstart=datetime.combine(start, datetime.min.time()))
        for occurrence in occurrences.xafter(since, inc=True):
            if occurrence > until:
                break
            starts.add(occurrence.date())
            if len(starts) > MOST_TIMES:
                return None
    starts |= set(_dates(event.get("RDATE")))
    starts -= set(_dates(event.get("EXDATE")))
    return starts if len(starts) <= MOST_TIMES else None


def _without_time_zone(rule: str) -> str:
    """UNTIL of an all-day event is a day; some programs write a moment in UTC."""
    parts = []
    for part in rule.split(";"):
        name, _equals, value = part.partition("=")
        parts.append(f"{name}={value[:8]}T235959" if name == "UNTIL" else part)
    return ";".join(parts)


def _dates(value: Any) -> Iterator[date]:
    for one in _listed(value):
        for each in one.dts:
            if isinstance(each.dt, datetime):
                yield each.dt.astimezone(UTC).date() if each.dt.tzinfo else each.dt.date()
            elif isinstance(each.dt, date):
                yield each.dt


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(value: Any, longest: int) -> str:
    """On one line, without what can't be stored."""
    text = "".join(c if c.isprintable() else " " for c in str(value or ""))
    return " ".join(text.split())[:longest].strip()
