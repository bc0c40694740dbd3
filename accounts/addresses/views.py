"""Somebody's own addresses, and the page on which a mailbox confirms that it is a new one."""

from __future__ import annotations

from allauth.account.views import email as page_of_addresses
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.addresses import operations
from accounts.addresses.forms import FirstAddressForm
from accounts.addresses.links import change_of
from accounts.models import AddressChange
from accounts.rate_limits import key_exceeds_rate_limit


def own(request):
    """allauth's page. Pages of ours have no button for an address of another account."""
    if request.user.is_authenticated and not request.user.has_email:
        return _first(request)
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


def _first(request):
    """Somebody without email adds one: it counts when its mailbox has confirmed it."""
    waiting = AddressChange.objects.open().filter(user=request.user).first()
    if "withdraw" in request.POST:
        if operations.withdraw(request.user, by=request.user):
            messages.success(request, _("You keep your account without an email address."))
        return redirect("account_email")
    form = FirstAddressForm(request.POST or None)
    if form.is_bound and form.is_valid():
        if key_exceeds_rate_limit(f"first-address:{request.user.pk}", times=5, seconds=24 * 3600):
            said = _("You asked for five links today. Open one of them, or come back tomorrow.")
            form.add_error("email", said)
        else:
            operations.add_first(request.user, form.cleaned_data["email"])
            said = _("We sent a link to %(address)s. Open it to confirm that the address is yours.")
            messages.success(request, said % {"address": form.cleaned_data["email"]})
            return redirect("account_email")
    context = {"form": form, "waiting": waiting}
    status = 422 if form.errors else 200
    return render(request, "accounts/first_address.html", context, status=status)


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
