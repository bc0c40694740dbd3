"""The county's closed days, computed by rule for any year."""

from __future__ import annotations

from datetime import date, timedelta

MONDAY, THURSDAY = 0, 3


def closed_days(first: date, last: date) -> dict[date, str]:
    """Closed days from `first` to `last`, with their names."""
    days: dict[date, str] = {}
    for year in range(first.year - 1, last.year + 1):
        days |= _of_year(year)
    return {day: name for day, name in sorted(days.items()) if first <= day <= last}


def _of_year(year: int) -> dict[date, str]:
    thanksgiving = _nth(4, THURSDAY, 11, year)
    days = {
        _nth(3, MONDAY, 1, year): "Martin Luther King Jr. Day",
        _nth(3, MONDAY, 2, year): "Presidents’ Day",
        date(year, 3, 31): "César Chávez Day",
        _nth(1, MONDAY, 6, year) - timedelta(days=7): "Memorial Day",
        date(year, 6, 19): "Juneteenth",
        date(year, 7, 4): "Independence Day",
        _nth(1, MONDAY, 9, year): "Labor Day",
        date(year, 11, 11): "Veterans Day",
        thanksgiving: "Thanksgiving",
        thanksgiving + timedelta(days=1): "Thanksgiving",
    }
    winter = date(year, 12, 22)
    days |= {winter + timedelta(days=n): "Winter break" for n in range(12)}
    spring = _nth(2, MONDAY, 4, year)
    days |= {spring + timedelta(days=n): "Spring break" for n in range(5)}
    return days


def _nth(n: int, weekday: int, month: int, year: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))
