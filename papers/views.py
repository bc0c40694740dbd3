"""PDF certificates, wallet cards and transcripts, generated on request and never stored."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.rate_limits import exceeds_rate_limit, minutes_to_wait
from issuing.awards.once import once_for_each_badge
from issuing.documents import replacements
from issuing.models import Assertion
from issuing.permissions import can_share
from papers import contents
from papers.forms import PaperForm
from papers.permissions import can_print
from sandbox.refusals import Busy, Stopped


@require_GET
def certificate(request, public_id):
    chosen = PaperForm.chosen(request.GET)
    landscape = chosen["layout"] == "landscape"
    return _paper(
        request,
        public_id,
        "certificate",
        lambda award: contents.certificate(award, size=chosen["size"], landscape=landscape),
    )


@require_GET
def card(request, public_id):
    size, sheet = PaperForm.chosen(request.GET)["size"], request.GET.get("sheet") == "1"
    return _paper(
        request,
        public_id,
        "cards" if sheet else "card",
        lambda award: contents.card(award, size=size, sheet=sheet),
    )


@login_required
@require_GET
def transcript(request):
    if _is_rate_limited(request):
        return _too_often(request)
    awards = once_for_each_badge(Assertion.objects.of(request.user).issued().with_badge())
    size = PaperForm.chosen(request.GET)["size"]
    return _pdf(request, lambda: contents.transcript(request.user, awards, size=size), "badges")


def _paper(request, public_id, kind, render_pdf):
    if newer := replacements.current_id(public_id):
        address = reverse(request.resolver_match.view_name, args=[newer])
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{query}" if query else address)
    award = get_object_or_404(
        Assertion.objects.published().with_badge().select_related("recipient"),
        public_id=public_id,
    )
    if award.is_revoked:
        context = {
            "award": award,
            "version": award.version,
            "issuer": award.badge_class.issuer,
            "is_mine": can_share(request.user, award),
        }
        return render(request, "issuing/award_revoked.html", context, status=410)
    if not can_print(request.user, award):
        raise PermissionDenied
    if _is_rate_limited(request):
        return _too_often(request)
    return _pdf(request, lambda: render_pdf(award), f"{award.badge_class}-{kind}")


def _too_often(request):
    return render(request, "429.html", {"wait": minutes_to_wait(request, "paper")}, status=429)


def _is_rate_limited(request):
    """Generating a PDF takes as long as several pages."""
    return exceeds_rate_limit(request, "paper", times=100, seconds=600)


def _pdf(request, make, name):
    try:
        pdf = make()
    except (Busy, Stopped):
        response = render(request, "papers/busy.html", status=503)
        response["Retry-After"] = "60"
        return response
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
