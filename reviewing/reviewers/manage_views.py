"""Coordinators set for their reviewers what these can set themselves."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import coordinators_only
from accounts.models import Agency, Membership, User
from editing.views import compares_again
from reviewing.models import Absence, PastSchool
from reviewing.reviewers.forms import AbsenceForm
from reviewing.reviewers.operations import conflicts
from reviewing.reviewers.operations import settings as operations
from reviewing.reviewers.pages import away, settings_form
from reviewing.reviewers.views import too_many_absences


@coordinators_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def reviewer(request, public_id):
    found, agency = _reviewer(request, public_id)
    form = settings_form(found, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        operations.save_settings(found, edit=form.edit, by=request.user, agency=agency)
        messages.success(request, _("Saved."))
        return redirect("reviewing:manage_reviewer", public_id)
    return _page(request, found, form, AbsenceForm())


@coordinators_only
@require_POST
def absence_add(request, public_id):
    found, agency = _reviewer(request, public_id)
    form = AbsenceForm(request.POST)
    if form.is_valid():
        try:
            operations.add_absence(found, by=request.user, agency=agency, **form.cleaned_data)
        except operations.TooManyAbsences:
            form.add_error(None, too_many_absences())
        else:
            messages.success(request, _("Saved. Nothing is assigned to them on these days."))
            return redirect("reviewing:manage_reviewer", public_id)
    return _page(request, found, settings_form(found), form)


@coordinators_only
@require_POST
def absence_remove(request, public_id, pk):
    found, agency = _reviewer(request, public_id)
    absence = get_object_or_404(Absence.objects.select_related("user"), pk=pk, user=found)
    operations.remove_absence(absence, by=request.user, agency=agency)
    messages.success(request, _("Removed."))
    return redirect("reviewing:manage_reviewer", public_id)


@coordinators_only
@require_POST
def school_remove(request, public_id, pk):
    found, agency = _reviewer(request, public_id)
    past = get_object_or_404(PastSchool.objects.select_related("user"), pk=pk, user=found)
    conflicts.forget_school(past, by=request.user, agency=agency)
    messages.success(request, _("Removed."))
    return redirect("reviewing:manage_reviewer", public_id)


def _reviewer(request, public_id) -> tuple[User, Agency]:
    """With the agency of the coordinator's part for which they review."""
    roles = Membership.objects.confirmed().filter(role=Membership.Role.REVIEWER)
    theirs = roles.coordinated_by(request.user).filter(user__public_id=public_id)
    role = theirs.select_related("agency", "user").order_by("pk").first()
    if role is None:
        raise Http404
    return role.user, role.agency


def _page(request, found: User, form, absence_form):
    context = {
        "reviewer": found,
        "form": form,
        "absence_form": absence_form,
        "absences": away(found),
        "past_schools": PastSchool.objects.filter(user=found).select_related("agency"),
    }
    status = 422 if form.errors or absence_form.errors else 200
    return render(request, "reviewing/manage/reviewer.html", context, status=status)
