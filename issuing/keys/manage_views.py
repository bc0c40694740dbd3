"""Coordinators' pages for the keys of their issuers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import coordinators_only
from accounts.models import Agency, Membership
from catalog.models import Issuer
from issuing.keys import identity, operations
from issuing.keys.forms import RevokeKeyForm
from issuing.models import IssuerKey


@coordinators_only
@require_GET
def issuers(request):
    issuers = _issuers(request.user).prefetch_related("keys", "status_lists")
    context = {
        "issuers": [
            {
                "issuer": issuer,
                "did": identity.did_of(issuer) if issuer.keys.all() else "",
                "keys": _signing_first(issuer.keys.all()),
                "places": sum(status_list.given_out for status_list in issuer.status_lists.all()),
            }
            for issuer in issuers
        ],
        "can_rotate": operations.can_rotate(),
    }
    return render(request, "issuing/manage/keys.html", context)


@coordinators_only
@require_POST
def rotate(request, public_id):
    issuer = get_object_or_404(_issuers(request.user), public_id=public_id)
    if not operations.can_rotate():
        raise PermissionDenied
    operations.rotate(issuer, by=request.user)
    messages.success(
        request, _("The new keys sign from now on. What the old ones signed stays valid.")
    )
    return redirect("issuing:manage_keys")


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def revoke_key(request, public_id, fragment):
    """Say which badges it breaks, ask for a reason, then revoke the key."""
    issuer = get_object_or_404(_issuers(request.user), public_id=public_id)
    key = get_object_or_404(IssuerKey, issuer=issuer, fragment=fragment, revoked_at=None)
    if not operations.can_rotate():
        raise PermissionDenied
    form = RevokeKeyForm(request.POST or None)
    if form.is_bound and form.is_valid():
        operations.revoke_key(key, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(
            request, _("The key is revoked. Our copies of the badges are being signed again.")
        )
        return redirect("issuing:manage_keys")
    context = {"key": key, "form": form, "breaks": operations.signed_by(key).count()}
    return render(
        request, "issuing/manage/key_revoke.html", context, status=422 if form.errors else 200
    )


def _signing_first(keys):
    """Active keys first, then retired, then revoked ones, the newest of each first."""
    by_kind = sorted(keys, key=lambda key: key.kind)
    newest_first = sorted(by_kind, key=lambda key: key.created_at, reverse=True)
    return sorted(newest_first, key=lambda key: (not key.signs, key.revoked_at is not None))


def _issuers(user):
    agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
    return Issuer.objects.filter(agency__in=agencies).select_related("agency")
