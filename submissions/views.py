from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.moves import TransitionNotAllowed
from catalog.models import BadgeClass
from editing.shown import NotAsShown
from program import statements
from submissions import files, operations, permissions
from submissions.answers import answers_by_attempt, criteria_of, draft_answers
from submissions.declarations.forms import SendForm
from submissions.declarations.operations import StatementChanged
from submissions.declarations.previous import previous_disclosure
from submissions.media.finished import RecordingsUnfinished
from submissions.media.serving import recording_response
from submissions.models import EvidenceItem, Submission
from submissions.pauses import find_pauses
from submissions.precheck import findings
from submissions.precheck import operations as precheck
from submissions.states import EDITABLE, OPEN, Status
from submissions.timeline import build_timeline, is_late, next_action

ANSWERED = {Status.RETURNED, Status.APPROVED, Status.DECLINED}
REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@require_safe
@login_required
def submission_list(request):
    groups = {"yours": [], "reviewers": [], "done": []}
    submissions = list(Submission.objects.of(request.user).for_cards())
    find_pauses(submissions)
    for submission in submissions:
        submission.next_sentence = next_action(submission)
        is_approved = submission.status == Status.APPROVED
        submission.met_shown = submission.total if is_approved else submission.met
        groups[_group_of(submission)].append(submission)
    return render(request, "submissions/list.html", {"groups": groups, "any": any(groups.values())})


