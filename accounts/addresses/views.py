"""The page on which a mailbox confirms that it is somebody's new address."""

from __future__ import annotations

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.addresses import operations
from accounts.addresses.links import change_of


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
