from pathlib import PurePosixPath

from django.http import FileResponse, Http404
from django.views.decorators.http import etag, require_safe

from rewards.models import Sponsor


def _logo_version(request, slug):
    """Every logo is stored under a name of its own, so the name is its version."""
    name = Sponsor.objects.filter(slug=slug).values_list("logo", flat=True).first()
    return f'"{PurePosixPath(name).stem}"' if name else None


@require_safe
@etag(_logo_version)
def sponsor_logo(request, slug):
    sponsor = Sponsor.objects.filter(slug=slug).exclude(logo="").first()
    if sponsor is None:
        raise Http404
    try:
        logo = sponsor.logo.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(logo, content_type="image/png")
    response["Cache-Control"] = "public, max-age=3600, stale-while-revalidate=86400"
    response["X-Content-Type-Options"] = "nosniff"
    return response
