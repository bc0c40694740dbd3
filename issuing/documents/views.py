"""The hosted documents of Open Badges 2.0: one address each, for programs and for people.

A program gets JSON, a browser the page.
"""

from __future__ import annotations

import io

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.cache import get_conditional_response
from PIL import Image

from catalog.models import BadgeVersion, Issuer
from issuing.documents import baked_images, open_badges_2
from issuing.documents.serving import (
    HTML,
    answer,
    etag_of,
    open_to_all,
    page,
    preferred,
    read_by_programs,
    with_caching,
)
from issuing.models import Assertion, Endorsement
from openbadges import v2

SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@read_by_programs
def assertion(request, public_id):
    if preferred(request) == HTML:
        return open_to_all(HttpResponseRedirect(f"/awards/{public_id}/", status=303))
    document = open_badges_2.assertion(public_id)
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
    return _document(request, open_badges_2.badge_class(public_id))


@read_by_programs
def issuer(request, public_id):
    if preferred(request) == HTML:
        profile = Issuer.objects.filter(public_id=public_id).first()
        context = {
            "issuer": profile,
            "endorsements": Endorsement.objects.accepted().filter(issuer=profile),
        }
        return page(request, profile and "issuing/issuer.html", context)
    return _document(request, open_badges_2.issuer(public_id))


@read_by_programs
def unknown(request, **kwargs):
    """An address like ours that means nothing: programs are told in JSON, from any origin."""
    return page(request, None, {}) if preferred(request) == HTML else answer(request, None)


@read_by_programs
def baked(request, public_id):
    """The badge with its data inside. A revoked one is gray, and carries nothing."""
    award = _published(public_id)
    if award is None:
        return answer(request, None)
    if award.is_revoked:
        with award.version.image.open() as art:
            gray = _gray(art.read())
        etag = etag_of(f"{award.version.image.name} revoked".encode())
        return with_caching(HttpResponse(gray, content_type="image/png", status=410), etag)
    return _picture(request, award, award.version.image.name, baked_images.baked_png, "png")


@read_by_programs
def baked_svg(request, public_id):
    """The same as SVG, for badges whose art is SVG. A revoked one has none any more."""
    award = _published(public_id)
    if award is None or not award.version.vector:
        return answer(request, None)
    if award.is_revoked:
        return _document(request, open_badges_2.assertion(public_id))
    response = _picture(request, award, award.version.vector.name, baked_images.baked_svg, "svg")
    # Opened by itself it is a page of ours: nothing in it runs, and it loads nothing.
    response["Content-Security-Policy"] = SVG_POLICY
    return response


def _published(public_id) -> Assertion | None:
    awards = Assertion.objects.published().select_related("version__badge_class")
    return awards.filter(public_id=public_id).first()


def _picture(request, award: Assertion, art: str, bake, kind: str) -> HttpResponse:
    texts = baked_images.carried(award)
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
        return answer(request, None)
    return answer(request, v2.dumps(document), status=410 if document.get("revoked") else 200)


def _gray(image: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(image)) as art:
        art.convert("LA").save(out, "PNG")
    return out.getvalue()
