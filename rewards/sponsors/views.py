"""Public page and logo of a sponsor."""

from pathlib import PurePosixPath

from django.db.models import Sum
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import etag, require_safe

from rewards.models import Sponsor
from rewards.picture_response import picture_response
from rewards.states import DrawingStatus


@require_safe
def sponsor(request, slug):
    found = get_object_or_404(Sponsor, slug=slug)
    given = (
        found.prizes.exclude(drawing__status=DrawingStatus.DRAFT)
        .select_related("drawing__rules")
        .order_by("-drawing__rules__draws_at", "position")
    )
    totals = given.aggregate(pieces=Sum("quantity"))
    context = {"sponsor": found, "prizes": list(given), "pieces": totals["pieces"] or 0}
    return render(request, "rewards/sponsor.html", context)


def _logo_version(request, slug):
    """Each uploaded logo has a new file name, so the name identifies the version."""
    name = Sponsor.objects.filter(slug=slug).values_list("logo", flat=True).first()
    return f'"{PurePosixPath(name).stem}"' if name else None


@require_safe
@etag(_logo_version)
def sponsor_logo(request, slug):
    found = Sponsor.objects.filter(slug=slug).exclude(logo="").first()
    if found is None:
        raise Http404
    return picture_response(found.logo)
