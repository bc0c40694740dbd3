"""The hosted documents of Open Badges 2.0. Software gets JSON, a browser the page."""

from __future__ import annotations

import io

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.cache import get_conditional_response
from PIL import Image

from catalog.models import BadgeVersion, Issuer
from issuing.documents import baked_images, open_badges_2
from issuing.documents.serving import (
    HTML,
    allow_any_origin,
    document_response,
    etag_of,
    preferred_media_type,
    public_document,
    render_page,
    with_caching,
)
from issuing.models import Assertion, Endorsement
from openbadges import v2

SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@public_document
def assertion(request, public_id):
    if preferred_media_type(request) == HTML:
        return allow_any_origin(HttpResponseRedirect(f"/awards/{public_id}/", status=303))
    document = open_badges_2.assertion(public_id)
    return _document(request, document)


@public_document
def badge_class(request, public_id):
    if preferred_media_type(request) == HTML:
        version = (
            BadgeVersion.objects.exclude(published_at=None)
            .select_related("badge_class__issuer", "badge_class__current_version")
            .filter(public_id=public_id)
            .first()
        )
        return render_page(
            request,
            version and "issuing/badge_version.html",
            {"version": version, "issuer": version and version.badge_class.issuer},
        )
    return _document(request, open_badges_2.badge_class(public_id))


@public_document
def issuer(request, public_id):
    if preferred_media_type(request) == HTML:
        profile = Issuer.objects.filter(public_id=public_id).first()
        context = {
            "issuer": profile,
            "endorsements": Endorsement.objects.accepted().filter(issuer=profile),
        }
        return render_page(request, profile and "issuing/issuer.html", context)
    return _document(request, open_badges_2.issuer(public_id))


@public_document
def unknown(request, **kwargs):
    """404 for unknown document URLs, as JSON for software."""
    return (
        render_page(request, None, {})
        if preferred_media_type(request) == HTML
        else document_response(request, None)
    )


@public_document
def baked(request, public_id):
    """The baked PNG. For a revoked award, the gray image without data."""
    award = _published(public_id)
    if award is None:
        return document_response(request, None)
    if award.is_revoked:
        with award.version.image.open() as art:
            gray = _gray(art.read())
        etag = etag_of(f"{award.version.image.name} revoked".encode())
        return with_caching(HttpResponse(gray, content_type="image/png", status=410), etag)
    return _picture(request, award, award.version.image.name, baked_images.baked_png, "png")


@public_document
def baked_svg(request, public_id):
    """The baked SVG, for badges whose art is SVG. For a revoked award, the 2.0 document."""
    award = _published(public_id)
    if award is None or not award.version.vector:
        return document_response(request, None)
    if award.is_revoked:
        return _document(request, open_badges_2.assertion(public_id))
    response = _picture(request, award, award.version.vector.name, baked_images.baked_svg, "svg")
    # Opened directly, an SVG is a page of this site, so it must not run or load anything.
    response["Content-Security-Policy"] = SVG_POLICY
    return response


def _published(public_id) -> Assertion | None:
    awards = Assertion.objects.published().select_related("version__badge_class")
    return awards.filter(public_id=public_id).first()


def _picture(request, award: Assertion, art: str, bake, kind: str) -> HttpResponse:
    texts = baked_images.badge_texts(award)
    etag = etag_of("\n".join([art, *filter(None, texts)]).encode())
    if unchanged := get_conditional_response(request, etag=etag):
        return with_caching(unchanged, etag)
    media_type = {"png": "image/png", "svg": "image/svg+xml"}[kind]
    response = HttpResponse(bake(award, texts), content_type=media_type)
    if "download" in request.GET:
        name = f"{award.version.badge_class}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return with_caching(response, etag)


def _document(request, document: dict | None) -> HttpResponse:
    if document is None:
        return document_response(request, None)
    return document_response(
        request, v2.dumps(document), status=410 if document.get("revoked") else 200
    )


def _gray(image: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(image)) as art:
        art.convert("LA").save(out, "PNG")
    return out.getvalue()
