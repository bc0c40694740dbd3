"""What the pages of the product are compared with."""

import os
from pathlib import Path

from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.urls import path

# As long as the hosted document of an award.
FILLING = "x" * 800
ROW = "SELECT recipient_name, status, salt FROM issuing_assertion WHERE public_id = %s"


def document(request, public_id):
    """One SELECT by cursor, and a JsonResponse of 1 kB."""
    name, status, salt = _row(public_id)
    return _with_length(
        JsonResponse({"name": name, "status": status, "salt": salt, "filling": FILLING})
    )


def picture(request, public_id):
    """One SELECT by cursor, and bytes that are in memory."""
    _row(public_id)
    return _with_length(HttpResponse(_picture(), content_type="image/png"))


def empty_page(request):
    page = "<!doctype html><html lang=en><title>Empty</title><h1>Empty</h1></html>"
    return _with_length(HttpResponse(page))


def _with_length(response):
    """Without it, which middleware of Django adds, gunicorn would send pieces, which is slower."""
    response["Content-Length"] = len(response.content)
    return response


def _row(public_id):
    with connection.cursor() as cursor:
        cursor.execute(ROW, [public_id])
        return cursor.fetchone()


_kept: list[bytes] = []


def _picture() -> bytes:
    if not _kept:
        _kept.append(Path(os.environ["FLOOR_PICTURE"]).read_bytes())
    return _kept[0]


urlpatterns = [
    path("bare/<uuid:public_id>", document),
    path("bare/<uuid:public_id>.png", picture),
    path("empty", empty_page),
]
