"""Coordinators' pages: inviting people by a list of addresses, and who may do what."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.agencies.operations import Closed
from accounts.decorators import coordinators_only
from accounts.languages import current_language
from accounts.minors.roles import RoleRefused
from accounts.models import Agency, Membership
from accounts.people import operations
from accounts.permissions import changes_own_role
from office.people.invitation_forms import InvitationForm
from office.people.querysets import part_of

PAGE_SIZE = 25


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request):
    """The list of open invitations, and a form that first shows what it would do."""
    agencies = part_of(request.user)
    places = Agency.objects.filter(pk__in=agencies, closed_at=None)
    is_sent = request.method == "POST"
    form = InvitationForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, agencies=places
    )
    if is_sent and form.is_valid():
        own = _own_row(request, form)
        if own:
            said = _("You can’t change your own role. Take your address out of the list.")
            form.add_error("people", said)
        elif "confirmed" in request.POST:
            if _invite(request, form):
                return redirect("office:manage_invitations")
        else:
            return render(request, "office/manage/people/invite.html", {"form": form})
    waiting = Membership.objects.confirmed().filter(agency__in=agencies)
    waiting = waiting.filter(user__joined_at=None, user__is_active=True)
    waiting = waiting.select_related("user", "agency").order_by("-begun_at", "-pk")
    context = {
        "form": form,
        "page": Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    status = 422 if form.errors else 200
    return render(request, "office/manage/people/invitations.html", context, status=status)


def _own_row(request, form) -> bool:
    role = form.cleaned_data["role"]
    return any(
        changes_own_role(request.user, email=row.email, role=role)
        for row in form.rows
        if row.will_do and role == Membership.Role.COORDINATOR
    )


def _invite(request, form) -> bool:
    data = form.cleaned_data
    try:
        count = operations.invite_many(
            [(row.email, row.name) for row in form.rows if row.will_do],
            agency=data["agency"],
            role=data["role"],
            ends_on=data["ends_on"],
            language=current_language(),
            by=request.user,
        )
    except Closed:
        form.add_error("agency", _("This agency has closed. Choose another one."))
        return False
    except RoleRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    said = ngettext(
        "%(count)s person is invited and gets an email.",
        "%(count)s people are invited and get an email.",
        count,
    )
    messages.success(request, said % {"count": count})
    return True


@coordinators_only
@require_GET
def who_may(request):
    """Everybody with a role in the coordinator's part, and what each role may do."""
    roles = Membership.objects.given_roles().filter(agency__in=part_of(request.user))
    roles = roles.select_related("user", "agency")
    page = Paginator(roles.order_by("agency__name", "role", "user__name", "pk"), PAGE_SIZE)
    context = {"page": page.get_page(request.GET.get("page"))}
    return render(request, "office/manage/people/who_may.html", context)
