""" "Where is my badge?": past, current and future stages, as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from submissions.models import Submission
from submissions.pauses import pause_of
from submissions.states import Status


@dataclass
class TimelineStep:
    state: str  # done, now, later, stopped
    title: str
    detail: str = ""
    at: datetime | None = None
    when: str = ""


def is_late(submission: Submission, today: date | None = None) -> bool:
    """True if the due date has passed."""
    return submission.due_on is not None and submission.due_on < (today or timezone.localdate())


def build_timeline(submission: Submission, *, today: date | None = None) -> list[TimelineStep]:
    """The past, current and future steps of a submission, in words for its earner.

    People appear only as roles, because reviewers are hidden from earners. Of what a reviewer did,
    only the day is told: the minute could tell who it was.
    """
    return past_steps(submission, to_the_day=True) + _remaining_steps(submission, today)


def past_steps(submission: Submission, *, to_the_day: bool = False) -> list[TimelineStep]:
    """What has happened, in words for everyone. `to_the_day` leaves out when a reviewer began."""
    steps = [TimelineStep("done", _("Started"), at=submission.started_at)]
    sent = 0
    for change in submission.status_changes.all():
        at = change.changed_at
        match change.to_status:
            case Status.SUBMITTED if change.from_status == Status.IN_REVIEW:
                steps.pop()  # a reviewer returned it; for the earner it never left the queue
            case Status.SUBMITTED:
                sent += 1
                steps.append(
                    TimelineStep("done", _("Submitted") if sent == 1 else _("Sent again"), at=at)
                )
            case Status.IN_REVIEW:
                began = TimelineStep("done", _("A reviewer started reading"), at=at)
                if to_the_day:
                    began.at, began.when = None, date_format(timezone.localdate(at), "DATE_FORMAT")
                steps.append(began)
            case Status.RETURNED:
                steps.append(TimelineStep("done", _("Returned with comments"), at=at))
            case Status.TAKEN_BACK:
                steps.append(TimelineStep("done", _("Taken back by the educator"), at=at))
            case Status.APPROVED:
                steps.append(
                    TimelineStep("done", _("Approved"), _("Every required criterion is met."), at)
                )
            case Status.DECLINED:
                steps.append(
                    TimelineStep(
                        "stopped", _("Not awarded"), _("The reviewer’s comment explains why."), at
                    )
                )
            case Status.WITHDRAWN:
                steps.append(TimelineStep("stopped", _("Withdrawn by the educator"), at=at))
    return steps


def next_action(submission: Submission, *, today: date | None = None) -> str:
    """A sentence that says who acts next, and by when."""
    if pause := pause_of(submission):
        return pause.to_earner
    match submission.status:
        case Status.DRAFT:
            return _("Your turn: add your evidence and send it when you are ready.")
        case Status.RETURNED:
            return _("Your turn: read the comments, add what is missing, and send it again.")
        case Status.TAKEN_BACK:
            return _("Your turn: change what you want, and send it again.")
        case Status.SUBMITTED | Status.IN_REVIEW:
            day = date_format(submission.due_on, "DATE_FORMAT")
            if is_late(submission, today):
                return _(
                    "With a reviewer. You should have heard by %(day)s. We are sorry for the delay."
                ) % {"day": day}
            return _("With a reviewer. You will hear from us by %(day)s.") % {"day": day}
        case Status.APPROVED:
            return _("Approved: there is nothing more for you to do.")
    return _("No one needs to do anything.")


def _remaining_steps(submission: Submission, today: date | None) -> list[TimelineStep]:
    now = next_action(submission, today=today)
    match submission.status:
        case Status.DRAFT:
            return [
                TimelineStep("now", _("Gather your evidence"), now),
                TimelineStep("later", _("Send your evidence")),
                *_review_and_issue(submission),
            ]
        case Status.RETURNED:
            return [
                TimelineStep("now", _("One more step"), now),
                TimelineStep("later", _("Send it again")),
                *_review_and_issue(submission),
            ]
        case Status.TAKEN_BACK:
            return [
                TimelineStep("now", _("Change your evidence"), now),
                TimelineStep("later", _("Send it again")),
                *_review_and_issue(submission),
            ]
        case Status.SUBMITTED:
            return [TimelineStep("now", _("Waiting for a reviewer"), now), *_issue(submission)]
        case Status.IN_REVIEW:
            return [TimelineStep("now", _("In review"), now), *_issue(submission)]
    return []


def _review_and_issue(submission: Submission) -> list[TimelineStep]:
    days = submission.badge_class.turnaround_days
    promise = ngettext(
        "You’ll hear back within %(days)s working day.",
        "You’ll hear back within %(days)s working days.",
        days,
    ) % {"days": days}
    return [TimelineStep("later", _("Review"), promise), *_issue(submission)]


def _issue(submission: Submission) -> list[TimelineStep]:
    hours = submission.badge_class.hours_before_issue
    waiting = (
        ngettext("%(hours)s hour after approval.", "%(hours)s hours after approval.", hours)
        % {"hours": hours}
        if hours
        else _("Right after approval.")
    )
    return [TimelineStep("later", _("Your badge is issued"), waiting)]
