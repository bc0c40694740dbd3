"""Acts about appeals, holds and reopenings, to be killed. `acts.py` lists them."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from issuing import tasks as issuing
from reviewing.due_process.operations import appeals, holds, reopening
from reviewing.models import Appeal, IntegrityHold
from reviewing.states import AppealOutcome
from reviewing.tasks import remind_of_appeals_and_holds
from submissions.models import Submission
from tests.reviewing.due_process.cases import (
    approved,
    coordinator_of,
    declined,
    other_reviewer,
    returned,
)

BECAUSE = "A mistake."


def with_badge() -> Submission:
    submission = approved()
    issuing.issue_due()
    return submission


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def appealed(submission: Submission) -> Appeal:
    return appeals.appeal(submission, words="Page four.", by=submission.earner)


def answered_hold(submission: Submission) -> IntegrityHold:
    held = holds.place(submission, reason=BECAUSE, by=coordinator_of(submission))
    holds.answer(held, words="They are mine.", by=submission.earner)
    return held


def reopen():
    submission = with_badge()
    by = coordinator_of(submission)
    return lambda: reopening.reopen(fresh(submission), reason=BECAUSE, by=by)


def appeal():
    submission = returned()
    coordinator_of(submission)
    return lambda: appeals.appeal(fresh(submission), words="Page four.", by=submission.earner)


def approve_on_appeal():
    made = appealed(declined())
    reader = other_reviewer(made.submission)
    appeals.take(made, by=reader)
    return lambda: appeals.decide(
        fresh(made), AppealOutcome.APPROVE, reasons="It is there.", by=reader
    )


def place_a_hold():
    submission = approved()
    by = coordinator_of(submission)
    return lambda: holds.place(fresh(submission), reason=BECAUSE, by=by)


def answer_a_hold():
    submission = returned()
    held = holds.place(submission, reason=BECAUSE, by=coordinator_of(submission))
    return lambda: holds.answer(fresh(held), words="They are mine.", by=submission.earner)


def confirm_a_hold():
    held = answered_hold(with_badge())
    by = coordinator_of(held.submission)
    return lambda: holds.confirm(fresh(held), because=BECAUSE, by=by)


def lift_a_hold():
    held = answered_hold(approved())
    return lambda: holds.lift(fresh(held), because=BECAUSE, by=held.placed_by)


def remind():
    """Of an appeal and of a hold, each in a transaction of its own."""
    appealed(returned())
    answered_hold(approved())
    soon = timezone.now() - timedelta(minutes=1)
    Appeal.objects.update(remind_at=soon)
    IntegrityHold.objects.update(remind_at=soon)
    return remind_of_appeals_and_holds


STATES = {
    reopen: 1,
    appeal: 1,
    approve_on_appeal: 1,
    place_a_hold: 1,
    answer_a_hold: 1,
    confirm_a_hold: 1,
    lift_a_hold: 1,
    remind: 2,
}