@login_required
@require_http_methods(["GET", "POST"])
def start(request, slug):
    badge_class = get_object_or_404(BadgeClass.objects.readable(), slug=slug)
    if request.method == "GET":  # redirected here after signing in
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
    """The earner's own page. Coordinators are sent to theirs."""
    own = Submission.objects.of(request.user).for_page()
    submission = own.filter(public_id=public_id).first()
    if submission is None:
        get_object_or_404(Submission.objects.read_as_coordinator(request.user), public_id=public_id)
        return redirect("submissions:manage_submission", public_id)
    criteria = list(criteria_of(submission))
    total = len(criteria)
    is_approved = submission.status == Status.APPROVED
    return render(
        request,
        "submissions/detail.html",
        {
            "submission": submission,
            "steps": build_timeline(submission),
            "next_sentence": next_action(submission),
            "is_late": is_late(submission),
            "was_answered": any(
                change.from_status == Status.IN_REVIEW and change.to_status in ANSWERED
                for change in submission.status_changes.all()
            ),
            "attempts": answers_by_attempt(submission, criteria=criteria),
            "can_edit": permissions.can_edit(request.user, submission),
            "can_take_back": permissions.can_take_back(request.user, submission),
            "can_withdraw": permissions.can_withdraw(request.user, submission),
            "can_discard": permissions.can_discard(request.user, submission),
            "total": total,
            "met": total if is_approved else sum(one.is_met for one in criteria),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def send(request, public_id):
    submission = get_own_submission_or_404(request, public_id)
    if not permissions.can_edit(request.user, submission):
        return came_too_late(request, submission)
    form = SendForm(
        request.POST or None, submission=submission, previous=previous_disclosure(submission)
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.send(
                submission,
                by=request.user,
                statement_accepted=True,
                statement_shown=request.POST.get("statement_shown", ""),
                ai=form.ai,
                changes=form.change_note,
                shown=request.POST.get("shown", ""),
            )
        except StatementChanged:
            return _check_page(request, submission, form, statement_changed=True, status=REFUSED)
        except NotAsShown:
            return _check_page(request, submission, form, not_as_shown=True, status=REFUSED)
        except TransitionNotAllowed:  # the button was pressed twice, or it was withdrawn
            submission.refresh_from_db()
            return came_too_late(request, submission)
        except operations.ConsentMissing as missing:
            messages.error(
                request,
                _(
                    "Not sent. %(agency)s needs a guardian’s consent before you can send in "
                    "evidence. Ask its office. Your draft is saved."
                )
                % {"agency": missing.agency},
            )
            return _check_page(request, submission, form, status=REFUSED)
        except (operations.Incomplete, RecordingsUnfinished):
            return _check_page(request, submission, form, status=REFUSED)
        said = _("Sent. We received your evidence and will confirm it by email. %(next)s")
        if not request.user.has_email:
            said = _("Sent. We received your evidence. %(next)s")
        messages.success(request, said % {"next": next_action(submission)})
        return redirect(submission)
    status = REFUSED if request.method == "POST" else HTTPStatus.OK
    return _check_page(request, submission, form, status=status)


def came_too_late(request, submission):
    """Show the submission; after a button, say why it did nothing."""
    if request.method == "POST":
        messages.info(
            request, _("Nothing changed: this was already done, or decided. Here is its status.")
        )
    return redirect(submission)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request, public_id):
    submission = get_own_submission_or_404(request, public_id)
    if not permissions.can_withdraw(request.user, submission):
        return came_too_late(request, submission)
    if request.method == "GET":
        return confirm_page(
            request,
            submission,
            question=_("Withdraw “%(badge)s”?"),
            consequences=_(
                "No one will review it. It stays in your history, and you can start the badge "
                "again at any time from the beginning."
            ),
            button=_("Withdraw it"),
        )
    try:
        operations.withdraw(submission, by=request.user)
    except TransitionNotAllowed:
        messages.warning(request, _("This has been decided in the meantime. Here is its status."))
    else:
        messages.success(request, _("Withdrawn. You can start this badge again at any time."))
    return redirect(submission)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def discard(request, public_id):
    submission = get_own_submission_or_404(request, public_id)
    if not permissions.can_discard(request.user, submission):
        return came_too_late(request, submission)
    if request.method == "GET":
        return confirm_page(
            request,
            submission,
            question=_("Delete your draft for “%(badge)s”?"),
            consequences=_(
                "Its text, links, and files will be permanently deleted. No one else has seen them."
            ),
            button=_("Delete it"),
            leave=_("No, keep my draft"),
        )
    try:
        operations.discard(submission)
    except TransitionNotAllowed:
        messages.warning(request, _("This was sent in the meantime, so it was not deleted."))
        return redirect(submission)
    messages.success(request, _("Your draft and its files are deleted."))
    return redirect("submissions:list")


def confirm_page(
    request, submission, *, question, consequences, button, leave="", is_final=True
):  # fmt: skip
    context = {
        "submission": submission,
        "question": question % {"badge": submission.version.name},
        "consequences": consequences,
        "button": button,
        "leave": leave or _("No, leave it as it is"),
        "is_final": is_final,
    }
    return render(request, "submissions/confirm.html", context)


@require_safe
def evidence_file(request, public_id):
    """Serve a stored file. Without permission, 404 does not reveal that it exists."""
    item = get_object_or_404(
        EvidenceItem.objects.files().select_related(
            "criterion", "attempt__submission__badge_class__issuer__agency"
        ),
        public_id=public_id,
    )
    if not permissions.can_read_evidence(request.user, item):
        raise Http404
    can_know_earner = permissions.can_know_earner(request.user, item.attempt.submission)
    file_name = item.file_name if can_know_earner else item.neutral_name
    try:
        if item.is_recording:
            response = recording_response(request, item, file_name=file_name)
        else:
            response = FileResponse(
                item.file.open("rb"),
                as_attachment=item.content_type not in files.SHOWN_INLINE,
                filename=file_name,
                content_type=media_type(item),
            )
    except FileNotFoundError as error:
        raise Http404 from error
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Security-Policy"] = policy_of(item.content_type)
    return response


_POLICY_OF_FILES = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'none'"
)


def policy_of(content_type):
    """A CSP with `sandbox`, except for PDFs, which browsers refuse to display in a sandbox."""
    if content_type == "application/pdf":
        return f"{_POLICY_OF_FILES}; object-src 'self'"
    if content_type in files.RECORDINGS:
        return f"{_POLICY_OF_FILES}; media-src 'self'; sandbox"
    return f"{_POLICY_OF_FILES}; sandbox"


def media_type(item):
    return f"{item.content_type}; charset=utf-8" if item.is_plain_text else item.content_type


def get_own_submission_or_404(request, public_id):
    own = Submission.objects.of(request.user).with_badge().select_related("earner")
    return get_object_or_404(own, public_id=public_id)


def _check_page(
    request, submission, form, *, not_as_shown=False, statement_changed=False,
    status=HTTPStatus.OK,
):  # fmt: skip
    # Before the evidence is read: what changes in between is then noticed when it is sent.
    mark = EvidenceItem.objects.of_draft(submission).mark()
    answers = draft_answers(submission)
    statement = statements.in_force()
    look = findings.look(submission, answers)
    precheck.ask_for_looks(look.new)
    is_returned = submission.status == Status.RETURNED
    context = {
        "submission": submission,
        "form": form,
        "answers": answers,
        "missing": [answer for answer in answers if answer.is_missing],
        "unchanged": [
            answer
            for answer in answers
            if is_returned and not answer.is_met and answer.items and not answer.has_changed
        ],
        "is_returned": is_returned,
        "on_their_way": submission.recording_uploads.unfinished(),
        "not_as_shown": not_as_shown,
        "mark": mark,
        "look": look,
        "statement": statement.shown,
        "statement_changed": statement_changed,
        "statement_mark": statements.mark(statement),
    }
    return render(request, "submissions/check.html", context, status=status)


def _group_of(submission) -> str:
    if submission.status in EDITABLE:
        return "yours"
    return "reviewers" if submission.status in OPEN else "done"
