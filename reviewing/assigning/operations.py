"""A coordinator gives submissions to a reviewer, or back to the queue."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.operations import record
from mail.operations import queue_email
from reviewing import operations as reviewing
from reviewing.decisions.operations import AlreadyDecided
from reviewing.models import Assignment, Decision
from reviewing.operations import ReviewerNotAllowed
from reviewing.querysets import reviewable_by
from submissions import operations as submissions
from submissions.models import Submission


@transaction.atomic
def assign(
    submission: Submission, *, to: User, by: User, now: datetime | None = None
) -> Assignment | None:
    """Give a submission to a reviewer, also if another one has it. That one's draft is kept.

    Returns None if they have it already. Raises ReviewerNotAllowed, AlreadyDecided if a decision
    waits to take effect, or TransitionNotAllowed if it is not with reviewers.
    """
    now = now or timezone.now()
    active = _lock(submission)
    if active and active.reviewer_id == to.pk:
        return None
    if not to.is_active or not reviewable_by(to).filter(pk=submission.pk).exists():
        raise ReviewerNotAllowed
    if active:
        reviewing.release(active, by=by, now=now)
        _tell_whoever_had_it(active, by=by)
        submission.refresh_from_db()
    submissions.begin_review(submission, by=by, now=now)
    assignment = Assignment.objects.create(submission=submission, reviewer=to, assigned_at=now)
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
    """Return a submission to the queue, from whoever has it. False if it waits there already.

    Raises AlreadyDecided if a decision waits to take effect.
    """
    active = _lock(submission)
    if active is None:
        return False
    reviewing.release(active, by=by, now=now or timezone.now())
    _tell_whoever_had_it(active, by=by)
    return True


def _tell_whoever_had_it(taken: Assignment, *, by: User) -> None:
    """Not if they did it themselves."""
    reviewer = taken.reviewer
    if reviewer.pk != by.pk:
        queue_email(
            "review_taken",
            str(taken.pk),
            to=reviewer.email,
            language=reviewer.language,
            context={"assignment": taken.pk},
        )


def _lock(submission: Submission) -> Assignment | None:
    """Lock the submission and its active assignment. Raises AlreadyDecided."""
    locked = Submission.objects.select_for_update(no_key=True)
    submission.refresh_from_db(from_queryset=locked)
    active = Assignment.objects.active().filter(submission=submission)
    assignment = active.select_for_update(no_key=True).first()
    if Decision.objects.open().filter(attempt__submission=submission).exists():
        raise AlreadyDecided
    return assignment
