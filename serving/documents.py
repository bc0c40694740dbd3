"""Serves documents to software: read-only, to any origin, with content negotiation.

Nothing here reads a session or sets a cookie.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache, partial, wraps

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

LD_JSON, JSON, HTML = "application/ld+json", "application/json", "text/html"
CONDITIONS = {"HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH"}
METHODS = "GET, HEAD, OPTIONS"
# Short, so that a revocation is seen everywhere soon.
CACHE_BRIEFLY = "public, max-age=60"
# The default Accept header of Java. No browser sends one that begins like this.
JAVA_DEFAULT_ACCEPT = "text/html, image/gif, image/jpeg, *"
NOT_FOUND_JSON = '{"error":"There is nothing at this address."}'


def public_document(view=None, *, otherwise=None):
    """A decorator for views that any origin may read. It handles CORS and other methods.

    The view answers from the request's address and headers alone, so that it can be asked before
    any middleware (`short_way`). Where it returns None, the view `otherwise` answers, which may
    need a session or a language: a page for people, or a draft for its coordinators.
    """
    if view is None:
        return partial(public_document, otherwise=otherwise)

    @csrf_exempt  # these views change nothing
    @wraps(view)
    def wrapper(request, **kwargs):
        if request.method == "OPTIONS":
            return _preflight()
        if request.method not in {"GET", "HEAD"}:
            response = HttpResponse(status=405)
            response["Allow"] = METHODS
            return allow_any_origin(response)
        response = view(request, **kwargs)
        return otherwise(request, **kwargs) if response is None else response

    wrapper.public = view
    wrapper.answers_programs = True
    return wrapper


def document_response(
    request, text: str | None, *, status: int = 200, media_type: str = ""
) -> HttpResponse:
    """A document, or a 404 as JSON if `text` is None. By default JSON in the preferred type."""
    if text is None:
        text, status, media_type = NOT_FOUND_JSON, 404, JSON
    raw = text.encode()
    etag = etag_of(raw)
    if status == 200 and (unchanged := unchanged_response(request, etag)):
        return with_caching(unchanged, etag)
    media_type = media_type or preferred_media_type(request, [LD_JSON, JSON])
    return with_caching(HttpResponse(raw, content_type=media_type, status=status), etag)


def unchanged_response(request, etag: str) -> HttpResponse | None:
    """The answer to a client that has this already (304) or expects something else (412)."""
    if not CONDITIONS.intersection(request.META):
        return None
    return get_conditional_response(request, etag=etag)


def render_page(request, template: str | None, context: dict) -> HttpResponse:
    if template is None:
        raise Http404
    return allow_any_origin(render(request, template, context))


def _preflight() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Allow"] = METHODS
    response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
    response["Access-Control-Max-Age"] = "86400"
    return allow_any_origin(response)


def with_caching(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = CACHE_BRIEFLY
    # Search engines may index the page, but not the documents.
    response["X-Robots-Tag"] = "noindex"
    return allow_any_origin(response)


def allow_any_origin(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag"
    if "Vary" in response:
        patch_vary_headers(response, ["Accept"])
    else:
        response["Vary"] = "Accept"
    return response


def preferred_media_type(request, offers: Sequence[str] = (LD_JSON, JSON, HTML)) -> str:
    """The offer that the Accept header ranks highest; the first one on a tie or without a match."""
    accept = request.META.get("HTTP_ACCEPT", "*/*")
    if accept in {"*/*", offers[0]} or accept.startswith(JAVA_DEFAULT_ACCEPT):
        return offers[0]
    return _preferred(accept, tuple(offers))


@lru_cache(maxsize=256)
def _preferred(accept: str, offers: tuple[str, ...]) -> str:
    ranks = {kind: _rank(accept, kind) for kind in offers}
    # The first of equals wins.
    best = max(ranks, key=ranks.get)
    return best if ranks[best] else offers[0]


def _rank(accept: str, media_type: str) -> float:
    """The quality of a media type in an Accept header (RFC 9110, section 12.5.1).

    The most specific entry counts.
    """
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
