"""Public pages of claim codes: enter a code, see its badge, claim it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.rate_limits import exceeds_rate_limit, minutes_to_wait
from awarding.claim_codes import operations as claims
from awarding.claim_codes.forms import EnterCodeForm
from awarding.models import ClaimCode
from awarding.models.claim_codes import CODE_LENGTH
from issuing import short_codes
from issuing.models import Assertion
from issuing.states import AwardStatus

# Attempts per IP address in five minutes: enough for a full room that shares one address, far too
# few to guess one of 10^12 codes.
TRIES = 300


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request):
    form = EnterCodeForm(request.POST or None)
    if request.method == "POST":
        if exceeds_rate_limit(request, "claim", times=TRIES, seconds=300):
            return _too_often(request, form)
        if form.is_valid():
            code = form.cleaned_data["code"]
            if ClaimCode.objects.filter(code=code).exists():
                return redirect("awarding:claim", short_codes.in_groups(code))
            form.add_error("code", _("We don’t recognize that code. Please check it."))
    status = 422 if form.errors else 200
    return render(request, "awarding/claim_ask.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def claim(request, typed):
    """The badge of this code; a POST claims it."""
    code = short_codes.read(typed, CODE_LENGTH)
    claim_code = ClaimCode.objects.with_badge().filter(code=code).first() if code else None
    if claim_code is None:
        # Limit the rate of guesses. Scanned codes are valid and never get here.
        form = EnterCodeForm({"code": typed})
        if exceeds_rate_limit(request, "claim", times=TRIES, seconds=300):
            return _too_often(request, form)
        if form.is_valid():
            form.add_error("code", _("We don’t recognize that code. Please check it."))
        return render(request, "awarding/claim_ask.html", {"form": form}, status=404)
    refusal = None
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(claim_code.get_claim_url())
        try:
            claimed = claims.claim(claim_code, by=request.user)
        except claims.CannotClaim as error:
            refusal = error
        else:
            if claimed.assertion.status == AwardStatus.PENDING:
                messages.success(request, _("The badge is yours. It is on the way."))
            else:
                messages.success(request, _("You have claimed this badge."))
            return redirect("issuing:my_awards")
    context = _claim_context(request, claim_code, refusal)
    return render(request, "awarding/claim.html", context, status=409 if refusal else 200)


def _too_often(request, form):
    context = {"form": form, "wait": minutes_to_wait(request, "claim")}
    return render(request, "awarding/claim_ask.html", context, status=429)


def _claim_context(request, claim_code, refusal):
    now = timezone.now()
    held = None
    if request.user.is_authenticated:
        awards = Assertion.objects.active().of(request.user)
        held = awards.filter(badge_class=claim_code.badge_class).first()
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
        and claim_code.claims.filter(user__in=User.objects.same_person(request.user)).exists(),
    }
