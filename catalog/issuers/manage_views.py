"""Coordinators' page for the logo of an issuer."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import coordinators_only
from accounts.models import Agency, Membership
from catalog import art_remarks
from catalog.issuers import operations as issuers
from catalog.issuers.forms import LogoForm
from catalog.models import Issuer


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def logo(request, public_id):
    agencies = Agency.objects.where_user_is(request.user, Membership.Role.COORDINATOR)
    issuer = get_object_or_404(
        Issuer.objects.filter(agency__in=agencies).select_related("agency"), public_id=public_id
    )
    started_from = request.POST.get("started_from", issuers.logo_state(issuer))
    form, moved_on = LogoForm(initial={"alt": issuer.logo_alt}, has_logo=bool(issuer.logo)), False
    if request.method == "POST":
        removes = "remove" in request.POST
        if not removes:
            form = LogoForm(request.POST, request.FILES, has_logo=bool(issuer.logo))
        try:
            if removes:
                issuers.remove_logo(issuer, by=request.user, started_from=started_from)
                messages.success(request, _("The logo is removed."))
                return redirect("catalog:manage_issuer_logo", issuer.public_id)
            if form.is_valid():
                _save(request, issuer, form, started_from)
                return redirect("catalog:manage_issuer_logo", issuer.public_id)
        except issuers.LogoConflict:
            moved_on = True
            started_from = issuers.logo_state(issuer)
    context = {
        "issuer": issuer,
        "form": form,
        "moved_on": moved_on,
        "started_from": started_from,
    }
    status = 422 if form.errors or moved_on else 200
    return render(request, "catalog/manage/issuer_logo.html", context, status=status)


def _save(request, issuer, form, started_from):
    issuers.save_logo(
        issuer,
        by=request.user,
        started_from=started_from,
        alt=form.cleaned_data["alt"],
        png=form.art and form.art.png,
    )
    messages.success(request, _("The logo is saved. Badges that are issued from now on show it."))
    for remark in art_remarks.sentences(form.art.losses if form.art else ()):
        messages.warning(request, remark)
