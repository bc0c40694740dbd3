"""The evidence page: text, links and files for each criterion."""

from __future__ import annotations

import functools
import time
import uuid
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from audit.file_storage import NO_ROOM
from editing.views import compares_again
from submissions import files, operations, permissions
from submissions.answers import draft_answers
from submissions.forms import AnswerForm
from submissions.models import EvidenceItem
from submissions.states import EDITABLE, Status
from submissions.timeline import next_action
from submissions.uploads import EvidenceUploadHandler
from submissions.views import REFUSED, get_own_submission_or_404


def _limit_uploads(view):
    """Set the upload limits before Django's CSRF check reads the form."""
    protected = csrf_protect(view)

    @csrf_exempt
    @functools.wraps(view)
    def limited(request, *args, **kwargs):
        # Replaces the UploadSizeLimit that all other forms have.
        request.upload_handlers[0] = EvidenceUploadHandler(request)
        try:
            return protected(request, *args, **kwargs)
        except RequestDataTooBig:
            return render(request, "submissions/too_much.html", status=413)

    return limited


@_limit_uploads
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@compares_again
def edit(request, public_id):
    submission = get_own_submission_or_404(request, public_id)
    if request.method == "POST":
        if not permissions.can_edit(request.user, submission):
            return _not_editable(request, submission)
        return _save(request, submission)
    if submission.status not in EDITABLE:
        return redirect(submission)
    forms = [AnswerForm(answer=answer) for answer in draft_answers(submission)]
    return _evidence_page(request, submission, forms)


def _save(request, submission):
    """Save all valid input, whichever button was pressed, and show errors for the rest."""
    read_until = time.monotonic() + files.SECONDS_FOR_A_FORM
    data, no_room = request.POST, getattr(request, "no_room", {})
    forms = [
        AnswerForm(
            data,
            request.FILES,
            answer=answer,
            too_large=request.too_large.get(f"criterion-{answer.criterion.pk}-files", ()),
            no_room=no_room.get(f"criterion-{answer.criterion.pk}-files", ()),
            read_until=read_until,
        )
        for answer in draft_answers(submission)
    ]
    action, _colon, about = request.POST.get("action", "save").partition(":")
    editable = [form for form in forms if not form.is_locked]
    try:
        # All texts first: only they can raise EditConflict, and then everything is done again.
        for form in editable:
            form.require_input(action if about == str(form.criterion.pk) else "")
            _save_text(submission, form)
        for form in editable:
            _save_links_and_files(submission, form)
        if action == "remove":
            about = _remove(submission, about)
    except operations.NotEditable:  # sent in from another window meanwhile
        submission.refresh_from_db()
        return _not_editable(request, submission)
    if any(form.errors for form in forms):
        for form, answer in zip(forms, draft_answers(submission), strict=True):
            form.show_answer(answer)
        status = NO_ROOM if any(form.no_room for form in forms) else REFUSED
        return _evidence_page(request, submission, forms, status=status)
    if action == "check":
        return redirect("submissions:send", submission.public_id)
    messages.success(request, _("Your draft is saved (%(time)s).") % {"time": _time_of_day()})
    address = reverse("submissions:edit", args=[submission.public_id])
    return HttpResponseRedirect(f"{address}#criterion-{about}" if about else address)


def _save_text(submission, form):
    """Save the text, if this window changed it and no other window did."""
    edit = form.edit
    if "text" in edit.changes:
        with form.reporting_refusals("text"):
            operations.write_text(submission, form.criterion, edit.changes["text"], edit=edit)


def _save_links_and_files(submission, form):
    valid, criterion = form.cleaned_data, form.criterion
    if valid.get("url") and "title" in valid:
        with form.reporting_refusals("url"):
            if not form.answer.links_to(valid["url"]):
                operations.add_link(submission, criterion, url=valid["url"], title=valid["title"])
            form.clear_fields("url", "title")
    for accepted in form.accepted_files:
        with form.reporting_refusals("files", accepted.file_name):
            operations.add_file(
                submission,
                criterion,
                file=accepted.file,
                file_name=accepted.file_name,
                content_type=accepted.content_type,
            )


def _remove(submission, item_id):
    """Remove an item, if it still exists. Returns the key of its criterion, or ""."""
    items = EvidenceItem.objects.of_draft(submission).select_related(
        "criterion", "attempt__submission"
    )
    item = items.filter(public_id=item_id).first() if _is_uuid(item_id) else None
    if item is None:
        return ""
    operations.remove_item(item)
    return str(item.criterion_id)


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
            if form.is_locked or form.add_prefix("text") not in request.POST:
                continue
            form.set_conflicts_aside()
            form.full_clean()
            _save_text(submission, form)
            if "text" in form.errors:
                refused[form.add_prefix("text")] = list(form.errors["text"])
            for part, values in form.answer_for_script().items():
                sent[part] |= values
    except operations.NotEditable:
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    progress = _progress(submission, draft_answers(submission))
    is_refused = refused or sent["conflicts"]
    return JsonResponse(
        {
            "message": _("Saved %(time)s") % {"time": _time_of_day()},
            "refused": refused,
            "progress": progress,
            **sent,
        },
        status=REFUSED if is_refused else HTTPStatus.OK,
    )


def _progress(submission, answers) -> dict:
    required = [answer for answer in answers if answer.criterion.required]
    if submission.status == Status.RETURNED:
        answered = sum(answer.is_met or answer.has_changed for answer in required)
        label = _("%(answered)s of %(total)s required criteria met or in progress")
    else:
        answered = sum(answer.is_answered for answer in required)
        label = _("%(answered)s of %(total)s required criteria answered")
    label %= {"answered": answered, "total": len(required)}
    return {"answered": answered, "total": len(required), "label": label}


def _evidence_page(request, submission, forms, *, status=HTTPStatus.OK):
    answers = [form.answer for form in forms]
    is_returned = submission.status == Status.RETURNED
    context = {
        "submission": submission,
        "forms": forms,
        "refused": [form for form in forms if form.errors],
        "progress": _progress(submission, answers),
        "states": [_state_of(answer, is_returned) for answer in answers],
        "next_sentence": next_action(submission),
        "is_returned": is_returned,
    }
    return render(request, "submissions/evidence.html", context, status=status)


def _state_of(answer, is_returned) -> str:
    if answer.is_met:
        return "met"
    return "not_yet" if is_returned else "open"


def _not_editable(request, submission):
    """The submission's status changed while the page was open. Show the typed text for copying."""
    typed = [
        text
        for name, text in request.POST.items()
        if name.startswith("criterion-") and name.endswith("-text") and text.strip()
    ]
    context = {"submission": submission, "typed": typed}
    return render(request, "submissions/not_editable.html", context, status=HTTPStatus.CONFLICT)


def _time_of_day() -> str:
    return time_format(timezone.localtime(), "TIME_FORMAT")


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
