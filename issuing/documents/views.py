"""The hosted documents of Open Badges 2.0. Software gets JSON, a browser the page."""

from __future__ import annotations

import io

from django.core.files.storage import default_storage
from django.http import HttpResponse, HttpResponseRedirect
from PIL import Image

from catalog.models import BadgeClass, BadgeVersion, Issuer
from issuing.documents import baked_images, kept_bakes, open_badges_2, replacements
from issuing.documents.baked_images import Ingredients
from issuing.models import Endorsement
from issuing.states import AwardStatus
from openbadges import v2
from serving.documents import (
    HTML,
    allow_any_origin,
    document_response,
    etag_of,
    preferred_media_type,
    public_document,
    render_page,
    unchanged_response,
    with_caching,
)

PICTURES = {"png": "image/png", "svg": "image/svg+xml"}
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@public_document
def assertion(request, public_id):
    if preferred_media_type(request) == HTML:
        return allow_any_origin(HttpResponseRedirect(f"/awards/{public_id}/", status=303))
    document = open_badges_2.assertion(public_id)
    return _document(request, document)


def _badge_version_page(request, public_id):
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


@public_document(otherwise=_badge_version_page)
def badge_class(request, public_id):
    if preferred_media_type(request) == HTML:
        return None
    return document_response(request, open_badges_2.badge_class(public_id))


def _issuer_page(request, public_id):
    profile = Issuer.objects.filter(public_id=public_id).first()
    context = {
        "issuer": profile,
        "endorsements": Endorsement.objects.accepted().filter(issuer=profile),
    }
    return render_page(request, profile and "issuing/issuer.html", context)


@public_document(otherwise=_issuer_page)
def issuer(request, public_id):
    if preferred_media_type(request) == HTML:
        return None
    return _document(request, open_badges_2.issuer(public_id))


def _not_found_page(request, **kwargs):
    return render_page(request, None, {})


@public_document(otherwise=_not_found_page)
def unknown(request, **kwargs):
    """404 for unknown document URLs, as JSON for software."""
    return None if preferred_media_type(request) == HTML else document_response(request, None)


@public_document
def baked(request, public_id):
    """The baked PNG. For a revoked award, the gray image without data."""
    ingredients = baked_images.ingredients_of(public_id)
    if ingredients is None:
        return _picture_of_replaced(request, public_id)
    art = ingredients.award.image
    if ingredients.award.status == AwardStatus.REVOKED:
        return _gray_picture(art)
    return _picture(request, ingredients, "png")


@public_document
def baked_svg(request, public_id):
    """The baked SVG, for badges whose art is SVG. For a revoked award, the 2.0 document."""
    ingredients = baked_images.ingredients_of(public_id)
    if ingredients is None and (replaced := open_badges_2.replaced(public_id)):
        return document_response(request, v2.dumps(replaced), status=410)
    if ingredients is None or not ingredients.award.vector:
        return document_response(request, None)
    if ingredients.award.status == AwardStatus.REVOKED:
        document = open_badges_2.document_of(public_id, ingredients.award)
        return document_response(request, v2.dumps(document), status=410)
    response = _picture(request, ingredients, "svg")
    # Opened directly, an SVG is a page of this site, so it must not run or load anything.
    response["Content-Security-Policy"] = SVG_POLICY
    return response


def _picture_of_replaced(request, public_id) -> HttpResponse:
    """The gray image of a credential that a newer one has replaced, or 404."""
    now = replacements.current_id(public_id)
    newer = now and baked_images.ingredients_of(now)
    return _gray_picture(newer.award.image) if newer else document_response(request, None)


def _gray_picture(art: str) -> HttpResponse:
    with default_storage.open(art) as file:
        gray = _gray(file.read())
    etag = etag_of(f"{art} revoked".encode())
    return with_caching(HttpResponse(gray, content_type="image/png", status=410), etag)


def _picture(request, ingredients: Ingredients, kind: str) -> HttpResponse:
    name = ingredients.name(kind)
    etag = f'"{name}"'
    if unchanged := unchanged_response(request, etag):
        return with_caching(unchanged, etag)
    picture = kept_bakes.read(name)
    if picture is None:
        picture = ingredients.bake(kind)
        kept_bakes.keep(name, picture)
    response = HttpResponse(picture, content_type=PICTURES[kind])
    if "download" in request.GET:
        badge = BadgeClass.objects.get(versions__public_id=ingredients.award.version_public_id)
        response["Content-Disposition"] = f'attachment; filename="{badge}-badge.{kind}"'
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
