"""Somebody's own addresses, and the page on which a mailbox confirms that it is a new one."""

from __future__ import annotations

from allauth.account.views import email as page_of_addresses
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.addresses import operations
from accounts.addresses.links import change_of


def own(request):
    """allauth's page. Pages of ours have no button for an address of another account."""
    if request.method != "POST" or request.user.is_anonymous:
        return page_of_addresses(request)
    if "email" not in request.POST:
        return redirect("account_email")
    if "action_primary" not in request.POST:
        return page_of_addresses(request)
    try:
        return operations.use_for_signing_in(
            request.user, request.POST["email"], choose=lambda: page_of_addresses(request)
        )
    except operations.AddressTaken:
        messages.error(
            request,
            _(
                "Another account signs in with this address, so this one can’t. Ask a coordinator "
                "to link your accounts."
            ),
        )
        return redirect("account_email")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, token):
    """Opening the link changes nothing: programs that check emails open links, too."""
    change = change_of(token)
    if change is None:
        return render(request, "accounts/address_change.html", {"refusal": "broken"}, status=404)
    refusal = ""
    if request.method == "POST":
        try:
            operations.confirm(change)
            change.refresh_from_db()
        except operations.AddressTaken:
            refusal = "taken"
        except operations.NoLongerOpen:
            refusal = "closed"
    context = {"change": change, "refusal": refusal}
    status = 409 if refusal else 200
    return render(request, "accounts/address_change.html", context, status=status)
