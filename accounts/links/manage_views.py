"""Coordinators' pages: link two accounts of one person after a preview, and undo it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import coordinators_only
from accounts.links import operations
from accounts.links.forms import LinkForm
from accounts.models import AccountLink, Membership
from accounts.permissions import links_coordinated_by
from audit.moves import TransitionNotAllowed

PAGE_SIZE = 25


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def links(request):
    """Two addresses lead to a preview; its button links them."""
    form = LinkForm(request.POST or None, by=request.user)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    chosen = form.cleaned_data
    try:
        if request.POST.get("then") == "link":
            operations.link(**chosen, by=request.user, source=AccountLink.Source.COORDINATOR)
            messages.success(
                request,
                _("The accounts are linked. We told both addresses, and you can undo it below."),
            )
            return redirect("accounts:manage_links")
        operations.rehearse(
            chosen["account"], chosen["main"], by=request.user, look=lambda person: person
        )
    except operations.CannotLink as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, status=422)
    roles = Membership.objects.confirmed().select_related("agency").order_by("agency__name", "pk")
    context = {
        "form": form,
        "account": chosen["account"],
        "main": chosen["main"],
        "reason": chosen["reason"],
        "sides": [
            (person, roles.filter(user=person)) for person in (chosen["account"], chosen["main"])
        ],
    }
    return render(request, "accounts/manage/link_preview.html", context)


def _page(request, form, *, status):
    shown = links_coordinated_by(request.user)
    shown = shown.select_related("account", "main", "linked_by").order_by("-linked_at", "-pk")
    context = {
        "form": form,
        "page": Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "accounts/manage/links.html", context, status=status)


@coordinators_only
@require_POST
def undo(request, pk):
    linked = get_object_or_404(links_coordinated_by(request.user), pk=pk)
    try:
        operations.unlink(linked, by=request.user)
    except TransitionNotAllowed:
        messages.info(request, _("Somebody else undid this link in the meantime."))
    else:
        messages.success(request, _("The accounts are two people again. We told both addresses."))
    return redirect("accounts:manage_links")
