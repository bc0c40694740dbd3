"""Moments on certain days, in the program's time zone."""

from datetime import datetime

from django.utils import timezone


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=timezone.get_default_timezone())
