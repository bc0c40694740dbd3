"""What the scripts of the evidence page ask for: save typed text, add a chosen file."""

from __future__ import annotations

import time
import uuid
from http import HTTPStatus

from django.http import JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.file_storage import NO_ROOM
from editing.views import compares_again
from submissions import files, operations, permissions
from submissions.answers import draft_answers
from submissions.evidence_views import (
    limit_uploads,
    progress_of,
    save_links_and_files,
    save_texts,
    time_of_day,
)
from submissions.forms import AnswerForm, CaptionForm
from submissions.media.offering import offer_of
from submissions.states import Status
from submissions.views import REFUSED, get_own_submission_or_404


@require_POST
@never_cache
@compares_again
def autosave(request, public_id):
    """Save text while it is typed. Answers the evidence page's script with JSON."""
    if not request.user.is_authenticated:
        return JsonResponse({}, status=HTTPStatus.UNAUTHORIZED)
    submission = get_own_submission_or_404(request, public_id)
    if not permissions.can_edit(request.user, submission):
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    refused, sent = {}, {"marks": {}, "theirs": {}, "conflicts": {}}
    try:
        for answer in draft_answers(submission):
            form = AnswerForm(request.POST, answer=answer)
            if form.is_locked:
                continue
            posted = _posted(form, request.POST)
            for each in posted:
                each.set_conflicts_aside()
                each.full_clean()
            if posted:
                form.full_clean()
                save_texts(submission, form)
            for each in posted:
                for name in each.errors.keys() & each.typed_fields:
                    refused[each.add_prefix(name)] = list(each.errors[name])
                for part, values in each.answer_for_script().items():
                    sent[part] |= values
    except operations.NotEditable:
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    is_refused = refused or sent["conflicts"]
    return JsonResponse(
        {
            "message": _("Saved %(time)s") % {"time": time_of_day()},
            "refused": refused,
            "progress": progress_of(submission, draft_answers(submission)),
            **sent,
        },
        status=REFUSED if is_refused else HTTPStatus.OK,
    )


def _posted(form, data) -> list:
    """The forms of one criterion that the script sent: its words and its captions."""
    posted = [form] if any(form.add_prefix(name) in data for name in form.typed_fields) else []
    return posted + [each for each in form.captions if each.add_prefix("title") in data]


@limit_uploads
@require_POST
@never_cache
def upload(request, public_id):
    """Add one file as soon as it is chosen. Answers the evidence page's script with JSON.

    `upload` is a UUID of the browser's: if the answer is lost on the way, sending the file again
    adds nothing twice.
    """
    if not request.user.is_authenticated:
        return JsonResponse({}, status=HTTPStatus.UNAUTHORIZED)
    submission = get_own_submission_or_404(request, public_id)
    if not permissions.can_edit(request.user, submission):
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    try:
        thread = uuid.UUID(request.POST.get("upload", ""))
        form = _form_of(request, draft_answers(submission), offer=offer_of(submission))
        form.require_input("add_file")
        save_links_and_files(submission, form, thread=thread)
        answers = draft_answers(submission)
    except operations.NotEditable:
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    except ValueError:  # not sent by our script
        return JsonResponse({}, status=HTTPStatus.BAD_REQUEST)
    if reasons := form.reasons_of_files():
        status = NO_ROOM if form.no_room else REFUSED
        return JsonResponse({"refused": reasons}, status=status)
    added = next(
        (each for answer in answers for each in answer.items if each.item.thread == thread), None
    )
    if submission.recording_uploads.filter(thread=thread).exists():
        return JsonResponse({"thread": thread})  # a recording, which the worker checks
    if added is None:  # removed in another window meanwhile
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    context = {
        "caption": CaptionForm(answered=added),
        "is_returned": submission.status == Status.RETURNED,
    }
    return JsonResponse(
        {
            "item": render_to_string("submissions/_attachment.html", context, request),
            "message": _("Added: %(name)s") % {"name": added.item.file_name},
            "progress": progress_of(submission, answers),
        }
    )


def _form_of(request, answers, *, offer) -> AnswerForm:
    """The form of the criterion that the file is for."""
    field = next(iter([*request.FILES, *request.too_large, *getattr(request, "no_room", {})]), "")
    for answer in answers:
        form = AnswerForm(
            {},
            request.FILES,
            answer=answer,
            too_large=request.too_large.get(field, ()),
            no_room=getattr(request, "no_room", {}).get(field, ()),
            read_until=time.monotonic() + files.SECONDS_FOR_A_FORM,
            offer=offer,
        )
        if form.add_prefix("files") == field and "files" in form.fields:
            if form.is_locked:
                raise operations.NotEditable
            return form
    raise ValueError(f"no criterion takes files as {field!r}")
