"""A coordinator gives places of readers to somebody else, and asks reviewers about theirs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.moves import require_reason
from mail.operations import Letter, queue_emails
from reviewing.assigning import operations as assigning
from reviewing.decisions import operations as decisions
from reviewing.models import Assignment, Place
from reviewing.operations import ReviewerNotAllowed
from reviewing.workload.allowed import may_be_given, may_give
from reviewing.workload.coordinated import WITH_REVIEWERS
from submissions.models import Submission


class ChangedMeanwhile(Exception):
    """Another reader has the place, or it was decided, withdrawn or taken since the page."""


@transaction.atomic
def move(
    place: Place,
    *,
    reader: int | None,
    to: User | None,
    by: User,
    reason: str,
    now: datetime | None = None,
) -> None:
    """Give a place to a reviewer, or back to the queue. The draft of its reader is kept.

    `reader` is the assignment that the coordinator saw. Raises ReasonMissing, ChangedMeanwhile, or
    ReviewerNotAllowed; then nothing has changed.
    """
    require_reason(reason)
    now = now or timezone.now()
    submission = Submission.objects.get(pk=place.attempt.submission_id)
    try:
        active = assigning.lock(submission)
    except decisions.AlreadyDecided as decided:
        raise ChangedMeanwhile from decided
    taken = next((one for one in active if one.place_id == place.pk), None)
    if (taken.pk if taken else None) != reader or not (taken or to):
        raise ChangedMeanwhile
    if submission.status not in WITH_REVIEWERS or not _is_open(place):
        raise ChangedMeanwhile
    if to and not may_be_given(to).filter(may_give(by), pk=submission.pk).exists():
        raise ReviewerNotAllowed
    if taken:
        assigning.take_for_a_reason(taken, by=by, reason=reason, now=now)
    if to:
        assigning.give(Submission.objects.get(pk=submission.pk), to=to, by=by, now=now, place=place)


def write_to(waiting: Iterable[tuple[User, list[int]]], *, now: datetime | None = None) -> None:
    """One email to each account about its assignments, at most one a day."""
    now = now or timezone.now()
    queue_emails(
        (
            Letter(
                "open_reviews", email_key(person, now=now), person.email, person.language,
                {"assignments": assignments}, due_at=now,
            )
            for person, assignments in waiting
        ),
        now=now,
    )  # fmt: skip


def email_key(person: User, *, now: datetime) -> str:
    return f"{person.pk}:{timezone.localdate(now)}"


def _is_open(place: Place) -> bool:
    """Nobody has it, or its reader has not finished."""
    unfinished = Assignment.objects.unfinished().filter(place=place)
    return unfinished.exists() or Place.objects.open().filter(pk=place.pk).exists()
