"""“Ready for teachers”: the checklist after the set-up."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import program_managers_only
from accounts.set_up import operations as set_up
from office.setup import operations
from office.setup.checklist import checklist_of, items


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
