"""What the script of the evidence page asks for while a recording arrives; pictures of videos."""

from __future__ import annotations

import functools
import uuid
from http import HTTPStatus

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from audit.file_storage import NO_ROOM, NotStored
from submissions import files, permissions
from submissions.answers import draft_answers
from submissions.evidence_views import progress_of
from submissions.forms import CaptionForm, limit_reached
from submissions.media import offering
from submissions.media.operations import arriving
from submissions.models import EvidenceItem, RecordingUpload
from submissions.refusals import EvidenceLimitReached, NotEditable
from submissions.states import Status
from submissions.views import REFUSED, get_own_submission_or_404

MAX_MARK = 64


def for_script(view):
    """Say to the script that its person was signed out, instead of sending it to a sign-in."""

    @functools.wraps(view)
    def answered(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return JsonResponse({}, status=HTTPStatus.UNAUTHORIZED)
        return view(request, *args, **kwargs)

    return never_cache(answered)


@require_POST
@for_script
def begin(request, public_id):
    """Announce a file. The answer says where its pieces go, and from which byte on."""
    submission = get_own_submission_or_404(request, public_id)
    if not permissions.can_edit(request.user, submission):
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    try:
        announced = arriving.Announced(
            file_name=request.POST.get("name", "").replace("\0", ""),
            size=int(request.POST.get("size", "")),
            mark=request.POST.get("mark", "").replace("\0", "")[:MAX_MARK],
            thread=uuid.UUID(request.POST.get("upload", "")),
        )
        criterion = submission.version.criteria.get(pk=int(request.POST.get("criterion", "")))
    except (ValueError, submission.version.criteria.model.DoesNotExist):
        return JsonResponse({}, status=HTTPStatus.BAD_REQUEST)
    try:
        upload = arriving.begin(submission, criterion, announced)
    except NotEditable:
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    except arriving.RecordingRefused as refused:
        return _refused(offering.refusal(refused.reason, largest=refused.largest))
    except EvidenceLimitReached:
        return _refused(limit_reached())
    return _state(request, upload)


@require_POST
@for_script
def piece(request, public_id):
    """Take one piece: its bytes are the body, `Piece-Offset` and `Piece-Digest` are headers."""
    upload = _own_upload_or_404(request, public_id)
    try:
        offset = int(request.headers.get("Piece-Offset", ""))
        length = int(request.headers.get("Content-Length", ""))
    except ValueError:
        return JsonResponse({}, status=HTTPStatus.BAD_REQUEST)
    if not 0 < length <= arriving.PIECE:
        return JsonResponse({}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    data = request.read(length)
    if len(data) < length:
        return JsonResponse({}, status=HTTPStatus.BAD_REQUEST)
    try:
        upload = arriving.keep_piece(
            upload, offset=offset, data=data, digest=request.headers.get("Piece-Digest", "")
        )
    except (arriving.DamagedOnTheWay, arriving.PieceMissing):
        upload.refresh_from_db()  # the state says from where to go on
    except (NotEditable, RecordingUpload.DoesNotExist):
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    except NotStored:
        return JsonResponse({"refused": [files.no_room()]}, status=NO_ROOM)
    return _state(request, upload)


@require_GET
@for_script
def state(request, public_id, thread):
    """How far a recording is; its row for the page once it is evidence."""
    submission = get_own_submission_or_404(request, public_id)
    if upload := submission.recording_uploads.filter(thread=thread).first():
        return _state(request, upload)
    if submission.status not in {Status.DRAFT, Status.RETURNED}:
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    answers = draft_answers(submission)
    added = next(
        (each for answer in answers for each in answer.items if each.item.thread == thread), None
    )
    if added is None:  # removed in another window meanwhile
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    context = {
        "caption": CaptionForm(answered=added),
        "is_returned": submission.status == Status.RETURNED,
    }
    return JsonResponse(
        {
            "status": "added",
            "item": render_to_string("submissions/_attachment.html", context, request),
            "message": _("Added: %(name)s") % {"name": added.item.file_name},
            "progress": progress_of(submission, answers),
        }
    )


@require_POST
@for_script
def remove(request, public_id):
    """Stop an upload. It may be gone or added meanwhile: then there is nothing to stop."""
    try:
        arriving.forget(_own_upload_or_404(request, public_id))
    except NotEditable:
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    return JsonResponse({})


@require_safe
def poster(request, public_id):
    """The still picture of a video, for those who may see the video."""
    item = get_object_or_404(
        EvidenceItem.objects.recordings()
        .defer(None)
        .select_related("attempt__submission__badge_class__issuer__agency"),
        public_id=public_id,
    )
    if item.poster is None or not permissions.can_read_evidence(request.user, item):
        raise Http404
    response = HttpResponse(bytes(item.poster), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _own_upload_or_404(request, public_id):
    own = RecordingUpload.objects.of(request.user).select_related("submission", "criterion")
    return get_object_or_404(own, public_id=public_id)


def _refused(words):
    return JsonResponse({"refused": [words]}, status=REFUSED)


def _state(request, upload):
    if upload.status == RecordingUpload.Status.REFUSED:
        return _refused(offering.words_about(upload))
    return JsonResponse(
        {
            "status": upload.status,
            "id": upload.public_id,
            "thread": upload.thread,
            "received": upload.received,
            "words": offering.words_about(upload),
        }
    )
