"""Coordinators' pages: the agencies of their part of the tree, and who has a role there."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import operations as accounts
from accounts.agencies import operations as agencies
from accounts.agencies.forms import AgencyFilterForm, AgencyForm, NewAgencyForm, PlaceForm, RoleForm
from accounts.decorators import coordinators_only
from accounts.languages import current_language
from accounts.lists_with_closed import ListWithClosed
from accounts.minors.roles import RoleRefused
from accounts.models import Agency, Membership
from accounts.permissions import can_end_role, can_place, changes_own_role
from accounts.querysets import AgencyQuerySet
from editing.shown import NotAsShown
from editing.views import compares_again

Role = Membership.Role
PAGE_SIZE = 100


@coordinators_only
@require_GET
def agency_list(request):
    listed = ListWithClosed(request, _coordinated(request), AgencyFilterForm(request.GET))
    today = timezone.localdate()
    in_force = Q(memberships__ended_at=None, memberships__confirmed_at__isnull=False) & (
        Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=today)
    )
    shown = listed.shown.annotate(
        **{
            f"{role}s": Count("memberships", filter=in_force & Q(memberships__role=role))
            for role in (Role.EARNER, Role.REVIEWER, Role.COORDINATOR)
        }
    )
    context = listed.context(shown.in_the_order_of_the_tree(), size=PAGE_SIZE)
    return render(request, "accounts/manage/agencies.html", context)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    initial = {"parent": _coordinated(request).filter(slug=request.GET.get("part_of", "")).first()}
    form = NewAgencyForm(request.POST or None, initial=initial, places=_places(request))
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            agency = agencies.add(
                data["parent"], name=data["name"], kind=data["kind"], by=request.user
            )
        except agencies.NameTaken:
            form.add_error("name", _name_taken())
        except agencies.Closed:
            form.add_error("parent", _("This agency has closed. Choose another one."))
        else:
            messages.success(request, _("%(agency)s is added.") % {"agency": agency})
            return redirect("accounts:manage_agency", agency.slug)
    status = 422 if form.errors else 200
    return render(request, "accounts/manage/agency_new.html", {"form": form}, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def agency(request, slug):
    """The agency itself: its name, its place, who has a role, and what is below it."""
    agency = _get_agency(request, slug)
    form = AgencyForm(
        request.POST if request.method == "POST" else None,
        instance=agency,
        initial=agencies.stored(agency),
    )
    if form.is_bound and form.is_valid():
        try:
            agencies.change(agency, by=request.user, edit=form.edit)
        except agencies.NameTaken:
            form.add_error("name", _name_taken())
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:manage_agency", slug)
    return _agency_page(request, slug, form=form)


@coordinators_only
@require_POST
def give_role(request, slug):
    agency = _get_agency(request, slug)
    form = RoleForm(request.POST)
    if form.is_valid() and changes_own_role(request.user, **form.cleaned_data):
        form.add_error(None, _("You can’t change your own role. Ask another coordinator to do it."))
    if not form.is_valid():
        return _agency_page(request, slug, role_form=form)
    try:
        membership = accounts.invite_to_role(
            agency, by=request.user, language=current_language(), **form.cleaned_data
        )
    except agencies.Closed:
        form.add_error(None, _("This agency has closed, so nobody can be given a role here."))
        return _agency_page(request, slug, role_form=form)
    except RoleRefused as refusal:
        form.add_error(None, str(refusal))
        return _agency_page(request, slug, role_form=form)
    said = _("%(person)s has this role here now: %(role)s. They get an email about it.")
    names = {"person": membership.user, "role": membership.get_role_display()}
    messages.success(request, said % names)
    return redirect("accounts:manage_agency", slug)


@coordinators_only
@require_POST
def take_role(request, slug, pk):
    agency = _get_agency(request, slug)
    roles = Membership.objects.given_roles().select_related("user")
    membership = get_object_or_404(roles, agency=agency, pk=pk)
    if not can_end_role(request.user, membership):
        messages.error(request, _("You can’t end your own role. Ask another coordinator to do it."))
        return redirect("accounts:manage_agency", slug)
    accounts.take_role(membership, by=request.user)
    said = _("%(person)s no longer has this role here: %(role)s.")
    names = {"person": membership.user, "role": membership.get_role_display()}
    messages.success(request, said % names)
    return redirect("accounts:manage_agency", slug)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def place(request, slug):
    """Buttons that move the agency, merge it into another, close it or open it again."""
    agency = _get_agency(request, slug)
    if not can_place(request.user, agency):
        messages.error(request, _("Only a coordinator of the agency above it can do this."))
        return redirect("accounts:manage_agency", slug)
    data = request.POST if request.method == "POST" else None
    act = request.POST.get("act", "")
    others = _places(request).exclude(pk__in=Agency.objects.within(agency).values("pk"))
    move_form = PlaceForm(
        data if act == "move" else None, prefix="move", places=others, label=_("New place")
    )
    merge_form = PlaceForm(
        data if act == "merge" else None, prefix="merge", places=others, label=_("Merge into")
    )
    bound = {"move": move_form, "merge": merge_form}.get(act)
    refusal = ""
    if act in ("close", "reopen") or (bound and bound.is_valid()):
        to = bound.cleaned_data["to"] if bound else None
        refusal = _perform(request, act, agency, to)
        if not refusal:
            return redirect("accounts:manage_agency", slug)
    context = {
        "agency": agency,
        "move_form": move_form,
        "merge_form": merge_form,
        "refusal": refusal,
        "mark": agencies.place_mark(agency),
        "people_count": _people_here(agency),
        "open_below": agency.children.filter(closed_at=None).count(),
    }
    status = 422 if refusal or (bound and bound.errors) else 200
    return render(request, "accounts/manage/agency_place.html", context, status=status)


def _perform(request, act: str, agency: Agency, to: Agency | None) -> str:
    """Do what the pressed button says, and show a message. Returns why it was refused, or ""."""
    by, shown = request.user, request.POST.get("shown", "")
    try:
        if act == "move":
            agencies.move(agency, to, by=by, shown=shown)
            said = _("%(agency)s is now part of %(place)s.") % {"agency": agency, "place": to}
        elif act == "merge":
            count = agencies.merge(agency, to, by=by, shown=shown)
            said = ngettext(
                "%(agency)s is merged into %(place)s. %(count)s person moved.",
                "%(agency)s is merged into %(place)s. %(count)s people moved.",
                count,
            ) % {"agency": agency, "place": to, "count": count}
        elif act == "close":
            agencies.close(agency, by=by, shown=shown)
            said = _("%(agency)s is closed. Its badges and awards stay.") % {"agency": agency}
        else:
            agencies.reopen(agency, by=by)
            said = _("%(agency)s is open again.") % {"agency": agency}
    except NotAsShown:
        return _("This agency changed in the meantime. Please look again.")
    except agencies.Closed:
        return _("One of these agencies has closed. Choose another one.")
    except agencies.InACircle:
        return _("An agency can’t be part of itself or of an agency below it.")
    except agencies.NameTaken:
        return _("There is already an agency of the same name there. Rename one of them first.")
    except agencies.StillOpen as refused:
        names = ", ".join(refused.names)
        return _("Close or move the agencies below it first: %(names)s") % {"names": names}
    messages.success(request, said)
    return ""


def _name_taken() -> str:
    return _("There is already an agency of this name in the same place. Choose another name.")


def _agency_page(request, slug, *, form=None, role_form=None):
    agency = _get_agency(request, slug)
    form = form or AgencyForm(instance=agency, initial=agencies.stored(agency))
    role_form = role_form or RoleForm()
    roles = Membership.objects.given_roles().filter(agency=agency)
    context = {
        "agency": agency,
        "form": form,
        "role_form": role_form,
        "roles": roles.select_related("user").order_by("role", "user__name", "pk"),
        "children": agency.children.order_by("closed_at", "name"),
        "people_count": _people_here(agency),
        "can_place": can_place(request.user, agency),
    }
    status = 422 if form.errors or role_form.errors else 200
    return render(request, "accounts/manage/agency.html", context, status=status)


def _people_here(agency: Agency) -> int:
    return Membership.objects.confirmed().workplaces().filter(agency=agency).count()


def _coordinated(request) -> AgencyQuerySet:
    return Agency.objects.where_user_is(request.user, Role.COORDINATOR)


def _places(request) -> AgencyQuerySet:
    """Agencies to which another can be moved, or into which it can be merged."""
    return _coordinated(request).filter(closed_at=None).in_the_order_of_the_tree()


def _get_agency(request, slug) -> Agency:
    return get_object_or_404(
        _coordinated(request).select_related("parent", "merged_into"), slug=slug
    )
