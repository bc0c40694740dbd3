"""Appeals, holds and reopenings on the pages of a submission."""

from django import template
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from reviewing.due_process import appealable, asked
from reviewing.due_process.known import known
from reviewing.due_process.permissions import (
    can_appeal,
    can_hold,
    can_reopen,
    decision_to_ask_about,
)
from reviewing.models import Appeal, FeedbackAnswer
from reviewing.states import Helpfulness
from submissions.models import Submission
from submissions.states import Status

register = template.Library()


@register.inclusion_tag("reviewing/due_process/_for_the_earner.html", takes_context=True)
def due_process_of_mine(context, submission: Submission) -> dict:
    happened = known(submission)
    decision = decision_to_ask_about(happened)
    given = getattr(decision, "feedback_answer", None)
    is_with_reviewers = submission.status in {Status.SUBMITTED, Status.IN_REVIEW}
    return {
        "csrf_token": context.get("csrf_token"),
        "submission": submission,
        "hold": happened.open_hold,
        "reopening": happened.reopenings[-1:] if is_with_reviewers else [],
        "appeal": happened.appeals[-1] if happened.appeals else None,
        "asks_about": decision,
        "choices": Helpfulness.choices,
        "answered": given.helpful if given else "",
        "answered_label": given.get_helpful_display() if given else "",
    }


@register.inclusion_tag("reviewing/due_process/_ways_of_the_earner.html")
def ways_of_mine(submission: Submission) -> dict:
    """Links of the earner: to the appeal, as long as there is time, and to the history."""
    found = appealable.latest_of(known(submission))
    return {
        "submission": submission,
        "may_appeal": can_appeal(known(submission), now=timezone.now()),
        "until": found.until if found else None,
    }


@register.inclusion_tag("reviewing/due_process/_for_coordinators.html")
def due_process_for_coordinators(submission: Submission) -> dict:
    happened = known(submission)
    return {
        "submission": submission,
        "hold": happened.open_hold,
        "appeal": happened.open_appeal,
        "may_reopen": can_reopen(happened),
        "may_hold": can_hold(happened),
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
