"""Serves pictures, which were re-encoded when they were uploaded."""

from django.http import FileResponse, Http404


def picture_response(file, *, public=True):
    try:
        opened = file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, content_type="image/png")
    response["Cache-Control"] = (
        "public, max-age=3600, stale-while-revalidate=86400" if public else "private, no-store"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
