"""A coordinator gives submissions to a reviewer, or back to the queue."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import are_one_person
from audit.moves import check_move, require_reason
from audit.operations import record
from mail.operations import queue_email
from reviewing import operations as reviewing
from reviewing.decisions import operations as decisions
from reviewing.decisions.operations import AlreadyDecided
from reviewing.models import Assignment, Decision, Place
from reviewing.operations import ReviewerNotAllowed
from reviewing.querysets import AssignmentQuerySet
from reviewing.why_taken import TAKEN_AWAY
from reviewing.workload.allowed import may_be_given
from submissions.models import Submission
from submissions.querysets import accounts_of
from submissions.states import TRANSITIONS, Status


@transaction.atomic
def assign(
    submission: Submission, *, to: User, by: User, reason: str = "", now: datetime | None = None
) -> Assignment | None:
    """Give a submission to a reviewer, also if another one has it. That one's draft is kept.

    An open place comes first; without one, the last reviewer who has not finished makes room, and
    reads the reason. Returns None if they have it already. Raises ReviewerNotAllowed, ReasonMissing
    if it is taken from another person, AlreadyDecided if a decision waits to take effect or
    everybody has finished, or TransitionNotAllowed if it is not with reviewers.
    """
    now = now or timezone.now()
    active = lock(submission)
    if any(are_one_person(one.reviewer, to.pk) for one in active):
        return None
    if not may_be_given(to).filter(pk=submission.pk).exists():
        raise ReviewerNotAllowed
    if active and not Place.objects.open().filter(attempt__submission=submission).exists():
        unfinished = Assignment.objects.unfinished().filter(submission=submission)
        replaced = unfinished.order_by("place__number").last()
        if replaced is None:
            raise AlreadyDecided
        take_for_a_reason(replaced, by=by, reason=reason, now=now)
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
def take_away(
    submission: Submission, *, by: User, reason: str = "", now: datetime | None = None
) -> bool:
    """Return a submission to the queue, from its readers. False if nobody reads it.

    Raises ReasonMissing if another person reads it, or AlreadyDecided if a decision waits to take
    effect.
    """
    lock(submission)
    reading = list(_held(by).filter(submission=submission).order_by("pk"))
    for assignment in reading:
        take_for_a_reason(assignment, by=by, reason=reason, now=now or timezone.now())
    return bool(reading)


@transaction.atomic
def return_one(held: Assignment, *, by: User, reason: str, now: datetime | None = None) -> bool:
    """Return one reader's place to the queue. False if they have finished or don't have it now.

    Raises ReasonMissing.
    """
    with suppress(AlreadyDecided):
        lock(held.submission)
        if _held(by).filter(pk=held.pk).exists():
            take_for_a_reason(held, by=by, reason=reason, now=now or timezone.now())
            return True
    return False


def held_by(people: Collection[User], agencies: Collection[int], *, by: User) -> AssignmentQuerySet:
    """What they read for these agencies and a coordinator can return to the queue."""
    held = _held(by).filter(reviewer__in=people)
    return held.filter(submission__badge_class__issuer__agency__in=agencies).with_submission()


def needing_a_reason(
    submissions: Collection[int], *, by: User, to: User | None = None
) -> AssignmentQuerySet:
    """What another person would lose of these if they were given to `to`, or to the queue."""
    held = _held(by).filter(submission__in=submissions).exclude(reviewer__in=accounts_of(by))
    if to is None:
        return held
    theirs = Assignment.objects.active().filter(reviewer__in=accounts_of(to))
    free = Place.objects.open().values("attempt__submission")
    return held.exclude(submission__in=theirs.values("submission")).exclude(submission__in=free)


def _held(by: User) -> AssignmentQuerySet:
    return Assignment.objects.unfinished().not_hidden_from(by)


def take_for_a_reason(assignment: Assignment, *, by: User, reason: str, now: datetime) -> None:
    """Open a place to others, and tell its reader, who can read the reason.

    The caller has locked the submission, and the reader has not finished. Who returns their own
    needs no reason. Raises ReasonMissing.
    """
    if not are_one_person(by, assignment.reviewer_id):
        require_reason(reason)
    decisions.open_place(assignment, by=by, now=now)
    agency = assignment.submission.badge_class.issuer.agency
    record(
        TAKEN_AWAY, assignment.submission, by=by, agency=agency, note=reason, at=now,
        concerns=[assignment.reviewer_id],
    )  # fmt: skip
    _tell(assignment, by=by)


@transaction.atomic
def take_from(assignment: Assignment, *, by: User | None, now: datetime) -> None:
    """Return one reader's place to the queue, and tell them. Raises AlreadyDecided.

    Without `by`, nobody learns who wanted it.
    """
    reviewing.release(assignment, by=by, now=now)
    _tell(assignment, by=by)


def _tell(taken: Assignment, *, by: User | None) -> None:
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
    assignments = decisions.lock_active(submission)
    if Decision.objects.open().filter(attempt__submission=submission).exists():
        raise AlreadyDecided
    return assignments
