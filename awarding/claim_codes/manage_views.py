"""Coordinators' pages of claim codes: make a code, print its poster, end it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import coordinators_only
from awarding.claim_codes import operations as claims
from awarding.claim_codes.forms import ClaimCodeForm
from awarding.claim_codes.qr import qr_of
from awarding.models import ClaimCode
from issuing import addresses

PAGE_SIZE = 25


@coordinators_only
@require_safe
def claim_code_index(request):
    codes = ClaimCode.objects.coordinated_by(request.user).with_badge().with_claims_count()
    page = Paginator(codes, PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    for code in page.object_list:
        code.state = _state(code, now)
    return render(request, "awarding/manage/codes.html", {"page": page})


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    now = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    initial = {"opens_at": now, "closes_at": now + timedelta(days=1)}
    form = ClaimCodeForm(request.POST or None, initial=initial, user=request.user)
    if request.method == "POST" and form.is_valid():
        code = claims.make_code(**form.cleaned_data, by=request.user)
        messages.success(request, _("The code is ready. Print the poster, or show it on a screen."))
        return redirect(code)
    context = {"form": form, "has_badges": form.fields["badge_class"].queryset.exists()}
    status = 422 if form.errors else 200
    return render(request, "awarding/manage/code_new.html", context, status=status)


@coordinators_only
@require_safe
@never_cache
def claim_code(request, public_id):
    code = _get_code(request, public_id)
    code_claims = code.claims.select_related("user", "assertion__version").order_by("-pk")
    page = Paginator(code_claims, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "claim_code": code,
        "version": code.badge_class.current_version,
        "state": _state(code, timezone.now()),
        "page": page,
        "address": addresses.page(code.get_claim_url()),
    }
    return render(request, "awarding/manage/code.html", context)


@coordinators_only
@require_safe
def poster(request, public_id):
    code = _get_code(request, public_id)
    context = {
        "claim_code": code,
        "version": code.badge_class.current_version,
        "issuer": code.badge_class.issuer,
        "address": addresses.page(code.get_claim_url()),
        "qr": reverse("awarding:manage_code_qr", args=[public_id]),
        # Who comes to the event is not known, so the poster speaks to all.
        "poster_languages": [language for language, _name in settings.LANGUAGES],
    }
    return render(request, "awarding/manage/code_poster.html", context)


@coordinators_only
@require_safe
def qr(request, public_id):
    picture = qr_of(_get_code(request, public_id))
    return HttpResponse(picture, content_type="image/svg+xml")


@coordinators_only
@require_POST
def end(request, public_id):
    code = _get_code(request, public_id)
    claims.end_code(code, by=request.user)
    messages.success(request, _("The code has ended. No one can use it anymore."))
    return redirect(code)


def _state(code, now):
    if code.closed_since(now):
        return "closed"
    if now < code.opens_at:
        return "not_yet"
    return "full" if code.limit is not None and code.claimed >= code.limit else "open"


def _get_code(request, public_id):
    codes = ClaimCode.objects.coordinated_by(request.user).with_badge().with_claims_count()
    return get_object_or_404(codes, public_id=public_id)
