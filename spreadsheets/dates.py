"""Reads dates as people, spreadsheets and online forms write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone, tzinfo
from datetime import time as clock
from zoneinfo import ZoneInfo

from django.conf import settings

from spreadsheets.words import normalize

# PostgreSQL patterns. A date is ambiguous if it matches the first and not the second: 03/04/2026,
# but not 03/03/2026. A time may follow.
AMBIGUOUS_DATE = r"^(0?[1-9]|1[0-2]) ?[-/] ?(0?[1-9]|1[0-2]) ?[-/] ?(\d{4}|\d{2})(\D.*)?$"
SAME_DAY_AND_MONTH = r"^0?(\d+) ?[-/] ?0?\1 ?[-/]"

_IS_AMBIGUOUS = re.compile(AMBIGUOUS_DATE)
_IS_SAME = re.compile(SAME_DAY_AND_MONTH)
_LONGEST = 120
# Windows and browsers put marks of direction, which nobody sees, into the dates that they show.
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202c\u2060\ufeff"))
_DASHES = {ord(dash): "-" for dash in "‐‑‒–—−"}
# Two digits of a year: 70 and later are of the last century.
_LAST_CENTURY = 70
# Days of spreadsheets, from 1982 to 2064: no year and no score is taken for one.
_SERIAL = re.compile(r"([3-5]\d{4})(?:[.,]\d+)?")
_FIRST_DAY = date(1899, 12, 30)

_MONTHS = {
    month: number
    for number, months in enumerate(
        [
            "jan january ene enero",
            "feb february febrero",
            "mar march marzo",
            "apr april abr abril",
            "may mayo",
            "jun june junio",
            "jul july julio",
            "aug august ago agosto",
            "sep sept september septiembre set setiembre",
            "oct october octubre",
            "nov november noviembre",
            "dec december dic diciembre",
        ],
        start=1,
    )
    for month in months.split()
}
_WEEKDAYS = {
    day: number
    for number, days in enumerate(
        [
            "monday mon lunes lun lu",
            "tuesday tue tues martes mar ma",
            "wednesday wed miercoles mie mier mi",
            "thursday thu thur thurs jueves jue ju",
            "friday fri viernes vie vi",
            "saturday sat sabado sab sa",
            "sunday sun domingo dom do",
        ]
    )
    for day in days.split()
}
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "hst": -10, "akst": -9, "akdt": -8, "pst": -8, "pdt": -7,
    "mst": -7, "mdt": -6, "cst": -6, "cdt": -5, "est": -5, "edt": -4,
}  # fmt: skip
_PLACES = {
    "pt": "America/Los_Angeles", "mt": "America/Denver", "ct": "America/Chicago",
    "et": "America/New_York",
}  # fmt: skip

# What follows a date: “T14:05:22.123Z”, “ at 2:05 p. m. GMT-7 (Pacific Daylight Time)”.
_TIME = re.compile(
    r"""
    (?: (?<=\d) t (?=\d) | [\s,]+ (?: (?: at | @ | - | a \s las? ) \s+ )? )
    (?P<hour>\d{1,2})
    (?: :(?P<minute>\d{2}) (?: :(?P<second>\d{2}) (?: [.,](?P<part>\d{1,9}) )? )?
        | (?= \s? [ap]\.?\s?m\b ) )
    (?: \s? (?P<half>[ap]) \.?\s?m\b\.? )?
    (?: \s? h(?:rs?|oras?)?\b\.? )?
    (?: \s? (?P<zone>[a-z]{1,4})? (?P<offset>[+-]\d{1,2}(?::?\d{2})?)? )
    (?: \s? \( [^()]* \)? )?
    (?: \s (?P<year>\d{4}) )?
    """,
    re.VERBOSE,
)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_EAST_ASIAN = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_SPACES_BETWEEN = re.compile(r"(?<=\d)\s*([/.])\s*(?=\d)")
_COMPACT_WITH_MONTH = re.compile(r"(?<=\d)(?=[a-z]{3})|(?<=[a-z]{3})(?=\d)")
_BETWEEN = r"(?:\s*[-/.,]\s*|\s+(?:de\s+|del\s+|of\s+)?)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|o|°)?\.?"
_MONTH = r"(?:the\s+)?(?P<month>[a-z]+)\.?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_WITH_MONTH = [
    re.compile(pattern)
    for pattern in (
        rf"(?:the\s+|el\s+)?{_DAY}{_BETWEEN}{_MONTH}{_BETWEEN}?,?\s*{_YEAR}",
        rf"{_MONTH}{_BETWEEN}{_DAY}{_BETWEEN},?\s*(?:de\s+|del\s+)?{_YEAR}",
        rf"(?P<year>\d{{4}}){_BETWEEN}{_MONTH}{_BETWEEN}{_DAY}",
    )
]
_FIRST_WORD = re.compile(r"([a-z]+)\.?,?\s+(?=\S)")
_LAST_WORD = re.compile(r",?\s+\(?([a-z]+)\)?\.?$")


def is_ambiguous(words: str) -> bool:
    """Whether it is a date that can be read with the month or with the day first: 03/04/2026."""
    words = words.strip()
    if len(words) > _LONGEST or not _IS_AMBIGUOUS.match(words) or _IS_SAME.match(words):
        return False
    return parse_date(words)[0] is not None


def parse_date(
    words: str, *, keeps_utc: bool = False, prefers_day_first: bool = False
) -> tuple[date | None, bool]:
    """The date, None if unreadable; and whether it can only be read as day before month.

    “03/04/2026” is read as March 4, or with `prefers_day_first` as April 3; “13/02/2026” can only
    be day first. Of a time with an offset,
    the date is the day here, in `settings.TIME_ZONE`. With `keeps_utc`, midnight in UTC is the day
    that is written: see `are_days_in_utc`.
    """
    if len(words) > _LONGEST:
        return None, False
    words = _plain(words)
    if serial := _SERIAL.fullmatch(words):
        return _FIRST_DAY + timedelta(days=int(serial[1])), False
    day, time = words, None
    if match := _TIME.search(words):
        if match.end() != len(words):
            return None, False
        day, time = f"{words[: match.start()]} {match['year'] or ''}".strip(), match
    try:
        found, day_first = _day(day, prefers_day_first)
        if time and not (keeps_utc and _is_midnight_in_utc(time)):
            found = _day_here(found, time)
    except (ValueError, OverflowError):
        return None, False
    return (found, day_first) if found.year >= 1900 else (None, False)


def are_days_in_utc(column: Iterable[str]) -> bool:
    """Whether the times of a column are all midnight in UTC.

    Some programs write a day without a time as “2026-03-14T00:00:00Z”. If a single time of the
    column is another one, all of them are moments.
    """
    found = False
    for words in column:
        if len(words) > _LONGEST or not words:
            continue
        plain = _plain(words)
        match = _TIME.search(plain)
        if match is None or match.end() != len(plain):
            continue
        try:
            if not _is_midnight_in_utc(match):
                return False
        except ValueError:  # no time
            continue
        found = True
    return found


def _is_midnight_in_utc(time: re.Match[str]) -> bool:
    """Raises ValueError for a zone that nobody knows."""
    zone = _zone(time["zone"], time["offset"])
    hour = int(time["hour"]) % 12 if time["half"] == "a" else int(time["hour"])
    is_midnight = not hour and not any(
        int(time[part] or 0) for part in ("minute", "second", "part")
    )
    return is_midnight and zone is not None and zone.utcoffset(None) == timedelta()


def _plain(words: str) -> str:
    words = normalize(words.translate(_UNSEEN | _DASHES), keep="/-.,:+°@()")
    return _SPACES_BETWEEN.sub(r"\1", words.rstrip("."))


def _day(words: str, prefers_day_first: bool) -> tuple[date, bool]:
    """The date, and whether the day must come first. Raises ValueError."""
    words, weekday = _without_weekday(words)
    if match := _ISO.fullmatch(words):
        return date(int(match[1]), int(match[3]), int(match[4])), False
    if match := _COMPACT.fullmatch(words) or _EAST_ASIAN.fullmatch(words):
        return date(int(match[1]), int(match[2]), int(match[3])), False
    if match := _NUMBERS.fullmatch(words):
        year, first, second = _full_year(match[4]), int(match[1]), int(match[3])
        if prefers_day_first and second <= 12 and weekday is None:
            return date(year, second, first), first > 12
        return _of_numbers(first, match[2], second, year, weekday)
    if len(words) <= len("14sept2026"):
        words = _COMPACT_WITH_MONTH.sub(" ", words)
    for pattern in _WITH_MONTH:
        if (match := pattern.fullmatch(words)) and match["month"] in _MONTHS:
            year = _full_year(match["year"])
            return date(year, _MONTHS[match["month"]], int(match["day"])), False
    raise ValueError(words)


def _of_numbers(
    first: int, separator: str, second: int, year: int, weekday: int | None
) -> tuple[date, bool]:
    # With dots, as in 15.3.2026, the day always comes first and proves nothing about the list.
    if separator == "." and second <= 12:
        return date(year, second, first), False
    if first > 12:
        return date(year, second, first), True
    month_first = date(year, first, second)
    if weekday is not None and month_first.weekday() != weekday and second <= 12:
        day_first = date(year, second, first)
        if day_first.weekday() == weekday:
            return day_first, True
    return month_first, False


def _without_weekday(words: str) -> tuple[str, int | None]:
    """The words without a weekday, and its number. “mar” is Tuesday only if a date follows."""
    if (match := _FIRST_WORD.match(words)) and match[1] in _WEEKDAYS:
        rest = words[match.end() :]
        if match[1] not in _MONTHS or len(re.findall(r"\d+", rest)) == 3 or _has_month(rest):
            return rest, _WEEKDAYS[match[1]]
    if (match := _LAST_WORD.search(words)) and match[1] in _WEEKDAYS:
        rest = words[: match.start()]
        if match[1] not in _MONTHS or _has_month(rest):
            return rest, _WEEKDAYS[match[1]]
    return words, None


def _has_month(words: str) -> bool:
    return any(word in _MONTHS for word in re.findall(r"[a-z]+", words))


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (1900 if year >= _LAST_CENTURY else 2000)


def _day_here(day: date, time: re.Match[str]) -> date:
    """The day here of a time that another place may have written. Raises ValueError."""
    hour, minute, second = (int(time[part] or 0) for part in ("hour", "minute", "second"))
    if time["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if time["half"] == "p" else 0)
    zone = _zone(time["zone"], time["offset"])
    moment = datetime.combine(day, clock(hour, minute, second), tzinfo=zone)
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date() if zone else day


def _zone(name: str | None, offset: str | None) -> tzinfo | None:
    if name in _PLACES and not offset:
        return ZoneInfo(_PLACES[name])
    if name is not None and name not in _ZONES:
        raise ValueError(name)
    if offset:
        digits = offset[1:].replace(":", "")
        hours, minutes = (digits, "0") if len(digits) <= 2 else (digits[:-2], digits[-2:])
        away = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-away if offset[0] == "-" else away)
    return None if name is None else timezone(timedelta(hours=_ZONES[name]))
