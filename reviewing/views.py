from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, prefetch_related_objects
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import restrict_to
from accounts.permissions import is_reviewer
from editing.views import compares_again
from reviewing import again, judging, operations
from reviewing.attempt_comparison import compare_with_previous, own_review
from reviewing.deadlines import with_deadlines
from reviewing.decisions.waiting import (
    decision_in_effect,
    finished_review,
    has_ended,
    latest_decision,
    moment_of_effect,
    outlook,
    waiting_decision,
)
from reviewing.forms import DeclineForm, ReleaseForm, ReviewForm
from reviewing.models import Assignment, Decision, Review
from reviewing.permissions import can_review, can_see_earner
from reviewing.querysets import awaiting_review
from reviewing.schemes import operations as schemes
from reviewing.schemes.others import shown_to
from reviewing.states import DecisionStatus, Outcome
from reviewing.why_taken import why_taken


def reviewers_only(view):
    return restrict_to(is_reviewer)(never_cache(with_frames(view)))


def with_frames(view):
    """The words of a document are in a frame, apart from the page."""
    return csp_update({"frame-src": [SELF]})(view)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def review(request, pk):
    """The review page. A POST saves the draft, by button or by autosave."""
    assignment = load_assignment(request, pk)
    if request.method != "POST":
        if assignment.released_at:
            return _no_longer_yours(request, assignment, status=410)
        own = own_review(assignment)
        if assignment.decided_at or (own and own.finished_at):
            return _decided_page(request, assignment)
        if not assignment.schools_told:  # a coordinator gave it to a new reviewer
            return redirect("reviewing:people")
        decision = latest_decision(assignment)
        return _review_page(request, assignment, _form(assignment), decision=decision)
    form = _form(assignment, request.POST)
    if _wants_json(request):
        form.set_conflicts_aside()
    if not form.is_valid():
        return _form_errors(request, assignment, form)
    try:
        operations.save_draft(
            assignment,
            by=request.user,
            judgments=form.judgments,
            summary=form.summary_text,
            edit=form.edit,
        )
    except operations.AlreadyDecided:
        return _no_longer_yours(request, assignment, form=form)
    if _wants_json(request):
        now = timezone.localtime()
        outcome = _outcome(assignment, form, form.judgments)
        return JsonResponse(
            {
                "saved": _("Saved %(time)s") % {"time": time_format(now, "TIME_FORMAT")},
                "outcome": outcome.sentence,
                "decision": outcome.decision,
                "button": outcome.button,
                "progress": outcome.progress,
                **form.answer_for_script(),
            }
        )
    if request.POST.get("then") == "others":
        return _show_others(request, assignment)
    if request.POST.get("then") == "decline":
        return redirect("reviewing:decline", pk)
    if place := again.place_after(request, assignment):
        return redirect(assignment.get_absolute_url() + place)
    if request.POST.get("then") == "next":
        return redirect(assignment.get_absolute_url() + _place_of_next(form, form.judgments))
    messages.success(request, _("Your draft is saved. No one else sees it."))
    return redirect("reviewing:queue" if request.POST.get("then") == "queue" else assignment)


