"""What nobody begins, and what somebody left behind, returns to the queue."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from audit.operations import record
from background.operations import one_by_one
from mail.operations import queue_email
from reviewing.automatic.due import to_return
from reviewing.decisions import operations as decisions
from reviewing.models import Assignment
from reviewing.without_reviewer import whose_reviewer_is_gone


def return_due(*, now: datetime, skip: Collection[int] = ()) -> tuple[int, list[int]]:
    """Return what is due, as `one_by_one` does."""
    due = to_return(today=timezone.localdate(now))
    return one_by_one(
        due, partial(return_to_queue, now=now), what="return an assignment", skip=skip
    )


@transaction.atomic
def return_to_queue(assignment: Assignment, *, now: datetime) -> bool:
    """The draft is kept, in case it comes back to them. False if it is not due any more."""
    try:
        decisions.lock(assignment)
    except decisions.AlreadyDecided:
        return False
    due = to_return(today=timezone.localdate(now)).filter(pk=assignment.pk)
    if not due.exists():
        return False
    has_left = whose_reviewer_is_gone().filter(pk=assignment.pk).exists()
    submission, reviewer = assignment.submission, assignment.reviewer
    decisions.open_place(assignment, by=reviewer, now=now)
    agency = submission.badge_class.issuer.agency
    act = "review of somebody who left returned" if has_left else "review not begun in time"
    record(act, submission, by=None, agency=agency, at=now, concerns=[reviewer.pk])
    if not has_left:
        queue_email(
            "review_returned",
            str(assignment.pk),
            to=reviewer.email,
            language=reviewer.language,
            context={"assignment": assignment.pk},
        )
    return True
