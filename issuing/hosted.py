"""The hosted documents of Open Badges 2.0: one address each, for programs and for people.

A program gets JSON, a browser the page.
"""

from __future__ import annotations

import io

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.cache import get_conditional_response
from PIL import Image

from catalog.models import BadgeVersion, Issuer
from issuing import baking, documents
from issuing.models import Assertion
from issuing.openbadges import v2
from issuing.serving import (
    HTML,
    answer,
    etag_of,
    open_to_all,
    page,
    preferred,
    read_by_programs,
    with_caching,
)


@read_by_programs
def assertion(request, public_id):
    if preferred(request) == HTML:
        return open_to_all(HttpResponseRedirect(f"/awards/{public_id}/", status=303))
    document = documents.assertion(public_id)
    return _document(request, document)


@read_by_programs
def badge_class(request, public_id):
    if preferred(request) == HTML:
        version = (
            BadgeVersion.objects.exclude(published_at=None)
            .select_related("badge_class__issuer", "badge_class__current_version")
            .filter(public_id=public_id)
            .first()
        )
        return page(
            request,
            version and "issuing/badge_version.html",
            {"version": version, "issuer": version and version.badge_class.issuer},
        )
    return _document(request, documents.badge_class(public_id))


@read_by_programs
def issuer(request, public_id):
    if preferred(request) == HTML:
        profile = Issuer.objects.filter(public_id=public_id).first()
        return page(request, profile and "issuing/issuer.html", {"issuer": profile})
    return _document(request, documents.issuer(public_id))


@read_by_programs
def unknown(request, **kwargs):
    """An address like ours that means nothing: programs are told in JSON, from any origin."""
    return page(request, None, {}) if preferred(request) == HTML else answer(request, None)


@read_by_programs
def baked(request, public_id):
    """The badge with its assertion inside. A revoked one is gray, and carries nothing."""
    award = Assertion.objects.published().select_related("version").filter(public_id=public_id)
    award = award.first()
    if award is None:
        return answer(request, None)
    document = v2.dumps(documents.assertion(public_id))
    etag = etag_of(f"{award.version.image.name}\n{document}".encode())
    if not award.is_revoked and (unchanged := get_conditional_response(request, etag=etag)):
        return with_caching(unchanged, etag)
    with award.version.image.open() as art:
        image = art.read()
    image = _gray(image) if award.is_revoked else baking.bake(image, document)
    status = 410 if award.is_revoked else 200
    response = HttpResponse(image, content_type="image/png", status=status)
    if "download" in request.GET and not award.is_revoked:
        response["Content-Disposition"] = f'attachment; filename="{award.version.badge_class}.png"'
    return with_caching(response, etag)


def _document(request, document: dict | None) -> HttpResponse:
    if document is None:
        return answer(request, None)
    return answer(request, v2.dumps(document), status=410 if document.get("revoked") else 200)


def _gray(image: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(image)) as art:
        art.convert("LA").save(out, "PNG")
    return out.getvalue()
