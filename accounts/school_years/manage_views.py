"""Coordinators' page that moves on to a new school year: first a preview, then the button."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import coordinators_only
from accounts.models import Agency, GroupMember, Membership, SchoolYearMove
from accounts.school_years import operations
from accounts.school_years.forms import SchoolYearForm
from editing.shown import NotAsShown

PAGE_SIZE = 25
FIELDS = ("agency", "from_year", "to_year", "copies", "ends_on")


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def school_year(request):
    places = _mine(request).filter(closed_at=None).in_the_order_of_the_tree()
    form = SchoolYearForm(request.POST or None, places=places)
    preview = None
    if form.is_bound and form.is_valid():
        shown = request.POST.get("shown", "")
        if request.POST.get("act") == "move" and shown:
            try:
                operations.move_on(**form.cleaned_data, by=request.user, shown=shown)
            except NotAsShown:
                form.add_error(None, _("The groups changed in the meantime. Please look again."))
            else:
                messages.success(request, _("The new school year has begun."))
                return redirect("accounts:manage_school_year")
        preview = _preview(form.cleaned_data)
    moves = SchoolYearMove.objects.filter(agency__in=_mine(request)).select_related("agency")
    context = {
        "form": form,
        "preview": preview,
        "hidden": [(name, request.POST[name]) for name in FIELDS if request.POST.get(name)],
        "page": Paginator(moves, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/manage/school_year.html", context, status=status)


@coordinators_only
@require_POST
def undo(request, public_id):
    mine = SchoolYearMove.objects.filter(agency__in=_mine(request))
    stay = operations.undo(get_object_or_404(mine, public_id=public_id), by=request.user)
    messages.success(request, _("The groups of the earlier school year are open again."))
    if stay:
        said = ngettext(
            "%(count)s group was used or changed since and stays as it is.",
            "%(count)s groups were used or changed since and stay as they are.",
            stay,
        )
        messages.info(request, said % {"count": stay})
    return redirect("accounts:manage_school_year")


def _preview(data):
    groups = operations.groups_of(data["agency"], data["from_year"]).select_related("agency")
    current = GroupMember.objects.current().filter(group__in=groups)
    return {
        "groups": groups.order_by("agency__name", "name")[:PAGE_SIZE],
        "count": groups.count(),
        "members": current.members().count(),
        "instructors": current.instructors().values("user").distinct().count(),
        "mark": operations.mark_of(data["agency"], data["from_year"]),
    }


def _mine(request):
    return Agency.objects.where_user_is(request.user, Membership.Role.COORDINATOR)
