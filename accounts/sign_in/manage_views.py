"""Coordinators' pages: how people sign in at the agencies of their part of the tree."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.decorators import coordinators_only, restrict_to
from accounts.models import Agency, Membership, User, second_steps
from accounts.permissions import can_reset_second_step, is_coordinator
from accounts.querysets import AgencyQuerySet
from accounts.sign_in import operations
from accounts.sign_in.forms import SecondStepRolesForm
from audit.forms import ReasonForm
from editing.views import compares_again

Role = Membership.Role
PAGE_SIZE = 25
helpers_only = restrict_to(lambda user: is_coordinator(user) or user.is_superuser)


@coordinators_only
@require_GET
def overview(request):
    agencies = _coordinated(request).filter(closed_at=None).in_the_order_of_the_tree()
    page = Paginator(agencies, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(agency, _names(agency.second_step_roles)) for agency in page]
    context = {"page": page, "rows": rows}
    return render(request, "accounts/manage/sign_in.html", context)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def agency(request, slug):
    """The second step that this agency requires, and who has one."""
    agency = get_object_or_404(_coordinated(request).select_related("parent"), slug=slug)
    form = SecondStepRolesForm(
        request.POST if request.method == "POST" else None, initial=operations.stored(agency)
    )
    if form.is_bound and form.is_valid():
        operations.require_second_step(agency, by=request.user, edit=form.edit)
        messages.success(request, _("Saved."))
        return redirect("accounts:manage_sign_in_agency", slug)
    has_one = Exists(second_steps().filter(user=OuterRef("user")))
    people = Membership.objects.given_roles().filter(agency=agency).annotate(has_one=has_one)
    people = people.select_related("user").order_by("user__name", "pk")
    context = {
        "agency": agency,
        "form": form,
        "domains": agency.domains.all(),
        "providers": agency.providers.all(),
        "page": Paginator(people, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/manage/sign_in_agency.html", context, status=status)


@helpers_only
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request, pk):
    """Remove the second step of somebody who lost theirs."""
    people = User.objects.all()
    if not request.user.is_superuser:
        coordinated = _coordinated(request).values("pk")
        mine = Membership.objects.confirmed().filter(agency__in=coordinated)
        people = people.filter(pk__in=mine.values("user"))
    person = get_object_or_404(people, pk=pk)
    if not can_reset_second_step(request.user, person):
        raise PermissionDenied
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        if operations.reset_second_step(person, by=request.user, reason=reason):
            said = _("The second step of %(person)s is removed. They get an email about it.")
            messages.success(request, said % {"person": person})
        else:
            messages.info(request, _("%(person)s has no second step.") % {"person": person})
        return redirect("accounts:manage_sign_in" if is_coordinator(request.user) else "/operator/")
    status = 422 if form.errors else 200
    context = {"person": person, "form": form}
    return render(request, "accounts/manage/second_step_reset.html", context, status=status)


def _coordinated(request) -> AgencyQuerySet:
    return Agency.objects.where_user_is(request.user, Role.COORDINATOR)


def _names(roles: list[str]) -> str:
    return ", ".join(str(Role(role).label) for role in roles)
