"""Dates as people, spreadsheets and online forms write them, in English and Spanish."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from spreadsheets.dates import are_days_in_utc, parse_date

MARCH_14, MARCH_15, MARCH_16 = (date(2026, 3, day) for day in (14, 15, 16))
# The days that people write have four digits, and two are enough for them.
DAYS = st.dates(date(1970, 1, 1), date(2069, 12, 31))
HERE = ZoneInfo(settings.TIME_ZONE)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("2026-03-04", (date(2026, 3, 4), False)),
        ("2026/3/4", (date(2026, 3, 4), False)),
        ("3/4/26", (date(2026, 3, 4), False)),
        ("13/4/2026", (date(2026, 4, 13), True)),
        ("13/4/2026 14:05", (date(2026, 4, 13), True)),
        ("4.3.2026", (date(2026, 3, 4), False)),
        ("Mar 4, 2026", (date(2026, 3, 4), False)),
        ("4 mar. 2026", (date(2026, 3, 4), False)),
        ("4 de septiembre del 2026", (date(2026, 9, 4), False)),
        ("2026-03-04T10:00:00Z", (date(2026, 3, 4), False)),
        ("0001-01-01", (None, False)),
    ],
)
def test_days_are_read_as_people_write_them(words, found):
    assert parse_date(words) == found


@pytest.mark.parametrize(
    "words",
    [
        "3/14/2026 0:00", "3/14/2026 14:05:22", "3/14/26 2:05 PM", "03/14/2026, 2:05:22 p. m.",
        "Mar 14, 2026 2:05 PM", "March 14, 2026 at 2:05 PM", "Mar 14, 2026, 2:05:22\u202fPM",
        "2026-03-14 14:05", "2026-03-14T14:05:22", "2026-03-14T14:05:22.123", "2026/03/14 2 PM",
        "2026-03-14 14:05:22,5", "14/03/2026 14:05 h", "14 de marzo de 2026, 14:05",
        "14 de marzo de 2026 a las 14:05", "14-Mar-2026 12:00 AM", "14.3.2026 9:00",
        "14/Mar/26 2:05 PM", "Mar 14, 2026 - 2:05 PM", "Mar 14 2026  2:05PM", "14. 3. 2026 9:00",
    ],
)  # fmt: skip
def test_a_time_without_a_zone_leaves_the_day(words):
    assert parse_date(words)[0] == MARCH_14


@pytest.mark.parametrize(
    ("words", "day"),
    [
        # Summer time began on March 8: at 23:30 in winter time it is 0:30 here.
        ("2026-03-15T23:30:00-08:00", MARCH_16),
        ("2026-03-15T23:30:00-07:00", MARCH_15),
        ("2026-03-16T07:30:00Z", MARCH_16),
        ("2026-03-16T06:59:59.999Z", MARCH_15),
        ("2026-03-16 06:30:00 UTC", MARCH_15),
        ("2026-03-16 06:30:00+00", MARCH_15),
        ("2026/03/15 2:05:22 PM GMT-7", MARCH_15),
        ("2026/03/15 2:05:22 p. m. GMT-7", MARCH_15),
        ("2026/03/16 6:05:22 a.m. GMT+9", MARCH_15),
        ("2026/03/15 11:59:59 PM MDT", MARCH_15),
        ("3/16/2026 2:59 AM EDT", MARCH_15),
        ("3/16/2026 2:59 AM ET", MARCH_15),
        ("3/16/2026 0:05 PT", MARCH_16),
        ("Sun Mar 15 2026 14:05:22 GMT-0700 (Pacific Daylight Time)", MARCH_15),
        ("Sun, 15 Mar 2026 14:05:22 -0700", MARCH_15),
        ("Sun Mar 15 14:05:22 PDT 2026", MARCH_15),
    ],
)
def test_a_time_of_another_zone_is_the_day_here(words, day):
    assert parse_date(words) == (day, False)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("03/04/2026", "2026-04-03"), ("13/02/2026", "2026-02-13"), ("05/25/2026", "2026-05-25"),
        ("14-Mar-26", "2026-03-14"), ("3.14.2026", "2026-03-14"), ("3.4.2026", "2026-04-03"),
        ("2026年3月14日", "2026-03-14"),
    ],
)  # fmt: skip
def test_where_the_day_comes_first_it_does_wherever_it_can(words, day):
    assert str(parse_date(words, prefers_day_first=True)[0]) == day


@pytest.mark.parametrize(
    "words",
    [
        "14-Mar-26", "14 mar 2026", "14-mar.-26", "14-mar-2026", "14/Mar/2026", "14.Mar.26",
        "14 Mar '26", "Mar-14-2026", "Mar. 14th, 2026", "2026-Mar-14", "14th of March, 2026",
        "Saturday, March 14, 2026", "Sat, 14 Mar 2026", "Sat 3/14/2026", "3/14/2026 (Sat)",
        "sábado, 14 de marzo de 2026", "sáb., 14 mar. 2026", "sáb 14/03/2026", "sábado 14-mar-26",
        "el 14 de marzo de 2026", "marzo 14, 2026", "14 de Marzo del 2026",
        "\u200e3\u200e/14/\u200e2026",
        "14MAR2026", "14mar26", "3 / 14 / 2026", "14 de mar. de 2026", "3/14/2026.",
        "20260314", "46095", "46095.58", "46095,58", "14–Mar–26",
    ],
)  # fmt: skip
def test_months_weekdays_and_serial_numbers(words):
    assert parse_date(words)[0] == MARCH_14


@pytest.mark.parametrize(
    ("words", "found"),
    [
        # March 17 is a Tuesday, “martes”, which is shortened like “marzo”.
        ("mar 17/03/2026", (date(2026, 3, 17), True)),
        ("mar., 17 de marzo de 2026", (date(2026, 3, 17), False)),
        ("mar 17, 2026", (date(2026, 3, 17), False)),
        # A weekday says which number is the month.
        ("Friday, 3/4/2026", (date(2026, 4, 3), True)),
        ("Wednesday, 3/4/2026", (date(2026, 3, 4), False)),
    ],
)
def test_a_weekday_helps_to_read_the_date(words, found):
    assert parse_date(words) == found


@pytest.mark.parametrize(
    "words",
    [
        "", "soon", "1", "0", "85%", "8 / 10", "2026", "1512", "99999", "29999", "123456", "N/A",
        "31/02/2026", "13/13/2026", "3/14/2026 25:00", "3/14/2026 14:60", "3/14/2026 13:05 PM",
        "3/14/2026 2:05 XYZ", "Mar 14", "March 2026", "14:05", "Foo 14, 2026", "20261314",
        "3/14/2026 2:05 PM and more", "2026-03-14T14:05:22+99:00", "9" * 200, "3/14/2026 x",
        "Winter 2025-2026", "1001", "Level 4", "3/14",
    ],
)  # fmt: skip
def test_what_is_no_date_is_not_read_as_one(words):
    assert parse_date(words) == (None, False)


@given(DAYS, st.times())
def test_every_way_to_write_a_day_is_the_same_day(day, at):
    ways = [
        "%Y-%m-%d", "%Y/%m/%d %H:%M", "%m/%d/%Y", "%m/%d/%y", "%m/%d/%Y %I:%M:%S %p", "%d-%b-%y",
        "%d.%m.%Y", "%d %B %Y", "%B %d, %Y", "%A, %B %d, %Y", "%a %d %b %Y %H:%M:%S", "%Y%m%d",
        "%b %d, %Y, %I:%M %p", "%Y-%m-%dT%H:%M:%S.%f",
    ]  # fmt: skip

    read = {way: parse_date(datetime.combine(day, at).strftime(way))[0] for way in ways}

    assert read == dict.fromkeys(ways, day)


@given(
    st.dates(date(1971, 1, 1), date(2068, 1, 1)),
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters))),
)
def test_a_moment_is_on_the_day_that_it_is_here(day, at, zone):
    moment = datetime.combine(day, at, tzinfo=zone)
    here = moment.astimezone(HERE).date()

    assert parse_date(moment.isoformat()) == (here, False)
    assert parse_date(moment.strftime("%Y/%m/%d %I:%M:%S %p GMT%z")) == (here, False)


@given(st.dates(date(1983, 1, 1), date(2063, 1, 1)), st.times())
def test_the_number_of_a_day_in_a_spreadsheet_is_that_day(day, at):
    number = (day - date(1899, 12, 30)).days
    part = (datetime.combine(day, at) - datetime.combine(day, time())) / timedelta(days=1)

    assert parse_date(str(number))[0] == day
    assert parse_date(f"{number + min(part, 0.99999):.5f}")[0] == day


@given(st.text(max_size=130))
def test_no_text_is_an_error(words):
    day, day_first = parse_date(words)

    assert day is None or day.year >= 1900
    assert day is not None or not day_first


MIDNIGHTS = [
    "{day}T00:00:00Z", "{day}T00:00:00.000Z", "{day}T00:00:00+00:00", "{day} 00:00:00 UTC",
    "{day}T00:00Z", "{day}T00:00:00+0000", "{day} 12:00 AM GMT", "{day} 00:00:00 +00:00",
]  # fmt: skip


@given(st.lists(st.tuples(DAYS, st.sampled_from(MIDNIGHTS)), min_size=1), st.lists(DAYS))
def test_days_written_as_midnight_in_utc_stay_those_days(midnights, plain_days):
    column = [words.format(day=day) for day, words in midnights] + [str(day) for day in plain_days]
    days = [day for day, _words in midnights] + plain_days

    assert are_days_in_utc(column)
    assert [parse_date(words, keeps_utc=True)[0] for words in column] == days


@given(
    st.lists(DAYS, min_size=1),
    DAYS,
    st.times(),
    st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters))),
    st.integers(0),
)
def test_one_other_time_makes_all_of_a_column_moments(days, day, at, zone, place):
    midnights = [datetime.combine(day, time(), tzinfo=UTC) for day in days]
    other = datetime.combine(day, at.replace(microsecond=0), tzinfo=zone)
    if other.astimezone(UTC).time() == time():
        other += timedelta(seconds=1)
    moments = [*midnights]
    moments.insert(place % (len(moments) + 1), other)
    column = [each.isoformat() for each in moments]

    keeps_utc = are_days_in_utc(column)

    assert not keeps_utc
    assert [parse_date(words, keeps_utc=keeps_utc)[0] for words in column] == [
        each.astimezone(HERE).date() for each in moments
    ]


@pytest.mark.parametrize(
    "column",
    [
        [],
        ["2026-03-14", "3/15/2026", "46095", "46095.0"],
        ["2026-03-14 00:00:00"],
        ["2026-03-14T00:00:00-07:00"],
        ["2026-03-14T00:00:00Z", "2026-03-14T00:00:00.001Z"],
        ["2026-03-14T00:00:00Z", "2026-03-14 09:30"],
        ["2026-03-14 12:00 PM UTC"],
        ["at some time", ""],
    ],
)
def test_other_columns_have_no_days_in_utc(column):
    assert not are_days_in_utc(column)


@given(st.lists(st.text(max_size=40)))
def test_no_column_is_an_error(column):
    assert are_days_in_utc(column) in {True, False}


@given(DAYS.filter(lambda day: date(1990, 1, 1) <= day <= date(2060, 1, 1)), st.booleans())
def test_serial_numbers_are_days_next_to_midnights(day, keeps_utc):
    number = (day - date(1899, 12, 30)).days

    assert parse_date(str(number), keeps_utc=keeps_utc)[0] == day
    assert parse_date(f"{number}.0", keeps_utc=keeps_utc)[0] == day
