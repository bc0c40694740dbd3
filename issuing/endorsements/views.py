"""Pages for offering and deciding endorsements, and the endorsement documents."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.rate_limits import exceeds_rate_limit, minutes_to_wait
from audit.moves import TransitionNotAllowed
from catalog.models import BadgeClass, Issuer
from issuing.documents import endorsement_credentials, replacements
from issuing.documents.credential_views import DID_JSON, VC, VC_OLD
from issuing.endorsements import operations as endorsing
from issuing.endorsements.forms import EndorsementForm
from issuing.models import Assertion, Endorsement
from issuing.permissions import can_decide, can_endorse, can_withdraw
from openbadges.v2 import dumps
from serving.documents import (
    HTML,
    JSON,
    LD_JSON,
    allow_any_origin,
    document_response,
    preferred_media_type,
    public_document,
)

log = logging.getLogger(__name__)


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
    if now := replacements.current_id(public_id):
        return redirect("issuing:endorse_award", now)
    award = get_object_or_404(
        Assertion.objects.issued().with_badge().select_related("recipient"), public_id=public_id
    )
    earner = award.recipient_name if award.shows_name else ""
    page = award.get_absolute_url()
    return _endorse(request, award, award.version.name, page=page, earner=earner)


@login_required
@require_GET
def endorsements(request):
    """Endorsements that the user can decide, has accepted, or has offered."""
    endorsements = Endorsement.objects.with_target()
    decidable = endorsements.decidable_by(request.user)
    context = {
        "waiting": decidable.filter(status=Endorsement.Status.OFFERED),
        "shown": decidable.filter(status=Endorsement.Status.ACCEPTED),
        "given": endorsements.by(request.user),
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
    except ImproperlyConfigured:
        log.exception("Could not sign endorsement %s", endorsement.public_id)
        messages.error(
            request,
            _(
                "Nothing can be signed at the moment, so the endorsement is still waiting. "
                "Please tell the people who run this site, and accept it later."
            ),
        )
    else:
        messages.success(request, done)
    return redirect("issuing:endorsements")


@public_document
def endorsement(request, public_id):
    """The EndorsementCredential. Browsers are redirected to the page that shows it."""
    found = Endorsement.objects.accepted().with_target().filter(public_id=public_id).first()
    media_type = preferred_media_type(request, [LD_JSON, JSON, VC, VC_OLD, HTML])
    if media_type == HTML and found:
        return allow_any_origin(
            HttpResponseRedirect(f"{found.target_url}#endorsements", status=303)
        )
    return document_response(
        request, found and found.credential, media_type=media_type if found else ""
    )


@public_document
def endorser_did(request, public_id):
    """The DID document of one endorsement. It stays after the endorsement is withdrawn."""
    found = Endorsement.objects.exclude(key="").filter(public_id=public_id).first()
    text = found and dumps(endorsement_credentials.did_document(found))
    return document_response(
        request, text, media_type=preferred_media_type(request, [DID_JSON, JSON, LD_JSON])
    )


def _endorsed_too_often(minutes):
    words = ngettext(
        "Many endorsements were sent from here in a short time. Send this one in %(minutes)s "
        "minute; what you typed is still here.",
        "Many endorsements were sent from here in a short time. Send this one in %(minutes)s "
        "minutes; what you typed is still here.",
        minutes,
    )
    return words % {"minutes": minutes}


def _endorse(request, target, name, *, page, earner=""):
    if not can_endorse(request.user, target):
        raise PermissionDenied
    form = EndorsementForm(initial=_initial_endorser(request.user))
    status = 200
    if request.method == "POST":
        form = EndorsementForm(request.POST)
        status = 422
        if form.is_valid() and exceeds_rate_limit(request, "endorse", times=20, seconds=3600):
            form.add_error(None, _endorsed_too_often(minutes_to_wait(request, "endorse")))
            status = 429
        elif form.is_valid():
            try:
                endorsing.offer(target, by=request.user, **form.cleaned_data)
            except endorsing.AlreadyOffered:
                messages.error(request, _("You have already endorsed this."))
            else:
                messages.success(request, _("Sent. It will be shown once it is accepted."))
            return redirect("issuing:endorsements")
    context = {"target": target, "name": name, "page": page, "earner": earner, "form": form}
    return render(request, "issuing/endorse.html", context, status=status)


def _initial_endorser(user):
    """Initial data from the user's last endorsement, because many people endorse several badges."""
    last = Endorsement.objects.by(user).order_by("pk").last()
    if last is None:
        return {"name": user.name}
    return {"name": last.endorser_name, "url": last.endorser_url, "about": last.endorser_about}
