"""School calendars: the all-day events of an uploaded or pasted iCalendar file."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.closed_days import calendar_reading
from accounts.workdays import is_working_day
from sandbox import run
from sandbox.limits import MEGABYTE, Limits
from sandbox.refusals import Busy, Stopped

LARGEST_FILE = 2 * MEGABYTE
WINDOW = timedelta(days=800)
LIMITS = Limits(memory=512 * MEGABYTE, processor_seconds=20, seconds=30, output=4 * MEGABYTE)


class Unreadable(Exception):
    """The message says what to do."""


class Event(NamedTuple):
    """An event with its working days; none if the calendar says that it was canceled."""

    uid: str
    name: str
    days: list[date]


class Found(NamedTuple):
    events: list[Event]
    left_out: dict[str, int]


def read(data: bytes, *, today: date) -> Found:
    """The events from today on. Those on weekends only are left out."""
    if len(data) > LARGEST_FILE:
        raise Unreadable(_("The file is larger than 2 MB. Export fewer months."))
    try:
        reply = run.call(
            "accounts.closed_days.calendar_reading:read",
            data,
            limits=LIMITS,
            raises=[calendar_reading.NotACalendar],
            first=str(today),
            last=str(today + WINDOW),
        )
    except calendar_reading.NotACalendar as refusal:
        raise Unreadable(_(refusal.message) % refusal.details) from None
    except Busy:
        raise Unreadable(
            _("The site is busy reading other files. Try again in a minute.")
        ) from None
    except Stopped:
        raise Unreadable(
            _("Reading this calendar took too much time or memory. Export fewer months.")
        ) from None
    events, weekends = [], 0
    for row in json.loads(reply.data):
        days = [day for day in map(date.fromisoformat, row["days"]) if is_working_day(day)]
        if row["days"] and not days:
            weekends += 1
        else:
            events.append(Event(row["uid"], row["name"], days))
    return Found(events, {**reply.value, "weekends": weekends})
