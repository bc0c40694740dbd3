"""The page of one person, and what a coordinator does from it."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import operations as accounts
from accounts.addresses import operations as addresses
from accounts.agencies.operations import Closed
from accounts.decorators import coordinators_only
from accounts.minors.roles import RoleRefused
from accounts.models import AddressChange, Agency, Membership, User
from accounts.people import operations
from accounts.permissions import can_end_role, can_hold_role, changes_own_role
from editing.views import compares_again
from mail.operations import send_again
from office.people.acts import ACTS
from office.people.forms import AddressForm, NameForm, PersonRoleForm
from office.people.permissions import can_change_account
from office.people.person import emails_of, held_assignments, person_page
from office.people.querysets import part_of, seen_by


@coordinators_only
@require_GET
def person(request, public_id):
    agencies = part_of(request.user)
    person = get_object_or_404(seen_by(request.user, agencies), public_id=public_id)
    return _page(request, person, agencies)


def _page(request, person: User, agencies: list[int], role_form: PersonRoleForm | None = None):
    may_change = can_change_account(request.user, person, agencies)
    holds = person != request.user and held_assignments(person, agencies).exists()
    shown = person_page(request.user, person, agencies)
    context = {
        **shown,
        "person": person,
        "role_form": role_form or PersonRoleForm(agencies=_open(agencies)),
        "can_change": may_change,
        "holds_reviews": holds,
        "reviews": _is_reviewer(person, shown["memberships"]),
        "acts": [(key, ACTS[key].title_for_one) for key in _acts_for(person, may_change, holds)],
    }
    status = 422 if role_form and role_form.errors else 200
    return render(request, "office/manage/people/person.html", context, status=status)


def _is_reviewer(person: User, memberships: Collection[Membership]) -> bool:
    """By a role in the coordinator's part."""
    return any(
        one.role == Membership.Role.REVIEWER and one.user_id == person.pk and not one.ended_at
        for one in memberships
    )


def _acts_for(person: User, may_change: bool, holds_reviews: bool) -> list[str]:
    acts = []
    if person.is_invited and person.is_active:
        acts.append("invite")
    if holds_reviews:
        acts.append("release")
    if may_change:
        acts.append("deactivate" if person.is_active else "reactivate")
    return acts


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def name(request, public_id):
    """Correct the name, as it will be on new badges."""
    person, agencies = _changeable(request, public_id)
    data = request.POST if request.method == "POST" else None
    form = NameForm(data, instance=person, initial={"name": person.name})
    if form.is_bound and form.is_valid():
        place = _open(agencies).in_the_order_of_the_tree()[0]
        operations.correct_name(person, edit=form.edit, by=request.user, agency=place)
        messages.success(request, _("The name is saved, and the person gets an email about it."))
        return redirect("office:manage_person", public_id)
    status = 422 if form.errors else 200
    context = {"form": form, "person": User.objects.get(pk=person.pk)}
    return render(request, "office/manage/people/name.html", context, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def address(request, public_id):
    """Ask a new mailbox to confirm that it is the person's address, or withdraw that."""
    person, agencies = _changeable(request, public_id)
    if request.method == "POST" and "withdraw" in request.POST:
        if addresses.withdraw(person, by=request.user):
            messages.success(request, _("The request is withdrawn. The address stays as it is."))
        return redirect("office:manage_person", public_id)
    form = AddressForm(request.POST or None)
    if form.is_bound and form.is_valid():
        place = _open(agencies).in_the_order_of_the_tree()[0]
        try:
            addresses.ask_for_change(person, by=request.user, agency=place, **form.cleaned_data)
        except addresses.SameAddress:
            form.add_error("email", _("This is the address already. Enter another one."))
        else:
            said = _("The new mailbox gets an email. The address changes when it has confirmed.")
            messages.success(request, said)
            return redirect("office:manage_person", public_id)
    waiting = AddressChange.objects.open().filter(user=person).first()
    context = {"form": form, "person": person, "waiting": waiting}
    status = 422 if form.errors else 200
    return render(request, "office/manage/people/address.html", context, status=status)


@coordinators_only
@require_POST
def give_role(request, public_id):
    agencies = part_of(request.user)
    person = get_object_or_404(seen_by(request.user, agencies), public_id=public_id)
    form = PersonRoleForm(request.POST, agencies=_open(agencies))
    if form.is_valid() and changes_own_role(
        request.user, email=person.email, role=form.cleaned_data["role"]
    ):
        form.add_error(None, _("You can’t change your own role. Ask another coordinator to do it."))
    if form.is_valid() and not can_hold_role(person, form.cleaned_data["role"]):
        said = _("Somebody without email can only be a learner. Add an email address first.")
        form.add_error("role", said)
    if form.is_valid():
        try:
            accounts.invite_to_role(
                form.cleaned_data["agency"],
                email=person.email,
                name="",
                role=form.cleaned_data["role"],
                ends_on=form.cleaned_data["ends_on"],
                language=person.language,
                by=request.user,
            )
        except Closed:
            form.add_error("agency", _("This agency has closed. Choose another one."))
        except RoleRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The role is given, and the person gets an email."))
            return redirect("office:manage_person", public_id)
    return _page(request, person, agencies, role_form=form)


@coordinators_only
@require_POST
def end_role(request, public_id, pk):
    agencies = part_of(request.user)
    person = get_object_or_404(seen_by(request.user, agencies), public_id=public_id)
    own = User.objects.same_person(person)
    roles = Membership.objects.given_roles().filter(agency__in=agencies, user__in=own)
    membership = get_object_or_404(roles.select_related("user"), pk=pk)
    if can_end_role(request.user, membership):
        accounts.take_role(membership, by=request.user)
        messages.success(request, _("The role has ended."))
    else:
        messages.error(request, _("You can’t end your own role. Ask another coordinator to do it."))
    return redirect("office:manage_person", public_id)


@coordinators_only
@require_POST
def resend(request, public_id, pk):
    """Send an email again that is about something that the coordinator sees."""
    agencies = part_of(request.user)
    person = get_object_or_404(seen_by(request.user, agencies), public_id=public_id)
    email = get_object_or_404(emails_of(request.user, person, agencies), pk=pk)
    place = Agency.objects.filter(pk__in=agencies).in_the_order_of_the_tree()[0]
    if send_again(email, to=person.email, about=person, agency=place, by=request.user):
        messages.success(request, _("The email is on its way again."))
    else:
        messages.info(request, _("This email is on its way already, or was sent again today."))
    return redirect("office:manage_person", public_id)


def _changeable(request, public_id) -> tuple[User, list[int]]:
    agencies = part_of(request.user)
    person = get_object_or_404(seen_by(request.user, agencies), public_id=public_id)
    if not can_change_account(request.user, person, agencies):
        raise PermissionDenied
    return person, agencies


def _open(agencies: list[int]):
    return Agency.objects.filter(pk__in=agencies, closed_at=None)
