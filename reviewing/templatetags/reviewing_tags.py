from dataclasses import replace
from datetime import datetime

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import are_one_person
from catalog.models import Criterion
from reviewing.attempt_comparison import sent_reviews
from reviewing.automatic.words import sentence
from reviewing.decisions import waiting
from reviewing.models import Decision, Place, ReadingPlan
from reviewing.permissions import can_confirm, is_reading
from submissions.models import Submission
from submissions.pauses import pause_of
from submissions.timeline import TimelineStep, is_late

register = template.Library()


@register.filter
def why_sentence(why: dict) -> str:
    """Why a submission was assigned to its reviewer automatically."""
    return sentence(why)


@register.inclusion_tag("reviewing/_feedback.html")
def feedback(submission: Submission) -> dict:
    """All sent reviews, latest attempt first, without the reviewers' names."""
    return {"reviews": _reviews(submission, with_names=False)}


@register.inclusion_tag("reviewing/_latest_feedback.html")
def latest_feedback(submission: Submission) -> dict:
    """The latest review in sight, the earlier ones folded, without the reviewers' names."""
    latest, *earlier = _reviews(submission, with_names=False) or [None]
    return {"latest": [latest] if latest else [], "earlier": earlier}


@register.inclusion_tag("reviewing/_reviews_for_coordinators.html")
def reviews_for_coordinators(submission: Submission) -> dict:
    """All sent reviews, latest attempt first, with the reviewers' names."""
    return {"reviews": _reviews(submission, with_names=True)}


@register.inclusion_tag("reviewing/_reviewers_for_coordinators.html")
def reviewers_for_coordinators(submission: Submission, user: User) -> dict:
    """Who reads or read the submission, and in which place; latest first.

    A coordinator who is one of two independent readers learns nothing of the other one's progress.
    """
    assignments = list(
        submission.assignments.with_waiting_decision().select_related("reviewer", "place__attempt")
    )
    reads = any(are_one_person(user, one.reviewer_id) and is_reading(one) for one in assignments)
    places = Place.objects.filter(attempt__submission=submission)
    several = not reads and places.filter(number=2).exists()
    plans = ReadingPlan.objects.filter(attempt__submission=submission)
    return {
        "plan": plans.last() if several else None,
        "assignments": [] if reads else assignments,
        "open_places": [] if reads else places.open(),
        "several": several,
        "reads": reads,
    }


@register.inclusion_tag("reviewing/_notes_notice.html")
def notes_of_coordinators(submission: Submission, user: User) -> dict:
    """How many internal notes this coordinator can read, and the way to them."""
    notes = submission.internal_notes.shown_to(user, submission)
    return {"submission": submission, "count": notes.count()}


@register.inclusion_tag("reviewing/_anchor_question.html")
def anchor_question(submission: Submission) -> dict:
    """For the earner: whether reviewers may practice with this work, if somebody asked."""
    return {"consent": getattr(submission, "anchor_consent", None)}


@register.simple_tag
def moment_of_effect(moment: datetime) -> str:
    return waiting.moment_of_effect(moment)


@register.inclusion_tag("reviewing/_second_looks_notice.html")
def second_looks_notice(user: User) -> dict:
    """How many declines wait for this person, if any do."""
    return {"count": Decision.objects.unconfirmed().second_looks_of(user).count()}


@register.simple_tag
def waiting_decline(submission: Submission) -> Decision | None:
    """The decline that waits for a second person. Not for the earner's pages."""
    if submission.status != submission.Status.IN_REVIEW:
        return None
    unconfirmed = Decision.objects.unconfirmed().filter(attempt__submission=submission)
    return unconfirmed.first()


@register.inclusion_tag("reviewing/_decline_for_coordinators.html")
def decline_for_coordinators(decline: Decision | None, user: User) -> dict:
    """That a decline waits for a second person, and the way there for somebody who may be it."""
    return {
        "decision": decline,
        "may_confirm": decline is not None and can_confirm(user, decline),
    }


@register.simple_tag
def who_acts_next(sentence: str, decline: Decision | None, submission: Submission) -> str:
    """The coordinators' sentence, as long as no decline waits for a second person alone."""
    if decline is None or pause_of(submission):
        return sentence
    day = {"day": date_format(submission.due_on, "DATE_FORMAT")}
    until = (
        _("The answer was due by %(day)s and is late.")
        if is_late(submission)
        else _("The answer is due by %(day)s.")
    )
    sentence = (
        _("A second person acts next: a reviewer has judged it.")
        if decline.needs_approver
        else _("A second person acts next: a reviewer wants to decline it.")
    )
    return sentence + " " + until % day


@register.simple_tag
def with_who_acts_next(
    steps: list[TimelineStep], decline: Decision | None, submission: Submission
) -> list[TimelineStep]:
    """The coordinators' timeline, with the same sentence in its current step."""
    return [
        replace(step, detail=who_acts_next(step.detail, decline, submission))
        if step.state == "now"
        else step
        for step in steps
    ]


def _reviews(submission: Submission, *, with_names: bool) -> list[dict]:
    return [
        {
            "attempt_number": review.attempt.number,
            "decision": review.decision,
            "sent_at": review.sent_at,
            "summary": review.summary,
            "judgments": [judgment for judgment in review.judgments.all() if judgment.verdict],
            "reviewer": review.reviewer if with_names else None,
        }
        for review in reversed(sent_reviews(submission))
    ]


@register.inclusion_tag("reviewing/_criterion_feedback.html")
def criterion_feedback(submission: Submission, criterion: Criterion) -> dict:
    """The latest judgment of one criterion. Needs no query per criterion."""
    for review in reversed(sent_reviews(submission)):
        for judgment in review.judgments.all():
            if judgment.criterion_id == criterion.pk and judgment.verdict:
                return {
                    "verdict": judgment.verdict,
                    "comment": judgment.comment,
                    "level": judgment.level,
                    "reopened_because": judgment.reopened_because,
                    "attempt_number": review.attempt.number,
                }
    return {}
