"""The hosted documents: one address each, for programs and for people.

A program gets JSON, a browser the page. Nothing here reads a session or sets a cookie.
"""

from __future__ import annotations

import hashlib
import io
from functools import wraps

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from PIL import Image

from catalog.models import BadgeVersion, Issuer
from issuing import baking, documents
from issuing.models import Assertion
from issuing.openbadges import v2

LD_JSON, JSON, HTML = "application/ld+json", "application/json", "text/html"
METHODS = "GET, HEAD, OPTIONS"
# Short, so that a revocation is seen everywhere soon.
BRIEFLY = "public, max-age=60"


def read_by_programs(view):
    """Read from any origin, and only read. A program that tries more is told so as a program."""

    @csrf_exempt  # nothing changes here, so there is nothing to protect
    @wraps(view)
    def answered(request, **kwargs):
        if request.method == "OPTIONS":
            return _preflight()
        if request.method not in {"GET", "HEAD"}:
            response = HttpResponse(status=405)
            response["Allow"] = METHODS
            return _open_to_all(response)
        return view(request, **kwargs)

    return answered


@read_by_programs
def assertion(request, public_id):
    if _preferred(request) == HTML:
        return _open_to_all(HttpResponseRedirect(f"/awards/{public_id}/", status=303))
    document = documents.assertion(public_id)
    return _answer(request, document)


@read_by_programs
def badge_class(request, public_id):
    if _preferred(request) == HTML:
        version = (
            BadgeVersion.objects.exclude(published_at=None)
            .select_related("badge_class__issuer", "badge_class__current_version")
            .filter(public_id=public_id)
            .first()
        )
        return _page(
            request,
            version and "issuing/badge_version.html",
            {"version": version, "issuer": version and version.badge_class.issuer},
        )
    return _answer(request, documents.badge_class(public_id))


@read_by_programs
def issuer(request, public_id):
    if _preferred(request) == HTML:
        profile = Issuer.objects.filter(public_id=public_id).first()
        return _page(request, profile and "issuing/issuer.html", {"issuer": profile})
    return _answer(request, documents.issuer(public_id))


@read_by_programs
def unknown(request, **kwargs):
    """An address like ours that means nothing: programs are told in JSON, from any origin."""
    return _page(request, None, {}) if _preferred(request) == HTML else _answer(request, None)


@read_by_programs
def baked(request, public_id):
    """The badge with its assertion inside. A revoked one is gray, and carries nothing."""
    award = Assertion.objects.published().select_related("version").filter(public_id=public_id)
    award = award.first()
    if award is None:
        return _answer(request, None)
    document = v2.dumps(documents.assertion(public_id))
    etag = _etag(f"{award.version.image.name}\n{document}".encode())
    if not award.is_revoked and (unchanged := get_conditional_response(request, etag=etag)):
        return _with_caching(unchanged, etag)
    with award.version.image.open() as art:
        image = art.read()
    image = _gray(image) if award.is_revoked else baking.bake(image, document)
    status = 410 if award.is_revoked else 200
    response = HttpResponse(image, content_type="image/png", status=status)
    if "download" in request.GET and not award.is_revoked:
        response["Content-Disposition"] = f'attachment; filename="{award.version.badge_class}.png"'
    return _with_caching(response, etag)


def _answer(request, document: dict | None) -> HttpResponse:
    if document is None:
        body, status = '{"error":"There is nothing at this address."}', 404
    else:
        body, status = v2.dumps(document), 410 if document.get("revoked") else 200
    raw = body.encode()
    etag = _etag(raw)
    if status == 200 and (unchanged := get_conditional_response(request, etag=etag)):
        return _with_caching(unchanged, etag)
    media_type = JSON if document is None else _preferred(request)
    return _with_caching(HttpResponse(raw, content_type=media_type, status=status), etag)


def _page(request, template: str | None, context: dict) -> HttpResponse:
    if template is None:
        raise Http404
    return _open_to_all(render(request, template, context))


def _preflight() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Allow"] = METHODS
    response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
    response["Access-Control-Max-Age"] = "86400"
    return _open_to_all(response)


def _with_caching(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = BRIEFLY
    # For programs that have the address. Search engines are let in through the page alone.
    response["X-Robots-Tag"] = "noindex"
    return _open_to_all(response)


def _open_to_all(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag"
    patch_vary_headers(response, ["Accept"])
    return response


def _preferred(request) -> str:
    """What is asked for. JSON-LD unless something else is ranked above it."""
    accept = request.headers.get("Accept", "*/*")
    if accept in {"*/*", LD_JSON}:
        return LD_JSON
    ranks = {kind: _rank(accept, kind) for kind in (LD_JSON, JSON, HTML)}
    # The first of equals wins, so JSON-LD does.
    best = max(ranks, key=ranks.get)
    return best if ranks[best] else LD_JSON


def _rank(accept: str, media_type: str) -> float:
    """The quality that an Accept header gives a media type: the most precise entry counts."""
    precision, quality = -1, 0.0
    for entry in accept.lower().split(","):
        wanted, *parameters = (part.strip() for part in entry.split(";"))
        for exactness, pattern in enumerate(("*/*", media_type.split("/")[0] + "/*", media_type)):
            if wanted == pattern and exactness > precision:
                precision, quality = exactness, _quality(parameters)
    return quality


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return max(0.0, min(1.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _gray(image: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(image)) as art:
        art.convert("LA").save(out, "PNG")
    return out.getvalue()
