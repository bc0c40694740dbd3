from __future__ import annotations

import functools
import uuid
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig
from django.http import FileResponse, Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import BadgeClass
from submissions import files, operations, permissions
from submissions.answers import Answer, answers_of
from submissions.forms import AnswerForm, SendForm
from submissions.models import Attempt, EvidenceItem, Submission
from submissions.states import EDITABLE, OPEN, Status
from submissions.timeline import is_late, steps_of, who_is_next
from submissions.uploads import BoundedUploads

ANSWERED = {Status.RETURNED, Status.APPROVED, Status.DECLINED}
REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@require_safe
@login_required
def submission_list(request):
    groups = {"yours": [], "reviewers": [], "done": []}
    for submission in Submission.objects.of(request.user).for_cards():
        submission.next_sentence = who_is_next(submission)
        is_approved = submission.status == Status.APPROVED
        submission.met_shown = submission.total if is_approved else submission.met
        groups[_group_of(submission)].append(submission)
    return render(request, "submissions/list.html", {"groups": groups, "any": any(groups.values())})


@login_required
@require_http_methods(["GET", "POST"])
def start(request, slug):
    badge_class = get_object_or_404(BadgeClass.objects.readable(), slug=slug)
    if request.method == "GET":  # back from signing in
        messages.info(request, _("You are signed in. Press the button when you want to start."))
        return redirect(badge_class)
    try:
        submission = operations.start(badge_class, by=request.user)
    except operations.CannotStart as refusal:
        messages.warning(request, str(refusal))
        return redirect(badge_class)
    return redirect("submissions:edit", submission.public_id)


