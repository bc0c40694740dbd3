"""The page on which a second person looks at a decision, and what they do with it."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import restrict_to
from reviewing.attempt_comparison import compare_with_previous
from reviewing.deadlines import paired_with_deadlines, with_deadlines
from reviewing.decisions.operations import AlreadyDecided, TooLate
from reviewing.decisions.waiting import moment_of_effect
from reviewing.models import CriterionJudgment, Decision, Review
from reviewing.permissions import can_be_second_person
from reviewing.second_looks import operations
from reviewing.second_looks.forms import SendBackForm, WordingForm
from reviewing.second_looks.words import words_of
from reviewing.states import ReaderRole
from reviewing.views import with_frames, with_judgments
from submissions.models import Submission

NOTHING_TO_CONFIRM = (
    AlreadyDecided,
    TooLate,
    operations.NotASecondPerson,
)


def second_people_only(view):
    return restrict_to(can_be_second_person)(never_cache(with_frames(view)))


@second_people_only
@require_GET
def second_looks(request):
    """Decisions that wait for this person. Reviewers also find them in their queue."""
    looks = list(Decision.objects.second_looks_now(request.user).with_submission())
    context = {"second_looks": paired_with_deadlines(looks, today=timezone.localdate())}
    return render(request, "reviewing/second_looks.html", context)


@second_people_only
@require_http_methods(["GET", "HEAD"])
def second_look(request, pk):
    decision = _decision(request, pk)
    if not _is_theirs_now(request, decision):
        return _nothing_to_confirm(request, decision, status=410)
    return _second_look_page(request, decision, SendBackForm())


@second_people_only
@require_POST
def confirm(request, pk):
    decision = _decision(request, pk)
    wording = _wording(request, decision, request.POST) if decision.needs_approver else None
    if wording and not wording.is_valid():
        if not _is_theirs_now(request, decision):
            return _nothing_to_confirm(request, decision, wording=wording)
        return _second_look_page(request, decision, SendBackForm(), wording=wording, status=422)
    try:
        operations.confirm(decision, by=request.user, words=wording.words if wording else None)
    except NOTHING_TO_CONFIRM:
        return _nothing_to_confirm(request, decision, wording=wording)
    messages.success(request, _agreed(decision))
    return redirect(decision if decision.is_open else "reviewing:second_looks")


def _agreed(decision: Decision) -> str:
    if decision.needs_approver and not decision.is_open:
        return _("You approved the review. The educator can read it.")
    if not decision.is_open:
        return _("You agreed. The submission is declined.")
    words = _("You agreed. It is declined at %(moment)s. Until then, you can take that back.")
    if decision.needs_approver:
        words = _("Approved. It takes effect at %(moment)s. Until then, you can take that back.")
    return words % {"moment": moment_of_effect(decision.takes_effect_at)}


@second_people_only
@require_POST
def unconfirm(request, pk):
    decision = _decision(request, pk)
    try:
        operations.take_back_confirmation(decision, by=request.user)
    except NOTHING_TO_CONFIRM:
        return _nothing_to_confirm(request, decision)
    messages.success(request, _("Taken back. It waits for a second person again."))
    return redirect(decision)


@second_people_only
@require_POST
def send_back(request, pk):
    decision = _decision(request, pk)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        if not _is_theirs_now(request, decision):
            return _nothing_to_confirm(request, decision)
        return _second_look_page(request, decision, form, status=422)
    try:
        assignment = operations.send_back(decision, by=request.user, note=form.cleaned_data["note"])
    except NOTHING_TO_CONFIRM:
        return _nothing_to_confirm(request, decision, note=form.cleaned_data["note"])
    if assignment.released_at:
        messages.success(
            request,
            _("Returned to the queue for another reviewer, as this one can’t review it any more."),
        )
    else:
        messages.success(request, _("Sent back to the reviewer, with your note."))
    return redirect("reviewing:second_looks")


def _decision(request, pk: int) -> Decision:
    looks = Decision.objects.second_looks_of(request.user).confirmable().with_submission()
    return get_object_or_404(looks, pk=pk)


def _is_theirs_now(request, decision: Decision) -> bool:
    """They may confirm it, or have confirmed it and may take that back."""
    return decision.waits_for_second_person or (
        decision.is_open and decision.confirmed_by_id == request.user.pk
    )


def _wording(request, decision: Decision, data=None) -> WordingForm:
    """What the approver wrote before is kept, in case they took their approval back."""
    _load_judgments(decision.review)
    earlier = Review.objects.filter(
        attempt=decision.attempt, reviewer=request.user, role=ReaderRole.APPROVER
    )
    kept = decision.wording or earlier.filter(begun_at__gte=decision.decided_at).last()
    return WordingForm(data, review=decision.review, words=words_of(kept) if kept else None)


def _load_judgments(review: Review) -> None:
    judgments = CriterionJudgment.objects.select_related("criterion", "level")
    prefetch_related_objects([review], Prefetch("judgments", judgments))


def _second_look_page(
    request,
    decision: Decision,
    form: SendBackForm,
    *,
    wording: WordingForm | None = None,
    status: int = 200,
):
    attempt = decision.attempt
    review = decision.shown_review
    _load_judgments(review)
    if decision.needs_approver and decision.waits_for_second_person:
        wording = wording or _wording(request, decision)
    [waiting] = with_deadlines([decision.submission], today=timezone.localdate())
    context = {
        "decision": decision,
        "submission": decision.submission,
        "attempt": attempt,
        "review": review,
        "readings": [
            (reading, judgment, wording.comment_on(reading.criterion) if wording else None)
            for reading, judgment in with_judgments(compare_with_previous(attempt), review)
        ],
        "wording": wording,
        "waiting": waiting,
        "can_be_taken_back": decision.can_be_taken_back(now=timezone.now()),
        "form": form,
        "coordinates": Submission.objects.read_as_coordinator(request.user)
        .filter(pk=decision.submission.pk)
        .exists(),
    }
    return render(request, "reviewing/second_look.html", context, status=status)


def _nothing_to_confirm(
    request,
    decision: Decision,
    *,
    note: str = "",
    wording: WordingForm | None = None,
    status: int = 409,
):
    """There is nothing to confirm any more. The page says why, and gives back what was typed."""
    decision.refresh_from_db()
    context = {
        "decision": decision,
        "submission": decision.submission,
        "is_own": decision.confirmed_by_id == request.user.pk,
        "note": note,
        "words": wording.typed_text() if wording else [],
    }
    return render(request, "reviewing/second_look_over.html", context, status=status)
