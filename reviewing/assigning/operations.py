"""A coordinator gives submissions to a reviewer, or back to the queue."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import are_one_person
from audit.moves import check_move
from audit.operations import record
from mail.operations import queue_email
from reviewing import operations as reviewing
from reviewing.decisions.operations import AlreadyDecided, lock_active
from reviewing.models import Assignment, Decision, Place
from reviewing.operations import ReviewerNotAllowed
from reviewing.querysets import reviewable_by
from submissions.models import Submission
from submissions.states import TRANSITIONS, Status


@transaction.atomic
def assign(
    submission: Submission, *, to: User, by: User, now: datetime | None = None
) -> Assignment | None:
    """Give a submission to a reviewer, also if another one has it. That one's draft is kept.

    An open place comes first; without one, the last reviewer who has not finished makes room.
    Returns None if they have it already. Raises ReviewerNotAllowed, AlreadyDecided if a decision
    waits to take effect or everybody has finished, or TransitionNotAllowed if it is not with
    reviewers.
    """
    now = now or timezone.now()
    active = lock(submission)
    if any(are_one_person(one.reviewer, to.pk) for one in active):
        return None
    if not to.is_active or not reviewable_by(to).filter(pk=submission.pk).exists():
        raise ReviewerNotAllowed
    if active and not Place.objects.open().filter(attempt__submission=submission).exists():
        unfinished = Assignment.objects.unfinished().filter(submission=submission)
        replaced = unfinished.order_by("place__number").last()
        if replaced is None:
            raise AlreadyDecided
        take_from(replaced, by=by, now=now)
        submission.refresh_from_db()
    elif not active:
        check_move(TRANSITIONS, Status(submission.status), Status.IN_REVIEW)
    return give(submission, to=to, by=by, now=now)


def give(
    submission: Submission, *, to: User, by: User, now: datetime, place: Place | None = None
) -> Assignment:
    """Give them the place, or the first open one, and tell them. In the caller's transaction."""
    assignment = reviewing.take_place(submission, reviewer=to, by=by, now=now, place=place)
    agency = submission.badge_class.issuer.agency
    record("review assigned", submission, by=by, agency=agency, at=now, concerns=[to.pk])
    queue_email(
        "review_assigned",
        str(assignment.pk),
        to=to.email,
        language=to.language,
        context={"assignment": assignment.pk},
    )
    return assignment


@transaction.atomic
def take_away(submission: Submission, *, by: User, now: datetime | None = None) -> bool:
    """Return a submission to the queue, from its readers. False if nobody reads it.

    Raises AlreadyDecided if a decision waits to take effect.
    """
    lock(submission)
    reading = list(Assignment.objects.unfinished().filter(submission=submission).order_by("pk"))
    for assignment in reading:
        take_from(assignment, by=by, now=now or timezone.now())
    return bool(reading)


@transaction.atomic
def take_from(assignment: Assignment, *, by: User | None, now: datetime) -> None:
    """Return one reader's place to the queue, and tell them. Raises AlreadyDecided.

    Without `by`, nobody learns who wanted it.
    """
    reviewing.release(assignment, by=by, now=now)
    tell_whoever_had_it(assignment, by=by)


def tell_whoever_had_it(taken: Assignment, *, by: User | None) -> None:
    """Not if they did it themselves."""
    reviewer = taken.reviewer
    if by is None or reviewer.pk != by.pk:
        queue_email(
            "review_taken",
            str(taken.pk),
            to=reviewer.email,
            language=reviewer.language,
            context={"assignment": taken.pk},
        )


def lock(submission: Submission) -> list[Assignment]:
    """The submission's active assignments, locked after it. In the caller's transaction.

    Raises AlreadyDecided.
    """
    locked = Submission.objects.select_for_update(no_key=True)
    submission.refresh_from_db(from_queryset=locked)
    assignments = lock_active(submission)
    if Decision.objects.open().filter(attempt__submission=submission).exists():
        raise AlreadyDecided
    return assignments
