"""Coordinators' pages for issuers: what badges say about them, their logos and waiting times."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import coordinators_only
from catalog import art_remarks
from catalog.issuers import operations as issuers
from catalog.issuers.forms import IssuerForm, LogoForm, WaitForm
from catalog.models import Issuer
from editing.shown import NotAsShown
from editing.views import compares_again


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    form = IssuerForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_bound and form.is_valid():
        try:
            issuer = issuers.add(by=request.user, **form.cleaned_data)
        except issuers.AgencyClosed:
            form.add_error("agency", _("This agency has closed. Choose another one."))
        else:
            messages.success(request, _("%(issuer)s can issue badges now.") % {"issuer": issuer})
            return redirect("catalog:manage_issuer_logo", issuer.public_id)
    status = 422 if form.errors else 200
    return render(request, "catalog/manage/issuer_new.html", {"form": form}, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def issuer(request, public_id):
    issuer = _get_issuer(request, public_id)
    data = request.POST if request.method == "POST" else None
    form = IssuerForm(data, initial=issuers.stored(issuer), user=None)
    if form.is_bound and form.is_valid():
        issuers.change(issuer, by=request.user, edit=form.edit)
        messages.success(request, _("Saved. Badges that are issued from now on say so."))
        return redirect("catalog:manage_issuer", issuer.public_id)
    status = 422 if form.errors else 200
    context = {"issuer": issuer, "form": form}
    return render(request, "catalog/manage/issuer.html", context, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def logo(request, public_id):
    issuer = _get_issuer(request, public_id)
    posted, removes = request.method == "POST", "remove" in request.POST
    form = LogoForm(
        request.POST if posted and not removes else None,
        request.FILES or None,
        initial=issuers.stored_logo(issuer),
        has_image=bool(issuer.logo),
    )
    not_as_shown = False
    if posted and removes:
        try:
            issuers.remove_logo(issuer, by=request.user, shown=request.POST.get("shown", ""))
        except NotAsShown:
            not_as_shown = True
        else:
            messages.success(request, _("The logo is removed."))
            return redirect("catalog:manage_issuer_logo", issuer.public_id)
    elif posted and form.is_valid():
        _save(request, issuer, form)
        return redirect("catalog:manage_issuer_logo", issuer.public_id)
    context = {
        "issuer": issuer,
        "form": form,
        "not_as_shown": not_as_shown,
        "mark": issuers.logo_mark(issuer),
    }
    status = 422 if form.errors or not_as_shown else 200
    return render(request, "catalog/manage/issuer_logo.html", context, status=status)


def _save(request, issuer, form):
    issuers.save_logo(
        issuer,
        by=request.user,
        alt=form.cleaned_data["alt"],
        png=form.art and form.art.png,
        edit=form.edit,
    )
    messages.success(request, _("The logo is saved. Badges that are issued from now on show it."))
    for remark in art_remarks.sentences(form.art.losses if form.art else ()):
        messages.warning(request, remark)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def wait(request, public_id):
    """How long badges for many people, and decisions of reviewers, wait."""
    issuer = _get_issuer(request, public_id)
    form = WaitForm(
        request.POST if request.method == "POST" else None, initial=issuers.stored_wait(issuer)
    )
    if form.is_bound and form.is_valid():
        issuers.change_wait(issuer, by=request.user, edit=form.edit)
        messages.success(request, _("Saved. It applies to lists and decisions from now on."))
        return redirect("catalog:manage_issuer_wait", issuer.public_id)
    context = {"issuer": issuer, "form": form}
    status = 422 if form.errors else 200
    return render(request, "catalog/manage/issuer_wait.html", context, status=status)


def _get_issuer(request, public_id):
    issuers_here = Issuer.objects.managed_by(request.user).select_related("agency")
    return get_object_or_404(issuers_here, public_id=public_id)
