"""Closed days of the whole program and of single agencies: by hand, from holidays and calendars.

Those of the program are for whoever manages it; those of an agency for its coordinators. Each page
is the same for both: without `slug` it is about the agency at the top.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.closed_days import operations as closed_days
from accounts.closed_days import public_holidays
from accounts.decorators import coordinators_only, program_managers_only
from accounts.models import ClosedDay
from editing.views import compares_again
from office.closed_days.calendar_of import CalendarOf, of_agency, of_program
from office.closed_days.forms import (
    YEARS_AHEAD,
    CalendarForm,
    ClosedDayForm,
    EventsForm,
    HolidaysForm,
    PlaceForm,
    unpacked,
)
from program import operations as program
from program.current import current


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def closed_day_list(request):
    """The days on which nobody works anywhere in the program."""
    return _days(request, of_program(request.user))


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def agency_days(request, slug):
    """The days on which nobody works in this agency and below it."""
    return _days(request, of_agency(request.user, slug))


@program_managers_only
@require_POST
def closed_day_remove(request, pk):
    return _remove(request, of_program(request.user), pk)


@coordinators_only
@require_POST
def agency_day_remove(request, slug, pk):
    return _remove(request, of_agency(request.user, slug), pk)


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request, year=None):
    """The public holidays of a year, each of which can be left out."""
    return _holidays_page(request, of_program(request.user), year)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def agency_holidays(request, slug, year):
    return _holidays_page(request, of_agency(request.user, slug), year)


@program_managers_only
@require_POST
@compares_again
def holiday_place(request):
    country = request.POST.get("holiday_country", "")
    data = request.POST.copy()
    if country != current().holiday_country:
        data["holiday_state"] = ""
    form = PlaceForm(data, initial=program.stored(), country=country)
    of = of_program(request.user)
    if form.is_valid():
        program.change(by=request.user, agency=of.agency, edit=form.edit)
        return redirect("office:manage_holidays")
    year = _years()[0]
    offered, closed = _holidays(of, year)
    return _page(request, of, year, HolidaysForm(offered=offered), closed, place_form=form)


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request):
    """Read a calendar, then choose its events on the next page."""
    return _calendar(request, of_program(request.user))


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def agency_calendar(request, slug):
    return _calendar(request, of_agency(request.user, slug))


@program_managers_only
@require_POST
def calendar_choose(request):
    return _choose(request, of_program(request.user))


@coordinators_only
@require_POST
def agency_calendar_choose(request, slug):
    return _choose(request, of_agency(request.user, slug))


def _days(request, of: CalendarOf):
    form = ClosedDayForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        closed_days.add(of.agency, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. Due dates from now on leave these days out."))
        return redirect(of.days_url)
    today = timezone.localdate()
    days = ClosedDay.objects.filter(date__gte=today)
    context = {
        "form": form,
        "of": of,
        "days": [(day, of.remove_url(day)) for day in days.filter(agency=of.agency)],
        "days_above": days.filter(agency__in=of.above).select_related("agency"),
    }
    status = 422 if form.errors else 200
    return render(request, "office/manage/closed_days.html", context, status=status)


def _remove(request, of: CalendarOf, pk):
    day = get_object_or_404(ClosedDay, agency=of.agency, pk=pk)
    closed_days.remove(day, by=request.user)
    messages.success(request, _("The day is a working day again."))
    return redirect(of.days_url)


def _holidays_page(request, of: CalendarOf, year):
    years = _years()
    year = year or years[0]
    if year not in years:
        raise Http404
    offered, closed = _holidays(of, year)
    form = HolidaysForm(request.POST if request.method == "POST" else None, offered=offered)
    if form.is_bound and form.is_valid():
        count = closed_days.add_days(of.agency, form.chosen, by=request.user)
        messages.success(request, _added(count))
        return redirect(of.days_url)
    return _page(request, of, year, form, closed)


def _calendar(request, of: CalendarOf):
    today = timezone.localdate()
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = CalendarForm(data, files, today=today)
    if form.is_bound and form.is_valid():
        events = EventsForm(events=form.found.events, known=_known(of, today))
        if events.listed:
            context = {"form": events, "left_out": form.found.left_out, "of": of}
            return render(request, "office/manage/closed_days_events.html", context)
        form.add_error(None, _("Every event of this calendar was canceled."))
    status = 422 if form.errors else 200
    context = {"form": form, "of": of}
    return render(request, "office/manage/closed_days_calendar.html", context, status=status)


def _choose(request, of: CalendarOf):
    events = unpacked(request.POST.get("calendar", ""))
    if events is None:
        messages.error(request, _("This page is more than a day old. Read the calendar again."))
        return redirect(of.calendar_url)
    known = {event.uid for event in events}  # as the page offered them
    form = EventsForm(request.POST, events=events, known=known)
    if not form.is_valid():
        context = {"form": form, "left_out": {}, "of": of}
        return render(request, "office/manage/closed_days_events.html", context, status=422)
    added, removed = closed_days.follow_calendar(
        of.agency, form.chosen, today=timezone.localdate(), by=request.user
    )
    said = _added(added)
    if removed:
        words = ngettext("%(count)s day is open again.", "%(count)s days are open again.", removed)
        said = f"{said} {words % {'count': removed}}"
    messages.success(request, said)
    return redirect(of.days_url)


def _holidays(of: CalendarOf, year):
    """What is offered, and the holidays that are closed already, here or above."""
    place = current()
    days = public_holidays.working_days_off(place.holiday_country, place.holiday_state, year)
    rows = ClosedDay.objects.filter(agency__in=[of.agency, *of.above], date__in=days)
    closed = dict(rows.values_list("date", "name"))
    today = timezone.localdate()
    offered = {day: name for day, name in days.items() if day not in closed and day >= today}
    return offered, sorted(closed.items())


def _page(request, of: CalendarOf, year, form, closed, place_form=None):
    if place_form is None and of.is_program:
        place_form = PlaceForm(initial=program.stored(), country=current().holiday_country)
    context = {
        "form": form,
        "place_form": place_form,
        "of": of,
        "years": [(one, of.holidays_url(one), one == year) for one in _years()],
        "year": year,
        "form_url": of.holidays_url(year),
        "closed": closed,
    }
    has_errors = form.errors or (place_form and place_form.errors)
    status = 422 if has_errors else 200
    return render(request, "office/manage/closed_days_holidays.html", context, status=status)


def _years():
    first = timezone.localdate().year
    return list(range(first, first + YEARS_AHEAD))


def _known(of: CalendarOf, today):
    coming = ClosedDay.objects.filter(agency=of.agency, date__gte=today).exclude(uid="")
    return set(coming.values_list("uid", flat=True))


def _added(count):
    if not count:
        return _("These days were closed already.")
    words = ngettext(
        "%(count)s day is closed. Due dates from now on leave it out.",
        "%(count)s days are closed. Due dates from now on leave them out.",
        count,
    )
    return words % {"count": count}
