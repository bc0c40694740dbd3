"""Whose closed days a page is about, and the addresses of its pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agency, ClosedDay, Membership, User
from accounts.permissions import root_of


@dataclass(frozen=True)
class CalendarOf:
    agency: Agency
    is_program: bool

    @property
    def above(self) -> list[Agency]:
        """The agencies whose closed days count here, too."""
        if self.is_program:
            return []
        return list(Agency.objects.above(self.agency).exclude(pk=self.agency.pk))

    @property
    def days_url(self) -> str:
        return self._url("manage_closed_days", "manage_agency_days")

    @property
    def calendar_url(self) -> str:
        return self._url("manage_calendar", "manage_agency_calendar")

    @property
    def choose_url(self) -> str:
        return self._url("manage_calendar_choose", "manage_agency_calendar_choose")

    @property
    def this_year_url(self) -> str:
        return self.holidays_url(timezone.localdate().year)

    def holidays_url(self, year: int) -> str:
        return self._url("manage_holidays_of", "manage_agency_holidays", year)

    def remove_url(self, day: ClosedDay) -> str:
        return self._url("manage_closed_day_remove", "manage_agency_day_remove", day.pk)

    def _url(self, of_program: str, of_agency: str, *arguments: object) -> str:
        if self.is_program:
            return reverse(f"office:{of_program}", args=arguments)
        return reverse(f"office:{of_agency}", args=[self.agency.slug, *arguments])


def of_program(user: User) -> CalendarOf:
    return CalendarOf(root_of(user), is_program=True)


def of_agency(user: User, slug: str) -> CalendarOf:
    """An open agency that the user coordinates. Raises Http404."""
    mine = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
    return CalendarOf(get_object_or_404(mine, slug=slug, closed_at=None), is_program=False)
