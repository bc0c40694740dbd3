"""The moves of a submission, for the operations of this app. All of them are made here."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from audit.moves import check_move
from submissions.models import Attempt, EvidenceItem, Submission
from submissions.signals import submission_closed, submission_moved
from submissions.states import CLOSED, TRANSITIONS, Status


def lock(submission: Submission) -> Submission:
    # Lock and reread the row, because two people may act on it at the same moment.
    locked = Submission.objects.select_for_update(no_key=True)
    submission.refresh_from_db(from_queryset=locked)
    return submission


def move(
    submission: Submission, to: Status, *, by: User, now: datetime | None = None, **fields: object
) -> None:
    """Lock, check the transition, record it, save. `fields` are saved with the status."""
    now = now or timezone.now()
    lock(submission)
    before = Status(submission.status)
    check_move(TRANSITIONS, before, to)
    submission.status_changes.create(from_status=before, to_status=to, actor=by, changed_at=now)
    submission.status = to
    for name, value in fields.items():
        setattr(submission, name, value)
    submission.save(update_fields=["status", *fields])
    if to in CLOSED:
        submission_closed.send(sender=Submission, submission=submission, now=now)
    submission_moved.send(sender=Submission, submission=submission, before=before, by=by, now=now)


def begin_next_attempt(submission: Submission, *, now: datetime) -> Attempt:
    """The next attempt, unsent, with the evidence of the latest one."""
    previous = submission.latest_attempt
    attempt = submission.attempts.create(number=previous.number + 1, begun_at=now)
    items = previous.evidence_items.all()
    EvidenceItem.objects.bulk_create(item.copy_for(attempt) for item in items)
    return attempt
