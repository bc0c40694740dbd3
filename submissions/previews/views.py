"""The pictures and the words of a file, for those who may read the file."""

from __future__ import annotations

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from submissions import permissions
from submissions.models import EvidenceItem, FilePreview, PreviewPage
from submissions.previews import operations

# The page shows what was in a document of somebody else: no scripts, forms or other addresses.
_POLICY = {
    "default-src": [NONE],
    "script-src": [NONE],
    "connect-src": [NONE],
    "media-src": [NONE],
    "style-src": [SELF],
    "font-src": [SELF],
    "img-src": ["data:"],
    "form-action": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@require_safe
def page(request, public_id, number):
    """The picture of one page."""
    item = _readable_or_404(request, public_id)
    found = PreviewPage.objects.select_related("preview").defer("preview__parts")
    picture = get_object_or_404(
        found,
        preview__submission=item.attempt.submission_id,
        preview__source=item.file.name,
        number=number,
    )
    try:
        response = FileResponse(picture.file.open("rb"), content_type="image/webp")
    except FileNotFoundError as error:
        operations.make_again(picture.preview)
        raise Http404 from error
    return _private(response)


@require_safe
@xframe_options_sameorigin
@csp_replace(_POLICY)
def words(request, public_id):
    """What is written in a document. Shown in a frame, and on a page of its own."""
    item = _readable_or_404(request, public_id)
    preview = get_object_or_404(
        FilePreview.objects.exclude(parts=[]),
        submission=item.attempt.submission_id,
        source=item.file.name,
    )
    context = {"parts": preview.parts, "name": item.public_name}
    return _private(render(request, "submissions/previews/words.html", context))


def _readable_or_404(request, public_id) -> EvidenceItem:
    item = get_object_or_404(
        EvidenceItem.objects.files().select_related("attempt__submission__badge_class__issuer"),
        public_id=public_id,
    )
    if not permissions.can_read_evidence(request.user, item):
        raise Http404
    return item


def _private(response):
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
