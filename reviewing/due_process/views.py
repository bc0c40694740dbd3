"""The earner's pages: appeal, answer to a hold, history; and those of the reader of an appeal."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import restrict_to
from audit.moves import TransitionNotAllowed
from editing.shown import NotAsShown
from reviewing.due_process import appealable
from reviewing.due_process.forms import AnswerForm, AppealForm, DecideForm
from reviewing.due_process.history import steps_of
from reviewing.due_process.known import known
from reviewing.due_process.operations import appeals, feedback, holds
from reviewing.due_process.permissions import can_appeal
from reviewing.due_process.reading import attempts_of
from reviewing.models import Appeal, IntegrityHold, SubmissionNote
from reviewing.permissions import can_be_second_person
from reviewing.states import AppealOutcome, Helpfulness
from submissions.models import Submission
from submissions.permissions import can_coordinate
from submissions.reopening.operations import OpenElsewhere

GET_OR_POST = ["GET", "HEAD", "POST"]


def staff_only(view):
    return restrict_to(can_be_second_person)(never_cache(view))


@login_required
@never_cache
@require_http_methods(GET_OR_POST)
def appeal(request, public_id):
    """The earner appeals the latest decision."""
    submission = _own(request, public_id)
    now = timezone.now()
    if request.method != "POST" and not can_appeal(known(submission), now=now):
        messages.info(request, _why_not(submission, now=now))
        return redirect(submission)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            appeals.appeal(
                submission,
                words=form.cleaned_data["words"],
                by=request.user,
                shown=request.POST.get("decision", ""),
            )
        except NotAsShown:
            form.add_error(None, _("There is a newer decision. Read it before you appeal."))
        except appeals.AlreadyAppealed:
            form.add_error(None, _("This decision has been appealed already."))
        except (appeals.TooLateToAppeal, TransitionNotAllowed):
            form.add_error(None, _why_not(submission, now=now))
        else:
            messages.success(request, _("Sent. Somebody who had no part in the decision reads it."))
            return redirect(submission)
    context = {"submission": submission, "form": form, "found": appealable.latest(submission)}
    return _page(request, "appeal", context)


def _why_not(submission, *, now):
    found = appealable.latest(submission)
    if found is None:
        return _("There is no decision that could be appealed.")
    if found.is_appealed:
        return _("This decision has been appealed already.")
    return _("The time to appeal this decision is over.")


@login_required
@never_cache
@require_http_methods(GET_OR_POST)
def hold(request, public_id):
    """Why the submission is on hold, and the earner's answer."""
    submission = _own(request, public_id)
    found = IntegrityHold.objects.filter(submission=submission).last()
    if found is None:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and request.POST.get("hold") != str(found.pk):
        form.add_error(None, _("There is another question now. Read it before you answer."))
    if form.is_valid():
        try:
            holds.answer(found, words=form.cleaned_data["words"], by=request.user)
        except (holds.AlreadyAnswered, TransitionNotAllowed):
            form.add_error(None, _("Not sent: there is an answer already, or the hold has ended."))
        else:
            messages.success(request, _("Sent. A coordinator reads it before they decide."))
            return redirect(submission)
    context = {"submission": submission, "hold": found, "form": form}
    return _page(request, "hold", context)


@login_required
@never_cache
@require_safe
def history(request, public_id):
    """Every step, for reading and printing. People appear as roles."""
    submission = _own(request, public_id)
    steps = steps_of(submission)
    context = {"submission": submission, "steps": steps, "back_url": submission.get_absolute_url()}
    return render(request, "reviewing/due_process/history.html", context)


@login_required
@require_POST
def feedback_answer(request, public_id):
    """Did the feedback tell you what to do? One press, and never by opening a link.

    It counts for the decision that the page showed, also if there is a newer one by now.
    """
    submission = _own(request, public_id)
    shown = {str(one.pk): one for one in known(submission).decisions}
    decision = shown.get(request.POST.get("decision", ""))
    helpful = request.POST.get("helpful")
    if decision is None or helpful not in Helpfulness.values:
        messages.info(request, _("Nothing was saved: there is a newer status. Here it is."))
        return redirect(submission)
    feedback.answer(decision, Helpfulness(helpful))
    messages.success(request, _("Thank you. Your answer is counted, never shown with your name."))
    return redirect(submission)


@staff_only
@require_safe
def appeals_to_read(request):
    """Appeals that this person has, and those that they could take."""
    readable = Appeal.objects.open().readable_by(request.user).with_submission()
    found = list(readable.order_by("due_on", "pk"))
    context = {
        "mine": [one for one in found if one.reader_id == request.user.pk],
        "free": [one for one in found if one.reader_id is None],
        "today": timezone.localdate(),
    }
    return render(request, "reviewing/due_process/appeals.html", context)


@staff_only
@require_POST
def take(request, pk):
    made = get_object_or_404(Appeal.objects.open().readable_by(request.user), pk=pk)
    try:
        is_theirs = appeals.take(made, by=request.user)
    except (appeals.NotUninvolved, TransitionNotAllowed):
        is_theirs = False
    if not is_theirs:
        messages.info(request, _("Somebody else reads this appeal."))
        return redirect("reviewing:appeals")
    return redirect(made)


@staff_only
@require_http_methods(GET_OR_POST)
def read_appeal(request, pk):
    """Everything about the submission, and the decision."""
    readable = Appeal.objects.readable_by(request.user).filter(reader=request.user.pk)
    made = get_object_or_404(readable.with_submission(), pk=pk)
    data = request.POST if request.method == "POST" else None
    form = DecideForm(data, outcomes=appealable.outcomes_of(made))
    if form.is_valid() and _decide(request, made, form):
        return redirect("reviewing:appeals")
    if form.is_bound:
        made.refresh_from_db(fields=["status"])
    submission = made.submission
    coordinates = can_coordinate(request.user, submission)
    shows_earner = coordinates or submission.version.shows_earner_to_reviewers
    context = {
        "made": made,
        "submission": submission,
        "earner": submission.earner if shows_earner else submission.pseudonym,
        # What is sent after the appeal is for other readers.
        "attempts": attempts_of(submission) if made.is_open else [],
        "notes": SubmissionNote.objects.about(submission) if made.is_open else [],
        "form": form,
    }
    return _page(request, "read_appeal", context)


def _decide(request, made, form) -> bool:
    outcome = AppealOutcome(form.cleaned_data["outcome"])
    try:
        appeals.decide(made, outcome, reasons=form.cleaned_data["reason"], by=request.user)
    except OpenElsewhere:
        form.add_error(
            "outcome",
            _("The educator has begun this badge again, so this one can only stay as it is."),
        )
    except appeals.HoldIsOpen:
        form.add_error(None, _("It is on hold. You can decide once the hold has ended."))
    except (TransitionNotAllowed, appeals.NotUninvolved):
        form.add_error(None, _("Not decided: the appeal has ended, or somebody else has it now."))
    else:
        messages.success(request, _("Decided. The educator reads your reasons."))
        return True
    return False


def _page(request, name, context):
    """With what was typed, if it was refused."""
    status = 422 if context["form"].is_bound else 200
    return render(request, f"reviewing/due_process/{name}.html", context, status=status)


def _own(request, public_id):
    own = Submission.objects.of(request.user).with_badge().select_related("earner")
    return get_object_or_404(own.exclude(status=Submission.Status.DRAFT), public_id=public_id)