@require_safe
@login_required
@never_cache
def detail(request, public_id):
    submission = get_object_or_404(
        Submission.objects.visible_to(request.user)
        .with_badge()
        .select_related("earner")
        .prefetch_related("status_changes"),
        public_id=public_id,
    )
    is_earner = submission.earner_id == request.user.pk
    sent, _unsent = _attempts(submission)
    criteria = list(submission.version.criteria.all())
    attempts = [
        {"attempt": attempt, "answers": answers_of(attempt, criteria=criteria, before=before)}
        for before, attempt in zip([None, *sent], sent, strict=False)
    ]
    total = len(criteria)
    is_approved = submission.status == Status.APPROVED
    return render(
        request,
        "submissions/detail.html",
        {
            "submission": submission,
            "is_earner": is_earner,
            "steps": steps_of(submission),
            "next_sentence": who_is_next(submission),
            "is_late": is_late(submission),
            "was_answered": any(
                change.from_status == Status.IN_REVIEW and change.to_status in ANSWERED
                for change in submission.status_changes.all()
            ),
            "attempts": attempts[::-1],
            "can_edit": permissions.can_edit(request.user, submission),
            "can_withdraw": permissions.can_withdraw(request.user, submission),
            "can_discard": permissions.can_discard(request.user, submission),
            "total": total,
            "met": total if is_approved else submission.met_criteria.count(),
        },
    )


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
    submission = _own_or_404(request, public_id)
    if request.method == "POST":
        if not permissions.can_edit(request.user, submission):
            return _not_editable(request, submission)
        return _save(request, submission)
    if submission.status not in EDITABLE:
        return redirect(submission)
    forms = [AnswerForm(answer=answer) for answer in _answers(submission)]
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
        for answer in _answers(submission)
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
        for form, answer in zip(forms, _answers(submission), strict=True):
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
    submission = _own_or_404(request, public_id)
    if not permissions.can_edit(request.user, submission):
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    refused = {}
    try:
        for answer in _answers(submission):
            form = AnswerForm(request.POST, answer=answer)
            if form.add_prefix("text") in request.POST and not form.is_locked:
                form.full_clean()
                _keep(submission, form)
                if "text" in form.errors:
                    refused[form.add_prefix("text")] = list(form.errors["text"])
    except operations.NotEditable:
        return JsonResponse({}, status=HTTPStatus.CONFLICT)
    progress = _progress(submission, _answers(submission))
    return JsonResponse(
        {
            "message": _("Saved %(time)s") % {"time": _time_of_day()},
            "refused": refused,
            "progress": progress,
        },
        status=REFUSED if refused else HTTPStatus.OK,
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def send(request, public_id):
    submission = _own_or_404(request, public_id)
    if not permissions.can_edit(request.user, submission):
        return redirect(submission)
    form = SendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.send(submission, by=request.user, statement_accepted=True)
        except operations.TransitionNotAllowed:  # the second press of the button
            return redirect(submission)
        except operations.Incomplete:
            return _check_page(request, submission, form, status=REFUSED)
        messages.success(
            request,
            _("Sent. We have your evidence, and a letter confirms it. %(next)s")
            % {"next": who_is_next(submission)},
        )
        return redirect(submission)
    status = REFUSED if request.method == "POST" else HTTPStatus.OK
    return _check_page(request, submission, form, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request, public_id):
    submission = _own_or_404(request, public_id)
    if not permissions.can_withdraw(request.user, submission):
        return redirect(submission)
    if request.method == "GET":
        return render(request, "submissions/withdraw.html", {"submission": submission})
    try:
        operations.withdraw(submission, by=request.user)
    except operations.TransitionNotAllowed:
        messages.warning(request, _("This has been decided meanwhile. Here is how it stands."))
    else:
        messages.success(request, _("Withdrawn. You can start this badge again at any time."))
    return redirect(submission)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def discard(request, public_id):
    submission = _own_or_404(request, public_id)
    if not permissions.can_discard(request.user, submission):
        return redirect(submission)
    if request.method == "GET":
        return render(request, "submissions/discard.html", {"submission": submission})
    try:
        operations.discard(submission)
    except operations.TransitionNotAllowed:
        messages.warning(request, _("This was sent in meanwhile, so it was not thrown away."))
        return redirect(submission)
    messages.success(request, _("Your draft is gone, with its files."))
    return redirect("submissions:list")


@require_safe
def evidence_file(request, public_id):
    """Hand out a stored file. Who may not read it learns nothing, not even that it exists."""
    item = get_object_or_404(
        EvidenceItem.objects.files().select_related(
            "criterion", "attempt__submission__badge_class__issuer__agency"
        ),
        public_id=public_id,
    )
    if not permissions.may_read_evidence(request.user, item):
        raise Http404
    try:
        stored = item.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    named = permissions.may_know_earner(request.user, item.attempt.submission)
    response = FileResponse(
        stored,
        as_attachment=item.content_type not in files.SHOWN_INLINE,
        filename=item.file_name if named else item.neutral_name,
        content_type=_media_type(item),
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _policy_of(item.content_type)
    return response


_POLICY_OF_FILES = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'none'"
)


def _policy_of(content_type):
    """Browsers refuse to open their PDF reader, which is a sandbox of its own, inside another."""
    if content_type == "application/pdf":
        return f"{_POLICY_OF_FILES}; object-src 'self'"
    return f"{_POLICY_OF_FILES}; sandbox"


def _media_type(item):
    return f"{item.content_type}; charset=utf-8" if item.is_plain_text else item.content_type


# --- What the views above share -----------------------------------------------------------------


def _own_or_404(request, public_id):
    own = Submission.objects.of(request.user).with_badge().select_related("earner")
    return get_object_or_404(own, public_id=public_id)


def _attempts(submission) -> tuple[list[Attempt], Attempt | None]:
    """The attempts that were sent, in their order, and the one that was not, if any."""
    attempts = list(submission.attempts.prefetch_related("evidence_items"))
    sent = [attempt for attempt in attempts if attempt.sent_at]
    return sent, next((attempt for attempt in attempts if attempt.sent_at is None), None)


def _answers(submission) -> list[Answer]:
    """The draft, criterion by criterion."""
    sent, unsent = _attempts(submission)
    if unsent is None:
        raise operations.NotEditable
    return answers_of(
        unsent,
        criteria=submission.version.criteria.prefetch_related("levels"),
        before=sent[-1] if sent else None,
        met=submission.met_criteria.values_list("pk", flat=True),
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


def _check_page(request, submission, form, *, status=HTTPStatus.OK):
    answers = _answers(submission)
    is_returned = submission.status == Status.RETURNED
    context = {
        "submission": submission,
        "form": form,
        "answers": answers,
        "missing": [
            answer for answer in answers if answer.criterion.required and not answer.is_answered
        ],
        "unchanged": [
            answer
            for answer in answers
            if is_returned and not answer.is_met and answer.items and not answer.has_changed
        ],
        "is_returned": is_returned,
    }
    return render(request, "submissions/check.html", context, status=status)


def _not_editable(request, submission):
    """The page was open while the submission moved on. What was typed is shown, to be copied."""
    typed = [
        text
        for name, text in request.POST.items()
        if name.startswith("criterion-") and name.endswith("-text") and text.strip()
    ]
    context = {"submission": submission, "typed": typed}
    return render(request, "submissions/not_editable.html", context, status=HTTPStatus.CONFLICT)


def _group_of(submission) -> str:
    if submission.status in EDITABLE:
        return "yours"
    return "reviewers" if submission.status in OPEN else "done"


def _time_of_day() -> str:
    return time_format(timezone.localtime(), "TIME_FORMAT")


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
