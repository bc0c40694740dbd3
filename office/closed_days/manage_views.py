"""Public holidays and school calendars as closed days of the whole program."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.closed_days import operations as closed_days
from accounts.closed_days import public_holidays
from accounts.decorators import program_managers_only
from accounts.models import ClosedDay
from accounts.permissions import root_of
from editing.views import compares_again
from office.closed_days.forms import (
    YEARS_AHEAD,
    CalendarForm,
    EventsForm,
    HolidaysForm,
    PlaceForm,
    unpacked,
)
from program import operations as program
from program.current import current


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request, year=None):
    """The public holidays of a year, each of which can be left out."""
    years = _years()
    year = year or years[0]
    if year not in years:
        raise Http404
    agency = root_of(request.user)
    offered, closed = _holidays(agency, year)
    form = HolidaysForm(request.POST if request.method == "POST" else None, offered=offered)
    if form.is_bound and form.is_valid():
        count = closed_days.add_days(agency, form.chosen, by=request.user)
        messages.success(request, _added(count))
        return redirect("office:manage_closed_days")
    return _page(request, year, form, closed)


@program_managers_only
@require_POST
@compares_again
def holiday_place(request):
    country = request.POST.get("holiday_country", "")
    data = request.POST.copy()
    if country != current().holiday_country:
        data["holiday_state"] = ""
    form = PlaceForm(data, initial=program.stored(), country=country)
    if form.is_valid():
        program.change(by=request.user, agency=root_of(request.user), edit=form.edit)
        return redirect("office:manage_holidays")
    year = _years()[0]
    offered, closed = _holidays(root_of(request.user), year)
    return _page(request, year, HolidaysForm(offered=offered), closed, place_form=form)


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request):
    """Read a calendar, then choose its events on the next page."""
    agency, today = root_of(request.user), timezone.localdate()
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = CalendarForm(data, files, today=today)
    if form.is_bound and form.is_valid():
        events = EventsForm(events=form.found.events, known=_known(agency, today))
        if events.listed:
            context = {"form": events, "left_out": form.found.left_out}
            return render(request, "office/manage/closed_days_events.html", context)
        form.add_error(None, _("Every event of this calendar was canceled."))
    status = 422 if form.errors else 200
    return render(request, "office/manage/closed_days_calendar.html", {"form": form}, status=status)


@program_managers_only
@require_POST
def calendar_choose(request):
    events = unpacked(request.POST.get("calendar", ""))
    if events is None:
        messages.error(request, _("This page is more than a day old. Read the calendar again."))
        return redirect("office:manage_calendar")
    agency, today = root_of(request.user), timezone.localdate()
    known = {event.uid for event in events}  # as the page offered them
    form = EventsForm(request.POST, events=events, known=known)
    if not form.is_valid():
        context = {"form": form, "left_out": {}}
        return render(request, "office/manage/closed_days_events.html", context, status=422)
    added, removed = closed_days.follow_calendar(agency, form.chosen, today=today, by=request.user)
    said = _added(added)
    if removed:
        words = ngettext("%(count)s day is open again.", "%(count)s days are open again.", removed)
        said = f"{said} {words % {'count': removed}}"
    messages.success(request, said)
    return redirect("office:manage_closed_days")


def _holidays(agency, year):
    """What is offered, and the holidays that are closed already."""
    place = current()
    days = public_holidays.working_days_off(place.holiday_country, place.holiday_state, year)
    rows = ClosedDay.objects.filter(agency=agency, date__in=days)
    closed = dict(rows.values_list("date", "name"))
    today = timezone.localdate()
    offered = {day: name for day, name in days.items() if day not in closed and day >= today}
    return offered, sorted(closed.items())


def _page(request, year, form, closed, place_form=None):
    place = current()
    context = {
        "form": form,
        "place_form": place_form
        or PlaceForm(initial=program.stored(), country=place.holiday_country),
        "year": year,
        "years": _years(),
        "closed": closed,
    }
    has_errors = form.errors or (place_form and place_form.errors)
    status = 422 if has_errors else 200
    return render(request, "office/manage/closed_days_holidays.html", context, status=status)


def _years():
    first = timezone.localdate().year
    return list(range(first, first + YEARS_AHEAD))


def _known(agency, today):
    coming = ClosedDay.objects.filter(agency=agency, date__gte=today).exclude(uid="")
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
