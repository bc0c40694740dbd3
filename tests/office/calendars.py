"""Calendars as school districts publish them."""

from __future__ import annotations

from datetime import date, timedelta


def calendar(*events: str) -> str:
    body = "\r\n".join(events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Alder//EN\r\n{body}\r\nEND:VCALENDAR\r\n"


def event(uid: str, name: str, first: date, days: int = 1, *more: str) -> str:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20260101T000000Z",
        f"SUMMARY:{name}",
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{first + timedelta(days):%Y%m%d}",
        *more,
        "END:VEVENT",
    ]
    return "\r\n".join(lines)


def timed(uid: str, name: str, day: date) -> str:
    return "\r\n".join(
        [
            "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", f"SUMMARY:{name}",
            f"DTSTART:{day:%Y%m%d}T180000Z", f"DTEND:{day:%Y%m%d}T190000Z", "END:VEVENT",
        ]
    )  # fmt: skip
