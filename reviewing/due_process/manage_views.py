"""Coordinators' pages: appeals and holds, reopening, and the history of a submission."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import coordinators_only
from accounts.permissions import are_one_person
from audit.moves import TransitionNotAllowed
from reviewing.due_process import asked
from reviewing.due_process.forms import EndHoldForm, GiveForm, HoldForm, ReopenForm
from reviewing.due_process.history import steps_of
from reviewing.due_process.known import known
from reviewing.due_process.operations import appeals, holds, reopening
from reviewing.due_process.permissions import can_hold, can_reopen
from reviewing.due_process_querysets import possible_readers
from reviewing.models import Appeal, FeedbackAnswer, IntegrityHold
from submissions.models import Submission
from submissions.reopening.operations import DraftBegun, EvidenceGone, OpenElsewhere

GET_OR_POST = ["GET", "HEAD", "POST"]


@coordinators_only
@require_safe
@never_cache
def appeals_and_holds(request):
    found = Appeal.objects.coordinated_by(request.user).open().with_submission()
    holds_found = IntegrityHold.objects.coordinated_by(request.user).open().with_submission()
    answers = FeedbackAnswer.objects.coordinated_by(request.user)
    context = {
        "appeals": found.order_by("due_on", "pk"),
        "holds": holds_found.order_by("answer_until", "pk"),
        "asked": asked.in_numbers(answers),
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "reviewing/manage/appeals.html", context)


@coordinators_only
@require_http_methods(GET_OR_POST)
@never_cache
def give(request, pk):
    """Who reads an appeal: one of those who had no part in it."""
    found = Appeal.objects.coordinated_by(request.user).with_submission()
    made = get_object_or_404(found, pk=pk)
    people = possible_readers(made.submission)
    form = GiveForm(request.POST if request.method == "POST" else None, people=people, made=made)
    if form.is_valid():
        try:
            appeals.give(made, to=form.cleaned_data["reader"], by=request.user)
        except appeals.NotUninvolved:
            form.add_error("reader", _("This person can’t read it any more. Choose again."))
        except TransitionNotAllowed:
            messages.info(request, _("The appeal has ended in the meantime."))
            return redirect("reviewing:manage_appeals")
        else:
            words = _("%(name)s reads the appeal now.") % {"name": made.reader}
            messages.success(request, words)
            return redirect("reviewing:manage_appeals")
    context = {
        "made": made,
        "submission": made.submission,
        "form": form,
        "people": people,
    }
    return _page(request, "appeal", context)


@coordinators_only
@require_http_methods(GET_OR_POST)
@never_cache
def reopen(request, public_id):
    submission = _submission(request, public_id)
    if request.method != "POST" and not can_reopen(known(submission)):
        messages.info(request, _("This can’t be read again now. Here is its status."))
        return redirect("submissions:manage_submission", public_id)
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _reopen(request, submission, form):
        messages.success(
            request, _("It is in the queue again. The educator gets an email with the reason.")
        )
        return redirect("submissions:manage_submission", public_id)
    context = {"submission": submission, "form": form}
    return _page(request, "reopen", context)


def _reopen(request, submission, form) -> bool:
    try:
        reopening.reopen(
            submission,
            reason=form.cleaned_data["reason"],
            by_others=form.cleaned_data["by_others"],
            by=request.user,
        )
    except (TransitionNotAllowed, DraftBegun):
        refusal = _("Nothing changed: this was reopened already, or is not decided.")
    except reopening.AppealIsOpen:
        refusal = _("There is an appeal. Its reader decides about it.")
    except appeals.HoldIsOpen:
        refusal = _("It is on hold. Lift or confirm the hold first.")
    except OpenElsewhere:
        refusal = _("The educator has begun this badge again, so that submission is read.")
    except EvidenceGone:
        refusal = _("The evidence was deleted at the end of its time. Nobody can read it again.")
    else:
        return True
    form.add_error(None, refusal)
    return False


@coordinators_only
@require_http_methods(GET_OR_POST)
@never_cache
def place_hold(request, public_id):
    submission = _submission(request, public_id)
    if request.method != "POST" and not can_hold(known(submission)):
        if current := known(submission).open_hold:
            return redirect(current)
        messages.info(request, _("This can’t be put on hold: it has ended."))
        return redirect("submissions:manage_submission", public_id)
    form = HoldForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = holds.place(submission, reason=form.cleaned_data["reason"], by=request.user)
        except holds.AlreadyHeld:
            form.add_error(None, _("It is on hold already. Somebody else was faster."))
        except TransitionNotAllowed:
            form.add_error(None, _("This can’t be put on hold: it has ended."))
        else:
            messages.success(request, _("On hold. The educator gets an email and can answer."))
            return redirect(made)
    context = {"submission": submission, "form": form}
    return _page(request, "place_hold", context)


@coordinators_only
@require_http_methods(GET_OR_POST)
@never_cache
def hold(request, pk):
    """Lift or confirm a hold."""
    found = IntegrityHold.objects.coordinated_by(request.user).with_submission()
    held = get_object_or_404(found.select_related("placed_by", "ended_by"), pk=pk)
    form = EndHoldForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _end_hold(request, held, form):
        return redirect("submissions:manage_submission", held.submission.public_id)
    if form.is_bound:
        held.refresh_from_db(fields=["status"])
    context = {
        "hold": held,
        "submission": held.submission,
        "form": form,
        "is_own": are_one_person(request.user, held.placed_by_id),
        "may_confirm": bool(held.answered_at) or held.answer_until <= timezone.now(),
    }
    return _page(request, "hold", context)


def _end_hold(request, held, form) -> bool:
    confirms = "confirm" in request.POST
    because = form.cleaned_data["reason"]
    try:
        if confirms:
            read = "answer_read" in request.POST
            holds.confirm(held, because=because, by=request.user, answer_read=read)
        else:
            holds.lift(held, because=because, by=request.user)
    except holds.NeedsAnotherPerson:
        form.add_error(None, _("You placed this hold. Somebody else has to confirm it."))
    except holds.AnswerNotRead:
        form.add_error(None, _("The educator has answered in the meantime. Read it first."))
    except holds.StillTimeToAnswer:
        form.add_error(None, _("The educator still has time to answer."))
    except TransitionNotAllowed:
        form.add_error(None, _("The hold has ended in the meantime."))
    else:
        done = _("Confirmed: the submission is declined.") if confirms else _("The hold is lifted.")
        messages.success(request, done + " " + _("The educator gets an email."))
        return True
    return False


@coordinators_only
@require_safe
@never_cache
def history(request, public_id):
    submission = _submission(request, public_id)
    context = {
        "submission": submission,
        "steps": steps_of(submission, to=request.user),
        "shows_names": True,
    }
    return render(request, "reviewing/manage/history.html", context)


def _page(request, name, context):
    """With what was typed, if it was refused."""
    status = 422 if context["form"].is_bound else 200
    return render(request, f"reviewing/manage/{name}.html", context, status=status)


def _submission(request, public_id):
    readable = Submission.objects.read_as_coordinator(request.user).with_badge()
    return get_object_or_404(readable.select_related("earner"), public_id=public_id)
