"""Coordinators' pages: requests for new badges after a change of name, and asking for somebody."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import coordinators_only
from accounts.permissions import are_one_person
from audit.forms import ReasonForm
from audit.moves import TransitionNotAllowed
from issuing.models import Assertion, ReplacedCredential, ReplacementRequest
from issuing.permissions import can_check_name, can_share
from issuing.replacements.operations import asking

PAGE_SIZE = 25


@coordinators_only
@require_GET
def replacements(request):
    """Open requests first, then the newest. Before and after are shown for each."""
    found = _coordinated(request).order_by(F("ended_at").desc(nulls_first=True), "due_at", "pk")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    kept = ReplacedCredential.objects.filter(
        assertion__in=[each.assertion_id for each in page.object_list]
    )
    earlier = {(one.assertion_id, one.replaced_at): one for one in kept}
    for each in page.object_list:
        each.before = earlier.get((each.assertion_id, each.ended_at), each.assertion)
        # All of them are of issuers that the user coordinates.
        each.may_check = not are_one_person(request.user, each.assertion.recipient_id)
    return render(request, "issuing/manage/replacements.html", {"page": page})


@coordinators_only
@require_POST
def allow(request, pk):
    wanted = _decidable(request, pk)
    try:
        asking.allow(wanted, by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("Somebody else did this in the meantime."))
    else:
        messages.success(request, _("Allowed. The new badge is on its way."))
    return redirect("issuing:manage_replacements")


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request, pk):
    wanted = _decidable(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            asking.refuse(wanted, by=request.user, reason=form.cleaned_data["reason"])
        except TransitionNotAllowed:
            messages.error(request, _("Somebody else did this in the meantime."))
        else:
            messages.success(request, _("Refused. The earner gets an email with your reason."))
        return redirect("issuing:manage_replacements")
    context = {"form": form, "award": wanted.assertion, "refuses": True}
    status = 422 if form.errors else 200
    return render(request, "issuing/manage/replacement.html", context, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request, public_id):
    """Ask for a new badge for somebody else, with a reason for the activity log."""
    awards = Assertion.objects.coordinated_by(request.user).issued().with_badge()
    awards = awards.select_related("recipient__linked_to")
    award = get_object_or_404(awards, public_id=public_id)
    if can_share(request.user, award):
        return redirect("issuing:earlier_names")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if asking.ask([award], by=request.user, reason=form.cleaned_data["reason"]):
            messages.success(request, _("The new badge is on its way. Its earner gets an email."))
        else:
            messages.info(request, _("Nothing to do: it carries the name and address of today."))
        return redirect("issuing:manage_replacements")
    context = {
        "form": form,
        "award": award,
        "person": award.recipient.main_account,
        "differs": Assertion.objects.with_earlier_names().filter(pk=award.pk).exists(),
    }
    status = 422 if form.errors else 200
    return render(request, "issuing/manage/replacement.html", context, status=status)


def _coordinated(request):
    requests = ReplacementRequest.objects.coordinated_by(request.user)
    return requests.select_related(
        "assertion__version",
        "assertion__badge_class__issuer",
        "assertion__recipient__linked_to",
        "asked_by",
        "decided_by",
    )


def _decidable(request, pk) -> ReplacementRequest:
    wanted = get_object_or_404(_coordinated(request), pk=pk)
    if not can_check_name(request.user, wanted):
        raise PermissionDenied
    return wanted
