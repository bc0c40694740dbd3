"""Coordinators say which badges the instructors of a group may award."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import coordinators_only
from accounts.groups.operations import GroupClosed
from accounts.models import Group
from accounts.ticked import ticked_people
from awarding.groups import operations
from awarding.groups.forms import GroupBadgeForm
from awarding.models import GroupBadge

# A group is a class. Larger sets come as lists.
MOST = 500


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def badges(request, public_id):
    group = _get(request, public_id)
    form = GroupBadgeForm(request.POST or None, user=request.user)
    if form.is_bound and form.is_valid():
        try:
            operations.allow(group, form.cleaned_data["badge_class"], by=request.user)
        except GroupClosed:
            form.add_error(None, _("This group has closed. Open it again first."))
        else:
            messages.success(request, _("The instructors of this group may now award it."))
            return redirect("awarding:manage_group_badges", public_id)
    allowed = GroupBadge.objects.filter(group=group, ended_at=None)
    context = {
        "group": group,
        "form": form,
        "allowed": allowed.select_related("badge_class__current_version"),
    }
    status = 422 if form.errors else 200
    return render(request, "awarding/manage/group_badges.html", context, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def award(request, public_id):
    """Choose members of the group for an award list: also those who have no email."""
    group = _get(request, public_id)
    form = GroupBadgeForm(request.POST or None, user=request.user)
    if form.is_bound and form.is_valid():
        keys = ticked_people(request, most=MOST)
        badge = form.cleaned_data["badge_class"]
        try:
            made = operations.list_members(group, badge, keys, by=request.user)
        except operations.NobodyChosen:
            form.add_error(None, _("Tick the people who get the badge."))
        except GroupClosed:
            form.add_error(None, _("This group has closed. Open it again first."))
        else:
            return redirect(made)
    places = group.people.current().members().select_related("user")
    context = {
        "group": group,
        "form": form,
        "places": places.order_by("user__name", "pk")[:MOST],
        "ticked": request.POST.getlist("people"),
    }
    status = 422 if form.errors else 200
    return render(request, "awarding/manage/group_award.html", context, status=status)


@coordinators_only
@require_POST
def withdraw(request, public_id, pk):
    allowed = get_object_or_404(GroupBadge, group=_get(request, public_id), pk=pk)
    operations.withdraw(allowed, by=request.user)
    messages.success(request, _("The badge is no longer for this group."))
    return redirect("awarding:manage_group_badges", public_id)


def _get(request, public_id) -> Group:
    mine = Group.objects.coordinated_by(request.user).select_related("agency")
    return get_object_or_404(mine, public_id=public_id)
