"""“Ready for teachers”: the checklist after the set-up, and the closed days that it asks for."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.closed_days import operations as closed_days
from accounts.decorators import program_managers_only
from accounts.models import ClosedDay
from accounts.permissions import root_of
from accounts.set_up import operations as set_up
from office.setup import operations
from office.setup.checklist import checklist_of, items
from office.setup.forms import ClosedDayForm


@program_managers_only
@require_safe
@never_cache
def ready(request):
    row = _row(request)
    listed = items(row)
    context = {"items": listed, "is_ready": all(item.is_done for item in listed)}
    return render(request, "office/manage/ready.html", context)


@program_managers_only
@require_POST
def ready_act(request):
    """Send the test email, say that the texts are read, or hide the finished list."""
    row = _row(request)
    act = request.POST.get("act", "")
    if act == "mail":
        operations.send_test_letter(request.user, now=timezone.now())
        said = _("The email to %(address)s is on its way. This page says when it has left.")
        messages.success(request, said % {"address": request.user.email})
    elif act == "texts":
        set_up.say_texts_are_read(by=request.user)
    elif act == "hide":
        if not all(item.is_done for item in items(row)):
            messages.error(request, _("Something is still missing. Hide the list when it is done."))
            return redirect("office:manage_ready")
        set_up.hide_checklist(by=request.user)
        messages.success(request, _("The list is hidden."))
        return redirect("office:manage_today")
    return redirect("office:manage_ready")


def _row(request):
    row = checklist_of(request.user)
    if row is None:
        raise Http404
    return row


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def closed_day_list(request):
    """The days on which nobody works anywhere in the program."""
    agency = root_of(request.user)
    form = ClosedDayForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        closed_days.add(agency, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. Due dates from now on leave these days out."))
        return redirect("office:manage_closed_days")
    days = ClosedDay.objects.filter(agency=agency, date__gte=timezone.localdate())
    context = {"form": form, "days": days, "agency": agency}
    status = 422 if form.errors else 200
    return render(request, "office/manage/closed_days.html", context, status=status)


@program_managers_only
@require_POST
def closed_day_remove(request, pk):
    day = get_object_or_404(ClosedDay, agency=root_of(request.user), pk=pk)
    closed_days.remove(day, by=request.user)
    messages.success(request, _("The day is a working day again."))
    return redirect("office:manage_closed_days")
