"""Periods for reports. A school year begins on July 1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

JULY = 7


class Span(models.TextChoices):
    MONTH = "month", _("This month")
    LAST_MONTH = "last_month", _("Last month")
    SCHOOL_YEAR = "school_year", _("This school year")
    LAST_SCHOOL_YEAR = "last_school_year", _("Last school year")
    ALL = "all", _("All time")
    DAYS = "days", _("Other days: From and Through")


@dataclass(frozen=True)
class Period:
    """From the first to the last day, inclusive. None means no limit."""

    first: date | None
    last: date | None

    def within(self, field: str) -> models.Q:
        """A condition: the datetime in `field` is in the period, in the current time zone."""
        condition = models.Q(**{f"{field}__isnull": False})
        if self.first:
            condition &= models.Q(**{f"{field}__gte": _midnight(self.first)})
        if self.last and self.last < date.max:
            condition &= models.Q(**{f"{field}__lt": _midnight(self.last + timedelta(days=1))})
        return condition

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The period as (start, end) for SQL; the end is exclusive."""
        first = _midnight(self.first or date(1970, 1, 1))
        last = _midnight((self.last or date(9998, 1, 1)) + timedelta(days=1))
        return first, last


def period_of(span: str, *, today: date) -> Period:
    if span == Span.ALL:
        return Period(None, None)
    if span == Span.LAST_MONTH:
        last = today.replace(day=1) - timedelta(days=1)
        return Period(last.replace(day=1), last)
    if span in {Span.SCHOOL_YEAR, Span.LAST_SCHOOL_YEAR}:
        begins = date(today.year if today.month >= JULY else today.year - 1, JULY, 1)
        if span == Span.SCHOOL_YEAR:
            return Period(begins, today)
        return Period(begins.replace(year=begins.year - 1), begins - timedelta(days=1))
    return Period(today.replace(day=1), today)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
