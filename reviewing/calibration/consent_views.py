"""Earners say whether reviewers may practice with their work."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reviewing.calibration.operations import consents
from reviewing.models import AnchorConsent
from submissions.models import Submission


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def anchor_consent(request, public_id):
    """Only for whoever was asked: without a question, the page does not exist."""
    own = AnchorConsent.objects.filter(submission__in=Submission.objects.of(request.user))
    consent = get_object_or_404(
        own.select_related("submission__version"), submission__public_id=public_id
    )
    if request.method == "POST":
        act = request.POST.get("answer")
        if act == "withdraw":
            consents.withdraw(consent)
            messages.success(request, _("Withdrawn. The copies of your work are deleted."))
        elif act in {"yes", "no"}:
            consents.answer(consent, gives=act == "yes")
            messages.success(request, _("Thank you. Your answer is saved."))
        return redirect(consent)
    return render(request, "reviewing/calibration/consent.html", {"consent": consent})
