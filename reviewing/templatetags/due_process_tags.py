"""Appeals, holds and reopenings on the pages of a submission."""

from django import template
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from reviewing.due_process import appealable, asked
from reviewing.due_process.permissions import (
    can_appeal,
    can_hold,
    can_reopen,
    decision_to_ask_about,
)
from reviewing.models import Appeal, FeedbackAnswer, IntegrityHold, Reopening
from reviewing.states import Helpfulness
from submissions.models import Submission

register = template.Library()


@register.inclusion_tag("reviewing/due_process/_for_the_earner.html", takes_context=True)
def due_process_of_mine(context, submission: Submission) -> dict:
    decision = decision_to_ask_about(submission)
    given = FeedbackAnswer.objects.filter(decision=decision).first() if decision else None
    again = Reopening.objects.filter(submission=submission).last()
    is_read_again = again and submission.status in {"submitted", "in_review"}
    return {
        "csrf_token": context.get("csrf_token"),
        "submission": submission,
        "hold": _open_hold(submission),
        "reopening": again if is_read_again else None,
        "appeal": Appeal.objects.filter(submission=submission).order_by("pk").last(),
        "asks": decision is not None,
        "choices": Helpfulness.choices,
        "answered": given.helpful if given else "",
        "answered_label": given.get_helpful_display() if given else "",
    }


@register.inclusion_tag("reviewing/due_process/_ways_of_the_earner.html")
def ways_of_mine(submission: Submission) -> dict:
    """Links of the earner: to the appeal, as long as there is time, and to the history."""
    found = appealable.latest(submission)
    return {
        "submission": submission,
        "may_appeal": can_appeal(submission, now=timezone.now()),
        "until": found.until if found else None,
    }


@register.inclusion_tag("reviewing/due_process/_for_coordinators.html")
def due_process_for_coordinators(submission: Submission) -> dict:
    return {
        "submission": submission,
        "hold": _open_hold(submission),
        "appeal": Appeal.objects.open().filter(submission=submission).first(),
        "may_reopen": can_reopen(submission),
        "may_hold": can_hold(submission),
    }


@register.inclusion_tag("reviewing/due_process/_answers.html")
def answers_about_reviews_of(user: User) -> dict:
    """What earners said about the feedback of this reviewer."""
    return {"asked": asked.in_numbers(FeedbackAnswer.objects.about_reviews_of(user))}


@register.inclusion_tag("reviewing/due_process/_appeals_notice.html")
def appeals_notice(user: User) -> dict:
    """How many appeals this person has, or could take."""
    readable = Appeal.objects.open().readable_by(user)
    return {"count": readable.filter(Q(reader=None) | Q(reader=user.pk)).count()}


def _open_hold(submission: Submission) -> IntegrityHold | None:
    return IntegrityHold.objects.open().filter(submission=submission).first()
