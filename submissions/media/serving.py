"""Sends a stored recording, or the part of it that a player asks for.

Where possible, the place that stores the files sends them, so that no thread of the program is
busy for as long as somebody watches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from submissions.models import EvidenceItem, evidence_files

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_CHUNK = 256 * 1024
# Long enough to watch one with pauses.
SECONDS_OF_A_LINK = 3600


def recording_response(
    request: HttpRequest, item: EvidenceItem, *, file_name: str
) -> HttpResponseBase:
    """Raises FileNotFoundError. The caller has asked whether this person may see it."""
    disposition = content_disposition_header(as_attachment=False, filename=file_name) or "inline"
    if hasattr(evidence_files(), "short_link"):
        address = evidence_files().short_link(
            item.file.name,
            seconds=SECONDS_OF_A_LINK,
            content_type=item.content_type,
            disposition=disposition,
        )
        response = HttpResponse(status=HTTPStatus.FOUND, headers={"Location": address})
    elif settings.RECORDING_ACCEL:
        response = HttpResponse(content_type=item.content_type)
        response["X-Accel-Redirect"] = settings.RECORDING_ACCEL + quote(item.file.name)
    else:
        response = _part(request, item)
    response["Content-Disposition"] = disposition
    return response


def _part(request: HttpRequest, item: EvidenceItem) -> HttpResponseBase:
    stored, size = item.file.open("rb"), item.file.size
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    first, last, status = 0, size - 1, HTTPStatus.OK
    if asked and any(asked.groups()):
        if asked[1]:
            first, last = int(asked[1]), min(int(asked[2] or last), last)
        else:
            first = max(0, size - int(asked[2]))
        status = HTTPStatus.PARTIAL_CONTENT
    if first > last:
        stored.close()
        return HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            headers={"Content-Range": f"bytes */{size}"},
        )
    response = StreamingHttpResponse(
        _bytes(stored, first, last + 1 - first), status=status, content_type=item.content_type
    )
    response["Accept-Ranges"] = "bytes"
    response["Content-Length"] = str(last + 1 - first)
    if status == HTTPStatus.PARTIAL_CONTENT:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _bytes(stored: File, first: int, count: int) -> Iterator[bytes]:
    with stored:
        stored.seek(first)
        while count and (part := stored.read(min(_CHUNK, count))):
            count -= len(part)
            yield part
