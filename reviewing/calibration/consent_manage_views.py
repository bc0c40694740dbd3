"""Coordinators ask for somebody's work, and make an anchor of it once the earner has agreed."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.decorators import coordinators_only
from reviewing.calibration.consent_forms import AnchorFromWorkForm
from reviewing.calibration.operations import anchors, consents
from reviewing.models import AnchorConsent
from submissions.models import Submission


@coordinators_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def anchor_from(request, public_id):
    readable = Submission.objects.read_as_coordinator(request.user).with_badge()
    submission = get_object_or_404(
        readable.select_related("earner", "badge_class__current_version"), public_id=public_id
    )
    consent = AnchorConsent.objects.filter(submission=submission).first()
    if consent is None:
        return _ask(request, submission)
    form, status = None, 200
    if consent.is_in_force:
        data = request.POST if request.method == "POST" else None
        form = AnchorFromWorkForm(data, copyable=consents.copyable(submission))
        if form.is_valid() and (made := _make(request, consent, form)):
            return redirect(made)
        status = 422 if form.errors else 200
    context = {"submission": submission, "consent": consent, "form": form}
    return render(request, "reviewing/manage/anchor_from.html", context, status=status)


def _ask(request, submission):
    if request.method == "POST":
        try:
            consents.ask(submission, by=request.user)
            messages.success(request, _("The educator is asked, by email and on their page."))
        except consents.CannotAsk:
            messages.error(request, _("Nobody can be asked for this work."))
        return redirect("reviewing:manage_anchor_from", submission.public_id)
    context = {"submission": submission, "can_ask": consents.can_ask(submission)}
    return render(request, "reviewing/manage/anchor_from.html", context)


def _make(request, consent, form):
    values = {name: form.cleaned_data[name] for name in ("name", "use")}
    try:
        return consents.make_anchor(consent, by=request.user, items=form.chosen, **values)
    except anchors.NameTaken:
        form.add_error(
            "name", _("Another anchor of this badge has this name. Choose a different one.")
        )
    except consents.NoConsent:
        messages.error(request, _("The educator has withdrawn meanwhile. Nothing was copied."))
    return None
