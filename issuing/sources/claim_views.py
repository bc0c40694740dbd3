"""Claim codes: coordinators make them and hang them up; people give them and have the badge."""

from __future__ import annotations

import io
from datetime import timedelta

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import is_coordinator
from issuing import addresses, short_codes
from issuing.models import Assertion, ClaimCode
from issuing.models.claim_codes import CODE_LENGTH
from issuing.rates import is_too_often
from issuing.sources import claims
from issuing.sources.claim_forms import ClaimCodeForm, GiveCodeForm
from issuing.states import AwardStatus

A_PAGE = 25
# In five minutes, from one address: a whole hall behind one line may type, and nobody guesses
# one of a million million codes.
TRIES = 300


# --- For everyone ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request):
    """Where a code is typed."""
    form = GiveCodeForm(request.POST or None)
    if request.method == "POST":
        if is_too_often(request, "claim", times=TRIES, seconds=300):
            return render(request, "issuing/claim_ask.html", _too_often(form), status=429)
        if form.is_valid():
            code = form.cleaned_data["code"]
            if ClaimCode.objects.filter(code=code).exists():
                return redirect("issuing:claim", short_codes.in_groups(code))
            form.add_error("code", _("We know no such code. Look once more at how it is written."))
    status = 422 if form.errors else 200
    return render(request, "issuing/claim_ask.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def claim(request, typed):
    """One code: what it is for, and one press to have the badge."""
    code = short_codes.read(typed, CODE_LENGTH)
    claim_code = ClaimCode.objects.with_badge().filter(code=code).first() if code else None
    if claim_code is None:
        # Who guesses is slowed down; who scans a poster never comes here.
        form = GiveCodeForm({"code": typed})
        if is_too_often(request, "claim", times=TRIES, seconds=300):
            return render(request, "issuing/claim_ask.html", _too_often(form), status=429)
        if form.is_valid():
            form.add_error("code", _("We know no such code. Look once more at how it is written."))
        return render(request, "issuing/claim_ask.html", {"form": form}, status=404)
    refusal = None
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(claim_code.get_claim_url())
        try:
            claimed = claims.claim(claim_code, by=request.user)
        except claims.CannotClaim as why:
            refusal = why
        else:
            waits = claimed.assertion.status == AwardStatus.PENDING
            if waits:
                messages.success(request, _("The badge is yours. It is on its way."))
            else:
                messages.success(request, _("You have claimed this badge."))
            return redirect("issuing:my_awards")
    context = _about(request, claim_code, refusal)
    return render(request, "issuing/claim.html", context, status=409 if refusal else 200)


def _too_often(form):
    return {"form": form, "too_often": True}


def _about(request, claim_code, refusal):
    now = timezone.now()
    held = None
    if request.user.is_authenticated:
        mine = Assertion.objects.standing().of(request.user)
        held = mine.filter(badge_class=claim_code.badge_class).first()
    is_full = claim_code.limit is not None and claim_code.claims.count() >= claim_code.limit
    if isinstance(refusal, claims.HoldsItAlready):
        state = "held"
    elif isinstance(refusal, claims.Refused):
        state = "refused"
    elif claim_code.closed_since(now):
        state = "closed"
    elif now < claim_code.opens_at:
        state = "not_yet"
    elif is_full:
        state = "full"
    else:
        state = "open"
    return {
        "claim_code": claim_code,
        "version": claim_code.badge_class.current_version,
        "issuer": claim_code.badge_class.issuer,
        "state": state,
        "reason": str(refusal or ""),
        "held": held,
        "claimed": request.user.is_authenticated
        and claim_code.claims.filter(user=request.user).exists(),
    }


# --- For coordinators -----------------------------------------------------------------------------


@login_required
@require_safe
def claim_code_index(request):
    if not is_coordinator(request.user):
        raise Http404
    codes = ClaimCode.objects.coordinated_by(request.user).with_badge().with_claims_count()
    page = Paginator(codes, A_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    for code in page.object_list:
        code.state = _state(code, now)
    return render(request, "issuing/claim_codes.html", {"page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    if not is_coordinator(request.user):
        raise Http404
    now = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    initial = {"opens_at": now, "closes_at": now + timedelta(days=1)}
    form = ClaimCodeForm(request.POST or None, initial=initial, user=request.user)
    if request.method == "POST" and form.is_valid():
        code = claims.make_code(**form.cleaned_data, by=request.user)
        messages.success(request, _("The code is ready. Print the poster, or show it on a screen."))
        return redirect(code)
    context = {"form": form, "has_badges": form.fields["badge_class"].queryset.exists()}
    status = 422 if form.errors else 200
    return render(request, "issuing/claim_code_new.html", context, status=status)


@login_required
@require_safe
@never_cache
def claim_code(request, public_id):
    code = _mine(request, public_id)
    found = code.claims.select_related("user", "assertion__version").order_by("-pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "claim_code": code,
        "version": code.badge_class.current_version,
        "state": _state(code, timezone.now()),
        "page": page,
        "address": addresses.absolute(code.get_claim_url()),
    }
    return render(request, "issuing/claim_code.html", context)


@login_required
@require_safe
def poster(request, public_id):
    code = _mine(request, public_id)
    context = {
        "claim_code": code,
        "version": code.badge_class.current_version,
        "issuer": code.badge_class.issuer,
        "address": addresses.absolute(code.get_claim_url()),
    }
    return render(request, "issuing/claim_poster.html", context)


@login_required
@require_safe
def qr(request, public_id):
    """The address of the code as a picture that can be printed at any size."""
    code = _mine(request, public_id)
    picture = io.BytesIO()
    address = addresses.absolute(code.get_claim_url())
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", border=4, xmldecl=False, svgclass=None, lineclass=None
    )
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@login_required
@require_POST
def end(request, public_id):
    code = _mine(request, public_id)
    claims.end_code(code, by=request.user)
    messages.success(request, _("The code is ended. Nobody can claim with it any more."))
    return redirect(code)


def _state(code, now):
    if code.closed_since(now):
        return "closed"
    if now < code.opens_at:
        return "not_yet"
    return "full" if code.limit is not None and code.claimed >= code.limit else "open"


def _mine(request, public_id):
    codes = ClaimCode.objects.coordinated_by(request.user).with_badge().with_claims_count()
    return get_object_or_404(codes, public_id=public_id)
