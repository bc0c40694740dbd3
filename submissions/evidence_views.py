"""The page on which evidence is gathered: words, links and files for each criterion."""

from __future__ import annotations

import functools
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

from submissions import operations, permissions
from submissions.answers import draft_answers
from submissions.forms import AnswerForm
from submissions.models import EvidenceItem
from submissions.states import EDITABLE, Status
from submissions.timeline import who_is_next
from submissions.uploads import BoundedUploads
from submissions.views import REFUSED, own_or_404


def _bounds_uploads(view):
    """Sets the bounds before anything reads the form, which Django's CSRF check would do first."""
    protected = csrf_protect(view)

    @csrf_exempt
    @functools.wraps(view)
    def bounded(request, *args, **kwargs):
        # In the place of the bound that all other forms have.
        request.upload_handlers[0] = BoundedUploads(request)
        try:
            return protected(request, *args, **kwargs)
        except RequestDataTooBig:
            return render(request, "submissions/too_much.html", status=413)

    return bounded


@_bounds_uploads
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request, public_id):
    submission = own_or_404(request, public_id)
    if request.method == "POST":
        if not permissions.can_edit(request.user, submission):
            return _not_editable(request, submission)
        return _save(request, submission)
    if submission.status not in EDITABLE:
        return redirect(submission)
    forms = [AnswerForm(answer=answer) for answer in draft_answers(submission)]
    return _evidence_page(request, submission, forms)


def _save(request, submission):
    """Keep all that is good on the page, whichever button was pressed; show again what is not."""
    forms = [
        AnswerForm(
            request.POST,
            request.FILES,
            answer=answer,
            too_large=request.too_large.get(f"criterion-{answer.criterion.pk}-files", ()),
        )
        for answer in draft_answers(submission)
    ]
    action, _colon, about = request.POST.get("action", "save").partition(":")
    try:
        for form in forms:
            if not form.is_locked:
                form.ask_for(action if about == str(form.criterion.pk) else "")
                _keep(submission, form)
        if action == "remove":
            about = _remove(submission, about)
    except operations.NotEditable:  # sent in from another window while this one was open
        submission.refresh_from_db()
        return _not_editable(request, submission)
    if any(form.errors for form in forms):
        for form, answer in zip(forms, draft_answers(submission), strict=True):
            form.answer = answer
        return _evidence_page(request, submission, forms, status=REFUSED)
    if action == "check":
        return redirect("submissions:send", submission.public_id)
    messages.success(request, _("Your draft is saved (%(time)s).") % {"time": _time_of_day()})
    address = reverse("submissions:edit", args=[submission.public_id])
    return HttpResponseRedirect(f"{address}#criterion-{about}" if about else address)


def _keep(submission, form):
    good, criterion = form.cleaned_data, form.criterion
    text_came = form.add_prefix("text") in form.data
    if text_came and "text" in good and good["text"] != form.answer.text:
        with form.refusing_too_much("text"):
            operations.write_text(submission, criterion, good["text"])
    if good.get("url") and "title" in good:
        with form.refusing_too_much("url"):
            if not form.answer.links_to(good["url"]):
                operations.add_link(submission, criterion, url=good["url"], title=good["title"])
            form.forget("url", "title")
    for vetted in form.vetted:
        with form.refusing_too_much("files", vetted.file_name):
            operations.add_file(
                submission,
                criterion,
                file=vetted.file,
                file_name=vetted.file_name,
                content_type=vetted.content_type,
            )


def _remove(submission, item_id):
    """Take out one piece, if it is still there; returns the criterion it stood under."""
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
def autosave(request, public_id):
    """Keeps words while they are typed. Answers in JSON, to the script of the evidence page."""
    if not request.user.is_authenticated:
        return JsonResponse({}, status=HTTPStatus.UNAUTHORIZED)
    submission = own_or_404(request, public_id)
    if not permissions.can_edit(request.user, submission):
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    refused = {}
    try:
        for answer in draft_answers(submission):
            form = AnswerForm(request.POST, answer=answer)
            if form.add_prefix("text") in request.POST and not form.is_locked:
                form.full_clean()
                _keep(submission, form)
                if "text" in form.errors:
                    refused[form.add_prefix("text")] = list(form.errors["text"])
    except operations.NotEditable:
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    progress = _progress(submission, draft_answers(submission))
    return JsonResponse(
        {
            "message": _("Saved %(time)s") % {"time": _time_of_day()},
            "refused": refused,
            "progress": progress,
        },
        status=REFUSED if refused else HTTPStatus.OK,
    )


def _progress(submission, answers) -> dict:
    required = [answer for answer in answers if answer.criterion.required]
    if submission.status == Status.RETURNED:
        answered = sum(answer.is_met or answer.has_changed for answer in required)
        label = _("%(answered)s of %(total)s required criteria met or worked on")
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
        "next_sentence": who_is_next(submission),
        "is_returned": is_returned,
    }
    return render(request, "submissions/evidence.html", context, status=status)


def _state_of(answer, is_returned) -> str:
    if answer.is_met:
        return "met"
    return "not_yet" if is_returned else "open"


def _not_editable(request, submission):
    """The page was open while the submission moved on. What was typed is shown, to be copied."""
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
