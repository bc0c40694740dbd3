"""Open places are given to reviewers, where the issuer wants it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction

from audit.operations import record
from background.operations import one_by_one
from mail.operations import queue_email
from reviewing import operations as reviewing
from reviewing.automatic.choosing import choose
from reviewing.automatic.due import places_to_assign
from reviewing.models import Assignment, Place, PutOff
from submissions.models import Submission

# One advisory lock for all places, so that nobody is given more than they have time for.
LOCK = 82_001
LOOK_AGAIN_AFTER = timedelta(hours=1)


def assign_due(*, now: datetime, skip: Collection[int] = ()) -> tuple[int, list[int]]:
    """Give due places to reviewers, as `one_by_one` does."""
    due = places_to_assign(now=now).select_related("attempt__submission")
    return one_by_one(due, partial(assign_place, now=now), what="assign a place", skip=skip)


@transaction.atomic
def assign_place(place: Place, *, now: datetime) -> Assignment | None:
    """Give the place to the reviewer who fits best. None if it is taken, or nobody has time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    locked = Submission.objects.select_for_update(no_key=True)
    submission = locked.get(pk=place.attempt.submission_id)
    found = places_to_assign(now=now).select_related(
        "attempt__submission__version",
        "attempt__submission__earner",
        "attempt__submission__badge_class__issuer__agency",
    )
    still = found.filter(attempt__submission=submission).order_by("number").first()
    if still is None:
        return None
    chosen = choose(still, now=now)
    if chosen is None:
        PutOff.objects.update_or_create(place=still, defaults={"until": now + LOOK_AGAIN_AFTER})
        return None
    reviewer, why = chosen
    submission = still.attempt.submission
    assignment = reviewing.take_place(submission, reviewer=reviewer, by=reviewer, now=now, why=why)
    agency = submission.badge_class.issuer.agency
    record("review assigned", submission, by=None, agency=agency, at=now, concerns=[reviewer.pk])
    queue_email(
        "review_assigned",
        str(assignment.pk),
        to=reviewer.email,
        language=reviewer.language,
        context={"assignment": assignment.pk},
    )
    return assignment
