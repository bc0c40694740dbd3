"""Working days: dates are promised in them, so weekends and holidays make nobody late."""

from collections.abc import Collection
from datetime import date, timedelta

SATURDAY = 5


def is_working_day(day: date, closed: Collection[date] = ()) -> bool:
    return day.weekday() < SATURDAY and day not in closed


def add_working_days(start: date, days: int, closed: Collection[date] = ()) -> date:
    """The date `days` working days after `start`; `start` itself never counts.

    With `days=0`, the first working day on or after `start`.
    """
    day = start
    if days == 0:
        while not is_working_day(day, closed):
            day += timedelta(days=1)
        return day
    while days:
        day += timedelta(days=1)
        if is_working_day(day, closed):
            days -= 1
    return day
