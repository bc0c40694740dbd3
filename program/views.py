"""The program's logo."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404

from serving.documents import public_document, unchanged_response

CACHE_SECONDS = 365 * 24 * 3600


@public_document
def logo(request, name):
    """A logo as it was saved, also one that has been replaced: emails that were sent show it."""
    etag = f'"{name}"'
    response = unchanged_response(request, etag)
    if response is None:
        try:
            file = default_storage.open(f"program/{name}.png")
        except FileNotFoundError as missing:
            raise Http404 from missing
        response = FileResponse(file, content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={CACHE_SECONDS}, immutable"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response
