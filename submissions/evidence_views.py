"""The evidence page: text, links and files for each criterion."""

from __future__ import annotations

import contextlib
import functools
import re
import time
import uuid
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from audit.file_storage import NO_ROOM
from editing.views import compares_again
from submissions import files, operations, permissions
from submissions.answers import draft_answers
from submissions.forms import AnswerForm
from submissions.media.offering import offer_of
from submissions.media.operations import arriving
from submissions.models import EvidenceItem
from submissions.questions import operations as questions
from submissions.states import EDITABLE, Status
from submissions.timeline import next_action
from submissions.uploads import EvidenceUploadHandler
from submissions.views import REFUSED, get_own_submission_or_404

# The tag of a message that is shown at one criterion.
AT = "at-criterion-"


def limit_uploads(view):
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


@limit_uploads
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
    offer = offer_of(submission)
    forms = [AnswerForm(answer=answer, offer=offer) for answer in draft_answers(submission)]
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
            offer=offer_of(submission),
        )
        for answer in draft_answers(submission)
    ]
    action, _colon, about = request.POST.get("action", "save").partition(":")
    editable = [form for form in forms if not form.is_locked]
    try:
        # All texts first: only they can raise EditConflict, and then everything is done again.
        for form in editable:
            form.require_input(action if about == str(form.criterion.pk) else "")
            save_texts(submission, form)
        for form in editable:
            save_links_and_files(submission, form)
        place = about if action in {"add_link", "add_file"} else ""
        if action == "remove":
            place = _remove(submission, about)
        elif action == "stop":
            place = _stop(submission, about)
    except operations.NotEditable:  # sent in from another window meanwhile
        submission.refresh_from_db()
        return _not_editable(request, submission)
    if refused := [form for form in forms if form.has_errors]:
        for form, answer in zip(forms, draft_answers(submission), strict=True):
            form.show_answer(answer)
        status = NO_ROOM if any(form.no_room for form in forms) else REFUSED
        return _evidence_page(request, submission, forms, _focused(refused, place), status=status)
    if action == "check":
        return redirect("submissions:send", submission.public_id)
    address = reverse("submissions:edit", args=[submission.public_id])
    if not place:
        messages.success(request, _("Your draft is saved (%(time)s).") % {"time": time_of_day()})
        return redirect(address)
    # Said where something was added or removed, not at the top of the page.
    messages.success(request, _said(action), extra_tags=f"{AT}{place}")
    return HttpResponseRedirect(f"{address}#added-{place}")


def _said(action) -> str:
    if action in {"remove", "stop"}:
        return _("Removed. Your draft is saved.")
    return _("Added. Your draft is saved.")


def _focused(refused, place) -> str:
    """The criterion that the page begins at; "" if a summary of the errors comes first."""
    acted = [form for form in refused if str(form.criterion.pk) == place]
    if not acted and len(refused) > 1:
        return ""
    form = (acted or refused)[0]
    form.focus_first_error()
    return str(form.criterion.pk)


def save_texts(submission, form):
    """Save the words and the captions that this window changed and no other window did."""
    edit = form.edit
    if changed := edit.changes.keys() & form.typed_fields:
        with form.reporting_refusals(min(changed)):
            questions.write_words(submission, form.criterion, edit=edit)
    for caption in form.captions:
        if caption.is_valid() and "title" in caption.edit.changes:
            title = caption.edit.changes["title"]
            # Nobody misses the caption of an item that was removed in another window.
            with contextlib.suppress(EvidenceItem.DoesNotExist):
                operations.write_title(caption.item, title, edit=caption.edit)


def save_links_and_files(submission, form, *, thread=None):
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
                thread=thread,
            )
    for upload in form.accepted_recordings:
        with form.reporting_refusals("files", upload.name):
            data, name = upload.read(), upload.name
            arriving.add_whole(submission, criterion, data=data, file_name=name, thread=thread)


def _stop(submission, upload_id):
    """Remove a recording that is on its way, if it still is. Returns the key of its criterion."""
    uploads = submission.recording_uploads.select_related("criterion", "submission")
    upload = uploads.filter(public_id=upload_id).first() if _is_uuid(upload_id) else None
    if upload is None:
        return ""
    arriving.forget(upload)
    return str(upload.criterion_id)


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


def progress_of(submission, answers) -> dict:
    """Which criteria are done; how many of the required ones, also in words for the page's bar."""
    done = [answer.criterion.pk for answer in answers if _is_done(answer, submission.status)]
    required = [answer for answer in answers if answer.criterion.required]
    answered = sum(answer.criterion.pk in done for answer in required)
    label = _("%(answered)s of %(total)s done") % {"answered": answered, "total": len(required)}
    return {"answered": answered, "total": len(required), "label": label, "done": done}


def _is_done(answer, status) -> bool:
    if status == Status.RETURNED:
        return answer.is_met or answer.has_changed
    return answer.is_answered


def _evidence_page(request, submission, forms, focused="", *, status=HTTPStatus.OK):
    everywhere, here = _messages_by_place(request)
    on_their_way = list(submission.recording_uploads.all())
    for form in forms:
        form.uploads = [each for each in on_their_way if each.criterion_id == form.criterion.pk]
        form.said = here.get(str(form.criterion.pk), ())
        form.is_done = _is_done(form.answer, submission.status)
    unfolded = [form for form in forms if form.said or form.has_errors or form.uploads]
    unfolded = unfolded or [form for form in forms if not form.is_done][:1]
    for form in unfolded:
        form.is_unfolded = True
    refused = [form for form in forms if form.has_errors]
    context = {
        "submission": submission,
        "forms": forms,
        "refused": [] if focused else refused,
        "has_errors": bool(refused),
        "progress": progress_of(submission, [form.answer for form in forms]),
        "next_sentence": next_action(submission),
        "is_returned": submission.status == Status.RETURNED,
        "messages": everywhere,
        "takes_recordings": offer_of(submission) is not None,
        "piece_size": arriving.PIECE,
        "largest_file": settings.EVIDENCE_LARGEST_FILE,
        "too_large": files.too_large(),
    }
    return render(request, "submissions/evidence.html", context, status=status)


def _messages_by_place(request) -> tuple[list, dict[str, list]]:
    """The messages of the whole page, and those about one criterion by its key."""
    everywhere, here = [], {}
    for message in messages.get_messages(request):
        _before, about_one, place = (message.extra_tags or "").partition(AT)
        if about_one:
            here.setdefault(place, []).append(message)
        else:
            everywhere.append(message)
    return everywhere, here


def _not_editable(request, submission):
    """The submission's status changed while the page was open. Show the typed text for copying."""
    typed = [
        text
        for name, text in request.POST.items()
        if re.fullmatch(r"criterion-\d+-(text|question-\d+)", name) and text.strip()
    ]
    context = {"submission": submission, "typed": typed}
    return render(request, "submissions/not_editable.html", context, status=HTTPStatus.CONFLICT)


def time_of_day() -> str:
    return time_format(timezone.localtime(), "TIME_FORMAT")


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
