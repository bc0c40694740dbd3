"""Endorsements: offering one, deciding about those that were offered, and reading them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.rate_limits import exceeds_rate_limit
from audit.moves import TransitionNotAllowed
from catalog.models import BadgeClass, Issuer
from issuing.documents import endorsement_credentials
from issuing.documents.credential_views import DID_JSON, VC, VC_OLD
from issuing.documents.serving import (
    HTML,
    JSON,
    LD_JSON,
    answer,
    open_to_all,
    preferred,
    read_by_programs,
)
from issuing.endorsements import operations as endorsing
from issuing.endorsements.forms import EndorsementForm
from issuing.models import Assertion, Endorsement
from issuing.permissions import can_decide, can_endorse, can_withdraw
from openbadges.v2 import dumps


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def endorse_issuer(request, public_id):
    issuer = get_object_or_404(Issuer.objects.select_related("agency"), public_id=public_id)
    page = reverse("issuing:issuer", args=[issuer.public_id])
    return _endorse(request, issuer, issuer.name, page=page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def endorse_badge(request, slug):
    badges = BadgeClass.objects.exclude(current_version=None)
    badges = badges.select_related("current_version__badge_class__issuer__agency")
    version = get_object_or_404(badges, slug=slug).current_version
    page = version.badge_class.get_absolute_url()
    return _endorse(request, version, version.name, page=page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def endorse_award(request, public_id):
    award = get_object_or_404(
        Assertion.objects.issued().with_badge().select_related("recipient"), public_id=public_id
    )
    earner = award.recipient_name if award.shows_name else ""
    page = award.get_absolute_url()
    return _endorse(request, award, award.version.name, page=page, earner=earner)


@login_required
@require_GET
def endorsements(request):
    """Those that wait for this person's word, those shown by it, and those they offered."""
    everything = Endorsement.objects.with_target()
    mine_to_decide = everything.decided_by_word_of(request.user)
    context = {
        "waiting": mine_to_decide.filter(status=Endorsement.Status.OFFERED),
        "shown": mine_to_decide.filter(status=Endorsement.Status.ACCEPTED),
        "given": everything.by(request.user),
    }
    return render(request, "issuing/endorsements.html", context)


@login_required
@require_POST
def decide(request, public_id, act):
    endorsement = get_object_or_404(
        Endorsement.objects.with_target().readable_by(request.user), public_id=public_id
    )
    acts = {
        "accept": (can_decide, endorsing.accept, _("Accepted. It is now public.")),
        "decline": (can_decide, endorsing.decline, _("Declined. It is not shown anywhere.")),
        "withdraw": (can_withdraw, endorsing.withdraw, _("Removed. It is no longer shown.")),
    }
    if act not in acts:
        raise Http404
    may, do, done = acts[act]
    if not may(request.user, endorsement):
        raise PermissionDenied
    try:
        do(endorsement, by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("Someone else acted first. Please check the endorsement again."))
    else:
        messages.success(request, done)
    return redirect("issuing:endorsements")


@read_by_programs
def endorsement(request, public_id):
    """The EndorsementCredential; for a browser, the page on which the endorsement is shown."""
    found = Endorsement.objects.accepted().with_target().filter(public_id=public_id).first()
    asked = preferred(request, [LD_JSON, JSON, VC, VC_OLD, HTML])
    if asked == HTML and found:
        return open_to_all(HttpResponseRedirect(f"{found.target_url}#endorsements", status=303))
    return answer(request, found and found.credential, media_type=asked if found else "")


@read_by_programs
def endorser_did(request, public_id):
    """The DID document of an endorser in this one matter. It stays when the endorsement goes."""
    found = Endorsement.objects.exclude(key="").filter(public_id=public_id).first()
    text = found and dumps(endorsement_credentials.did_document(found))
    return answer(request, text, media_type=preferred(request, [DID_JSON, JSON, LD_JSON]))


def _endorse(request, target, name, *, page, earner=""):
    if not can_endorse(request.user, target):
        raise PermissionDenied
    form = EndorsementForm(initial=_who_endorses(request.user))
    status = 200
    if request.method == "POST":
        form = EndorsementForm(request.POST)
        status = 422
        if form.is_valid():
            if exceeds_rate_limit(request, "endorse", times=20, seconds=3600):
                return render(request, "429.html", status=429)
            try:
                endorsing.offer(target, by=request.user, **form.cleaned_data)
            except endorsing.AlreadyOffered:
                messages.error(request, _("You have already endorsed this."))
            else:
                messages.success(request, _("Sent. It will be shown once it is accepted."))
            return redirect("issuing:endorsements")
    context = {"target": target, "name": name, "page": page, "earner": earner, "form": form}
    return render(request, "issuing/endorse.html", context, status=status)


def _who_endorses(user):
    """As they wrote it the last time; whoever endorses one badge often endorses another."""
    last = Endorsement.objects.by(user).order_by("pk").last()
    if last is None:
        return {"name": user.name}
    return {"name": last.endorser_name, "url": last.endorser_url, "about": last.endorser_about}
