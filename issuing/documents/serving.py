"""How documents are served to programs: from any origin, read only, in the form they ask for.

Nothing here reads a session or sets a cookie.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import wraps

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

LD_JSON, JSON, HTML = "application/ld+json", "application/json", "text/html"
METHODS = "GET, HEAD, OPTIONS"
# Short, so that a revocation is seen everywhere soon.
BRIEFLY = "public, max-age=60"
# What Java sends for a program that asks for nothing in particular. No browser begins like this.
UNASKED_BY_JAVA = "text/html, image/gif, image/jpeg, *"
NOTHING = '{"error":"There is nothing at this address."}'


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
            return open_to_all(response)
        return view(request, **kwargs)

    return answered


def answer(request, text: str | None, *, status: int = 200, media_type: str = "") -> HttpResponse:
    """A document, or word that there is none. JSON of the kind that was asked for, unless told."""
    if text is None:
        text, status, media_type = NOTHING, 404, JSON
    raw = text.encode()
    etag = etag_of(raw)
    if status == 200 and (unchanged := get_conditional_response(request, etag=etag)):
        return with_caching(unchanged, etag)
    media_type = media_type or preferred(request, [LD_JSON, JSON])
    return with_caching(HttpResponse(raw, content_type=media_type, status=status), etag)


def page(request, template: str | None, context: dict) -> HttpResponse:
    if template is None:
        raise Http404
    return open_to_all(render(request, template, context))


def _preflight() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Allow"] = METHODS
    response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
    response["Access-Control-Max-Age"] = "86400"
    return open_to_all(response)


def with_caching(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = BRIEFLY
    # For programs that have the address. Search engines are let in through the page alone.
    response["X-Robots-Tag"] = "noindex"
    return open_to_all(response)


def open_to_all(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag"
    patch_vary_headers(response, ["Accept"])
    return response


def preferred(request, offers: Sequence[str] = (LD_JSON, JSON, HTML)) -> str:
    """What is asked for among the offers. The first unless another is ranked above it."""
    accept = request.headers.get("Accept", "*/*")
    if accept in {"*/*", offers[0]} or accept.startswith(UNASKED_BY_JAVA):
        return offers[0]
    ranks = {kind: _rank(accept, kind) for kind in offers}
    # The first of equals wins.
    best = max(ranks, key=ranks.get)
    return best if ranks[best] else offers[0]


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


def etag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
