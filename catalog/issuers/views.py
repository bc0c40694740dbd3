"""The logos of issuers, for pages here and for software that shows badges."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404

from serving.documents import public_document, unchanged_response

CACHE_SECONDS = 365 * 24 * 3600


@public_document
def logo(request, public_id, name):
    """A logo as it was uploaded, also one that has been replaced: signed badges name it."""
    etag = f'"{name}"'
    response = unchanged_response(request, etag)
    if response is None:
        try:
            file = default_storage.open(f"logos/{public_id}/{name}.png")
        except FileNotFoundError as missing:
            raise Http404 from missing
        response = FileResponse(file, content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={CACHE_SECONDS}, immutable"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response
