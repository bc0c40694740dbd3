"""Quarters of a year, each with the day on which its numbers are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from reporting.periods import Period

MONTHS = 3


@dataclass(frozen=True)
class Quarter:
    """From the first of January, April, July or October."""

    first: date

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(date(day.year, (day.month - 1) // MONTHS * MONTHS + 1, 1))

    @property
    def next(self) -> Quarter:
        return Quarter.of(self.first + timedelta(days=31 * MONTHS))

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def due_on(self) -> date:
        """A month after its end: what was returned late in it has had time to come back."""
        return (self.next.first + timedelta(days=31)).replace(day=1)

    def since(self, first: date | None) -> Period:
        """The quarter, with earlier ones of which nothing was published, from `first` on."""
        return Period(first or self.first, self.last)
