"""A decided submission is read again, or goes back to its earner, without a word of theirs."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.moves import TransitionNotAllowed
from submissions.models import AiDisclosure, Attempt, ChangeNote, EvidenceItem, Submission
from submissions.moves import begin_next_attempt, lock, move
from submissions.signals import submission_approved, submission_reopened, submission_sent
from submissions.states import REOPENABLE, Status


class OpenElsewhere(Exception):
    """The earner has begun the badge again: that submission is open."""


class DraftBegun(Exception):
    """The earner was about to send another attempt: reading the last one again makes no sense."""


class EvidenceGone(Exception):
    """The evidence was deleted at the end of its time, so nobody can read it again."""


def check_can_reopen(submission: Submission) -> None:
    """Raises TransitionNotAllowed, OpenElsewhere, DraftBegun or EvidenceGone."""
    if submission.status not in REOPENABLE:
        raise TransitionNotAllowed(f"{submission.status} -> reopened")
    _check_nothing_else_is_open(submission)
    if submission.attempts.filter(sent_at=None).exists():
        raise DraftBegun
    if not EvidenceItem.objects.filter(attempt__submission=submission).exists():
        raise EvidenceGone


@transaction.atomic
def read_again(submission: Submission, *, by: User, now: datetime) -> Attempt:
    """Reviewers read what was sent last once more: as the next attempt, with the same evidence."""
    submission = lock(submission)
    check_can_reopen(submission)
    previous = submission.latest_attempt
    due_on = submission.badge_class.issuer.agency.working_day_after(
        now, submission.badge_class.turnaround_days
    )
    move(submission, Status.SUBMITTED, by=by, now=now, due_on=due_on)
    attempt = begin_next_attempt(submission, now=now)
    said = AiDisclosure.objects.filter(attempt=previous).first()
    if said:
        AiDisclosure.objects.create(attempt=attempt, used=said.used, how=said.how)
    if note := ChangeNote.objects.filter(attempt=previous).first():
        ChangeNote.objects.create(attempt=attempt, text=note.text)
    attempt.sent_at = now
    attempt.statement = previous.statement
    attempt.statement_accepted_at = previous.statement_accepted_at
    attempt.save(update_fields=["sent_at", "statement_accepted_at", "statement"])
    submission_reopened.send(sender=Submission, submission=submission, now=now)
    submission_sent.send(sender=Submission, submission=submission, attempt=attempt)
    return attempt


@transaction.atomic
def approve_on_appeal(submission: Submission, *, by: User, now: datetime) -> None:
    """The award is due in the same commit. Raises OpenElsewhere."""
    submission = lock(submission)
    _check_nothing_else_is_open(submission)
    move(submission, Status.APPROVED, by=by, now=now, due_on=None, opened_again_at=None)
    submission_approved.send(sender=Submission, submission=submission, now=now)


@transaction.atomic
def return_on_appeal(submission: Submission, *, by: User, now: datetime) -> None:
    """The earner may send it again, although it was declined. Raises OpenElsewhere."""
    submission = lock(submission)
    _check_nothing_else_is_open(submission)
    move(submission, Status.RETURNED, by=by, now=now, due_on=None)
    if not submission.attempts.filter(sent_at=None).exists():
        begin_next_attempt(submission, now=now)
    submission_reopened.send(sender=Submission, submission=submission, now=now)


@transaction.atomic
def decline_after_hold(submission: Submission, *, by: User, now: datetime) -> None:
    """The hold was confirmed: the submission ends, whatever it waited for."""
    move(submission, Status.DECLINED, by=by, now=now, due_on=None)


def _check_nothing_else_is_open(submission: Submission) -> None:
    others = Submission.objects.open().of(submission.earner)
    if others.filter(badge_class=submission.badge_class_id).exclude(pk=submission.pk).exists():
        raise OpenElsewhere
