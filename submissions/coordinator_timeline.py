"""The stages of a submission in words for a coordinator: who acts next, and by when."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from submissions.models import Submission
from submissions.pauses import pause_of
from submissions.states import Status
from submissions.timeline import TimelineStep, is_late, past_steps


def build_coordinator_timeline(
    submission: Submission, *, today: date | None = None
) -> list[TimelineStep]:
    """What has happened, and who acts next while the submission is open."""
    now = next_action_for_coordinators(submission, today=today)
    match submission.status:
        case Status.RETURNED:
            current = [TimelineStep("now", _("With the educator"), now)]
        case Status.TAKEN_BACK:
            current = [TimelineStep("now", _("With the educator"), now)]
        case Status.SUBMITTED:
            current = [TimelineStep("now", _("Waiting for a reviewer"), now)]
        case Status.IN_REVIEW:
            current = [TimelineStep("now", _("In review"), now)]
        case _closed:
            current = []
    return past_steps(submission) + current


def next_action_for_coordinators(submission: Submission, *, today: date | None = None) -> str:
    """A sentence that says who acts next, and by when."""
    if pause := pause_of(submission):
        return pause.to_coordinators
    match submission.status:
        case Status.RETURNED | Status.TAKEN_BACK:
            return _("The educator acts next: they can send it again whenever they are ready.")
        case Status.SUBMITTED:
            who = _("A reviewer acts next: nobody has claimed it yet.")
        case Status.IN_REVIEW:
            who = _("The reviewer who claimed it acts next.")
        case Status.APPROVED:
            return _("Approved: no one needs to act.")
        case _closed:
            return _("Closed: no one needs to act.")
    day = date_format(submission.due_on, "DATE_FORMAT")
    if is_late(submission, today):
        return who + " " + _("The answer was due by %(day)s and is late.") % {"day": day}
    return who + " " + _("The answer is due by %(day)s.") % {"day": day}