@reviewers_only
@require_POST
@compares_again
def send(request, pk):
    assignment = load_assignment(request, pk)
    form = _form(assignment, request.POST, complete=True)
    if not form.is_valid():
        return _form_errors(request, assignment, form)
    try:
        if _does_something_else(request, form):
            operations.save_draft(
                assignment,
                by=request.user,
                judgments=form.judgments,
                summary=form.summary_text,
                edit=form.edit,
            )
            messages.error(
                request,
                _(
                    "Not sent: what you judged in another window changes the outcome. Your draft "
                    "is saved. Read it again, then send it."
                ),
            )
            return redirect(assignment)
        sent = operations.send_review(
            assignment,
            by=request.user,
            judgments=form.judgments,
            summary=form.summary_text,
            edit=form.edit,
        )
    except operations.AlreadyDecided:
        return _no_longer_yours(request, assignment, form=form)
    except (operations.ConflictOfInterest, schemes.OthersNotRead) as refusal:
        operations.save_draft(
            assignment, by=request.user, judgments=form.judgments, summary=form.summary_text
        )
        messages.error(request, _refused(refusal))
        return redirect(assignment)
    if sent is None or sent.status == DecisionStatus.UNCONFIRMED:
        messages.success(request, _("Your review is sent."))
    elif sent.status == DecisionStatus.DUE:
        messages.success(request, _saved_for(sent))
    elif sent.outcome == Outcome.APPROVE:
        messages.success(request, _("Sent. The badge is approved."))
    else:
        messages.success(request, _("Sent. The educator can read your comments and send it again."))
    return redirect(assignment)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request, pk):
    assignment = load_assignment(request, pk)
    if has_ended(assignment) and request.method != "POST":
        return redirect(assignment)
    draft = _draft(assignment)
    form = DeclineForm(request.POST or None, initial={"reason": draft.summary if draft else ""})
    if not form.is_valid():
        context = {"assignment": assignment, "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "reviewing/decline.html", context, status=status)
    try:
        operations.send_review(
            assignment,
            by=request.user,
            judgments={},
            summary=form.cleaned_data["reason"],
            decline=True,
        )
    except operations.AlreadyDecided:
        words = [(form["reason"].label, form.cleaned_data["reason"])]
        return _no_longer_yours(request, assignment, words=words)
    except (operations.ConflictOfInterest, schemes.OthersNotRead) as refusal:
        form.add_error("reason", _refused(refusal))
        context = {"assignment": assignment, "form": form}
        return render(request, "reviewing/decline.html", context, status=422)
    messages.success(request, _("Saved. Before it is declined, a second person has to agree."))
    return redirect(assignment)


@reviewers_only
@require_POST
def release(request, pk):
    assignment = load_assignment(request, pk)
    form = ReleaseForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        operations.release(assignment, by=request.user, note=note)
    except operations.AlreadyDecided:
        if finished_review(assignment):
            messages.info(request, _("You have decided. Take your decision back first."))
            return redirect(assignment)
        messages.info(request, _("This submission was no longer assigned to you."))
    else:
        messages.success(
            request, _("Returned to the queue. Your draft is kept in case you take it again.")
        )
    return redirect("reviewing:queue")


def _show_others(request, assignment: Assignment):
    try:
        schemes.show_others(assignment, by=request.user)
    except schemes.EvidenceFirst:
        messages.error(
            request,
            _("Judge the evidence first: choose “met” or “not yet” for every required criterion."),
        )
    except operations.AlreadyDecided:
        pass  # the page says why
    return redirect(assignment)


def _refused(refusal: Exception) -> str:
    if isinstance(refusal, schemes.OthersNotRead):
        return _("Your draft is saved. Open the two other reviews before you send yours.")
    return _(
        "You can’t decide this: you are or were at the same school as this educator. Return it to "
        "the queue, so that another reviewer can take it."
    )


def load_assignment(request, pk: int, *, released_too: bool = True) -> Assignment:
    taken = Assignment.objects.of(request.user).with_submission().with_schools_told()
    taken = taken.select_related("place__attempt__statement", "place__attempt__ai_disclosure")
    if not released_too:
        taken = taken.filter(released_at=None)
    assignment = get_object_or_404(taken, pk=pk)
    if not can_review(request.user, assignment):
        raise PermissionDenied
    return assignment


def _saved_for(decision: Decision) -> str:
    return _("Your decision is saved. It takes effect at %(moment)s.") % {
        "moment": moment_of_effect(decision.takes_effect_at)
    }


def _draft(assignment: Assignment) -> Review | None:
    own = own_review(assignment)
    return own if own and not own.finished_at else None


def _form(assignment: Assignment, data=None, *, complete: bool = False) -> ReviewForm:
    version = assignment.submission.version
    read = operations.criteria_to_read(assignment.attempt, reader=assignment.reviewer_id)
    prefetch_related_objects([version], Prefetch("criteria", read))
    criteria = [
        criterion
        for criterion in version.criteria.all()
        if not criterion.is_met or criterion.reopened_because
    ]
    return ReviewForm(data, criteria=criteria, draft=_draft(assignment), complete=complete)


def _wants_json(request) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _review_page(
    request,
    assignment: Assignment,
    form: ReviewForm,
    *,
    decision: Decision | None = None,
    status: int = 200,
):
    """The form. `decision` is one that ended: a decline may have been sent back with a note."""
    open_criteria = set(form.criteria)
    others = shown_to(assignment, own=own_review(assignment))
    readings = [
        (reading, *(form.fields_of(reading.criterion)), others.about(reading.criterion))
        if reading.criterion in open_criteria
        else (reading, None, None, None, [])
        for reading in compare_with_previous(assignment.attempt)
    ]
    [waiting] = with_deadlines([assignment.submission], today=timezone.localdate())
    judgments = _judgments_shown(form)
    context = {
        "assignment": assignment,
        "attempt": assignment.attempt,
        "form": form,
        "readings": readings,
        "others": others,
        "ring": ["met" if reading.met_in else "open" for reading, *_ in readings],
        "open_count": len(open_criteria),
        "waiting": waiting,
        "decision": decision,
        "wait_minutes": assignment.submission.badge_class.issuer.decision_wait_minutes,
        "outcome": _outcome(assignment, form, judgments),
        "has_open": bool(judging.still_open(form.criteria, judgments)),
        "earner": assignment.submission.earner
        if can_see_earner(request.user, assignment)
        else None,
        "release_form": ReleaseForm(),
        "note_count": assignment.submission.internal_notes.shown_to(
            request.user, assignment.submission
        ).count(),
    }
    return render(request, "reviewing/review.html", context, status=status)


def _outcome(assignment: Assignment, form: ReviewForm, judgments: dict) -> judging.Preview:
    plan = assignment.attempt.reading_plan
    return judging.preview_outcome(form.criteria, judgments, is_proposal=plan.needs_approver)


def _does_something_else(request, form: ReviewForm) -> bool:
    """The button named an outcome that the two windows together do not come to."""
    said = request.POST.get("says", "")
    return bool(said) and said != judging.decide(form.criteria, form.judgments)


def _place_of_next(form: ReviewForm, judgments: dict) -> str:
    """The place on the page of the first criterion that is open, or of the send button."""
    still_open = judging.still_open(form.criteria, judgments)
    return f"#criterion-{still_open[0].pk}" if still_open else "#send"


def _judgments_shown(form: ReviewForm) -> dict:
    return {
        criterion: judging.Judgment(verdict.value() or "", comment.value() or "")
        for criterion in form.criteria
        for verdict, comment, _level in [form.fields_of(criterion)]
    }


def _form_errors(request, assignment: Assignment, form: ReviewForm):
    """Show the form with its errors and everything that was typed."""
    if _wants_json(request):
        return JsonResponse({"errors": form.errors}, status=422)
    if has_ended(assignment):
        return _no_longer_yours(request, assignment, form=form)
    decision = latest_decision(assignment)
    return _review_page(request, assignment, form, decision=decision, status=422)


def _decided_page(request, assignment: Assignment):
    attempt = assignment.attempt
    review = own_review(assignment)
    waiting = waiting_decision(assignment)
    others = shown_to(assignment, own=review)
    readings = [
        (reading, judgment, others.about(reading.criterion))
        for reading, judgment in with_judgments(compare_with_previous(attempt), review)
    ]
    context = {
        "assignment": assignment,
        "attempt": attempt,
        "review": review,
        "others": others,
        "in_effect": decision_in_effect(assignment),
        "outcome": review.decision,
        "decided_at": review.finished_at if not assignment.decided_at else assignment.decided_at,
        "outlook": None if assignment.decided_at else outlook(waiting, review, now=timezone.now()),
        "readings": readings,
        "ring": [
            judgment.verdict if judgment else "met" if reading.met_in else "open"
            for reading, judgment, _others in readings
        ],
        "next": awaiting_review(request.user).first(),
        "earner": assignment.submission.earner
        if can_see_earner(request.user, assignment)
        else None,
    }
    return render(request, "reviewing/decided.html", context)


def with_judgments(readings, sent: Review) -> list[tuple]:
    judged = {judgment.criterion_id: judgment for judgment in sent.judgments.all()}
    return [(reading, judged.get(reading.criterion.pk)) for reading in readings]


def _no_longer_yours(
    request, assignment: Assignment, *, form: ReviewForm | None = None, words=None, status=409
):
    """The assignment has ended meanwhile. Show the typed text for copying."""
    assignment.refresh_from_db()
    if _wants_json(request):
        return JsonResponse({}, status=409)
    is_sent = not assignment.released_at and has_ended(assignment)
    if is_sent and form is None and words is None:
        return redirect(assignment)
    context = {
        "assignment": assignment,
        "is_sent": is_sent,
        "why_taken": why_taken(assignment),
        "words": (form or _form(assignment)).typed_text() if words is None else words,
    }
    return render(request, "reviewing/no_longer_yours.html", context, status=status)
