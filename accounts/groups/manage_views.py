"""Coordinators' pages: the groups of their agencies, and who is in them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.agencies import operations as agencies
from accounts.decorators import coordinators_only
from accounts.groups import operations as groups
from accounts.groups.forms import (
    GroupFilterForm,
    GroupForm,
    InstructorForm,
    MembersForm,
    NewGroupForm,
)
from accounts.languages import current_language
from accounts.lists_with_closed import ListWithClosed
from accounts.minors.roles import RoleRefused
from accounts.models import Agency, Group, GroupMember, Membership
from accounts.permissions import accounts_known_to
from accounts.ticked import ticked_people
from editing.views import compares_again

PAGE_SIZE = 25
FOUND_AT_MOST = 25


@coordinators_only
@require_GET
def group_list(request):
    mine = Group.objects.coordinated_by(request.user)
    listed = ListWithClosed(request, mine, GroupFilterForm(request.GET))
    current = Q(people__ended_at=None)
    shown = listed.shown.annotate(
        members=Count("people", filter=current & Q(people__part="member")),
        instructors=Count("people", filter=current & Q(people__part="instructor")),
    )
    shown = shown.select_related("agency").order_by("agency__name", "school_year", "name", "pk")
    context = listed.context(shown, size=PAGE_SIZE)
    return render(request, "accounts/manage/groups.html", context)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    places = Agency.objects.where_user_is(request.user, Membership.Role.COORDINATOR)
    places = places.filter(closed_at=None).in_the_order_of_the_tree()
    initial = {"agency": places.filter(slug=request.GET.get("agency", "")).first()}
    form = NewGroupForm(request.POST or None, initial=initial, places=places)
    if form.is_bound and form.is_valid():
        try:
            group = groups.add(**form.cleaned_data, by=request.user)
        except groups.NameTaken:
            form.add_error("name", _name_taken())
        except agencies.Closed:
            form.add_error("agency", _("This agency has closed. Choose another one."))
        else:
            messages.success(request, _("%(group)s is added.") % {"group": group})
            return redirect(group)
    status = 422 if form.errors else 200
    return render(request, "accounts/manage/group_new.html", {"form": form}, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def group(request, public_id):
    group = _get_group(request, public_id)
    form = GroupForm(
        request.POST if request.method == "POST" else None,
        instance=group,
        initial=groups.stored(group),
    )
    if form.is_bound and form.is_valid():
        try:
            groups.change(group, by=request.user, edit=form.edit)
        except groups.NameTaken:
            form.add_error("name", _name_taken())
        except groups.IdTaken:
            form.add_error("external_id", _("Another group of this agency has this ID."))
        except groups.GroupClosed:
            form.add_error(None, _has_closed())
        else:
            messages.success(request, _("Saved."))
            return redirect(group)
    return _group_page(request, public_id, form=form)


@coordinators_only
@require_POST
def close(request, public_id):
    """Close the group, or open it again."""
    group = _get_group(request, public_id)
    if request.POST.get("act") != "reopen":
        groups.close(group, by=request.user)
        messages.success(request, _("%(group)s is closed.") % {"group": group})
        return redirect(group)
    try:
        groups.reopen(group, by=request.user)
    except agencies.Closed:
        messages.error(request, _("Its agency has closed, so the group stays closed."))
    except groups.NameTaken:
        messages.error(request, _name_taken())
    else:
        messages.success(request, _("%(group)s is open again.") % {"group": group})
    return redirect(group)


@coordinators_only
@require_POST
def add_members(request, public_id):
    """The people at these addresses, or those who were found and ticked."""
    group = _get_group(request, public_id)
    form = None
    try:
        if ticked := _ticked(request):
            count = groups.add_accounts(group, ticked, by=request.user)
        else:
            form = MembersForm(request.POST)
            if not form.is_valid():
                return _group_page(request, public_id, members_form=form)
            language = current_language()
            people = [(address, "", language) for address in form.cleaned_data["emails"]]
            count = groups.add_people(group, people, by=request.user)
    except (groups.GroupClosed, agencies.Closed):
        messages.error(request, _has_closed())
        return redirect(group)
    said = ngettext("%(count)s person is new here.", "%(count)s people are new here.", count)
    messages.success(request, said % {"count": count})
    return redirect(group)


@coordinators_only
@require_POST
def add_instructor(request, public_id):
    group = _get_group(request, public_id)
    form = InstructorForm(request.POST)
    if not form.is_valid():
        return _group_page(request, public_id, instructor_form=form)
    try:
        place = groups.add_instructor(
            group, by=request.user, language=current_language(), **form.cleaned_data
        )
    except (groups.GroupClosed, agencies.Closed):
        messages.error(request, _has_closed())
        return redirect(group)
    except RoleRefused as refusal:
        form.add_error(None, str(refusal))
        return _group_page(request, public_id, instructor_form=form)
    said = _("%(person)s is now an instructor of this group.") % {"person": place.user}
    messages.success(request, said)
    return redirect(group)


@coordinators_only
@require_POST
def end_place(request, public_id, pk):
    group = _get_group(request, public_id)
    place = get_object_or_404(group.people.select_related("user"), pk=pk)
    groups.end_place(place, by=request.user)
    said = _("%(person)s is no longer in this group.") % {"person": place.user}
    messages.success(request, said)
    return redirect(group)


def _group_page(request, public_id, *, form=None, members_form=None, instructor_form=None):
    group = _get_group(request, public_id)
    form = form or GroupForm(instance=group, initial=groups.stored(group))
    words = request.GET.get("q", "").strip()[:100]
    people = group.people.filter(ended_at=group.closed_at)
    people = people.select_related("user").order_by("user__name", "user__email", "pk")
    bound = [one for one in (form, members_form, instructor_form) if one and one.errors]
    context = {
        "group": group,
        "form": form,
        "members_form": members_form or MembersForm(),
        "instructor_form": instructor_form or InstructorForm(),
        "has_errors": bool(bound),
        "instructors": people.filter(part=GroupMember.Part.INSTRUCTOR),
        "page": Paginator(people.filter(part=GroupMember.Part.MEMBER), 50).get_page(
            request.GET.get("page")
        ),
        "left_count": group.people.exclude(ended_at=group.closed_at).exclude(ended_at=None).count(),
        "q": words,
        "found": _found(request, group, words) if words else [],
    }
    status = 422 if bound else 200
    return render(request, "accounts/manage/group.html", context, status=status)


def _found(request, group, words):
    """People of the coordinator's agencies with these words, who are not in the group yet."""
    people = accounts_known_to(request.user).filter(is_active=True)
    for word in words.split()[:8]:
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    there = group.people.current().values("user")
    return people.exclude(pk__in=there).order_by("name", "email")[:FOUND_AT_MOST]


def _ticked(request):
    keys = ticked_people(request, most=FOUND_AT_MOST)
    return list(accounts_known_to(request.user).filter(pk__in=keys)) if keys else []


def _name_taken() -> str:
    return _("This agency has a group of this name in the same school year. Choose another name.")


def _has_closed() -> str:
    return _("This group has closed. Open it again first.")


def _get_group(request, public_id) -> Group:
    mine = Group.objects.coordinated_by(request.user).select_related("agency")
    return get_object_or_404(mine, public_id=public_id)
