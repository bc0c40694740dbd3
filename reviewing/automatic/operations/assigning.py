"""Open places are given to reviewers, where the issuer wants it."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, transaction

from audit.operations import record
from mail.operations import queue_email
from reviewing import operations as reviewing
from reviewing.automatic.choosing import choose
from reviewing.automatic.due import places_to_assign
from reviewing.models import Assignment, Place, PutOff
from submissions.models import Submission

log = logging.getLogger(__name__)

# One advisory lock for all places, so that nobody is given more than they have time for.
LOCK = 82_001
LOOK_AGAIN_AFTER = timedelta(hours=1)
BATCH = 100


def assign_due(*, now: datetime, skip: Collection[int] = ()) -> tuple[int, list[int]]:
    """Give due places to reviewers, each in a transaction of its own.

    Returns how many were due, and the ids of those that failed. They do not block the others.
    """
    due = places_to_assign(now=now).exclude(pk__in=skip).select_related("attempt__submission")
    places, left = list(due[:BATCH]), []
    for place in places:
        try:
            assign_place(place, now=now)
        except Exception:
            log.exception("Could not assign place %s", place.pk)
            left.append(place.pk)
    return len(places), left


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
