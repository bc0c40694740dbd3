"""A hold: placed because of a doubt, answered by the earner, lifted or confirmed."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import are_one_person
from audit.moves import TransitionNotAllowed, check_move, require_reason
from audit.operations import record
from postgres.refusals import broken
from reviewing import operations as reviewing
from reviewing.due_process.operations import appeals
from reviewing.due_process.operations.appeals import next_reminder
from reviewing.due_process.telling import coordinators_of, tell, tell_all
from reviewing.models import IntegrityHold
from reviewing.signals import hold_changed
from reviewing.states import HOLD_TRANSITIONS, HOLDABLE, HoldStatus
from submissions.models import Submission
from submissions.moves import lock
from submissions.reopening import operations as submissions

END_OF_DAY = time(23, 59, 59)


class AlreadyHeld(Exception):
    """There is one open hold at most."""


class AlreadyAnswered(Exception):
    """The earner answers once."""


class NeedsAnotherPerson(Exception):
    """Whoever placed a hold can lift it, but somebody else confirms it."""


class AnswerNotRead(Exception):
    """The answer arrived after the page was opened on which the doubt is confirmed."""


class StillTimeToAnswer(Exception):
    """Nothing is confirmed before the earner has answered, or has had the time to."""


@transaction.atomic
def place(
    submission: Submission, *, reason: str, by: User, now: datetime | None = None
) -> IntegrityHold:
    """Until it ends, no decision takes effect and no badge is issued. The earner is told.

    Raises ReasonMissing, AlreadyHeld, or TransitionNotAllowed if the submission has ended.
    """
    now = now or timezone.now()
    reason = require_reason(reason)
    submission = lock(submission)
    if submission.status not in HOLDABLE:
        raise TransitionNotAllowed(f"{submission.status} -> held")
    issuer = submission.badge_class.issuer
    day = timezone.localdate(now) + timedelta(days=issuer.hold_answer_days)
    with broken("one_open_hold", means=AlreadyHeld), transaction.atomic():
        held = IntegrityHold.objects.create(
            submission=submission,
            reason=reason,
            placed_by=by,
            placed_at=now,
            answer_until=timezone.make_aware(datetime.combine(day, END_OF_DAY)),
            remind_at=next_reminder(now, days=issuer.hold_answer_days + 1),
        )
    _record("hold placed", held, by=by, now=now, note=reason)
    hold_changed.send(sender=IntegrityHold, submission=submission, by=by, now=now)
    tell(submission.earner, "hold_placed", str(held.pk), hold=held.pk)
    return held


@transaction.atomic
def answer(held: IntegrityHold, *, words: str, by: User, now: datetime | None = None) -> None:
    """What the earner says to it. Raises ReasonMissing, AlreadyAnswered or TransitionNotAllowed."""
    now = now or timezone.now()
    words = require_reason(words)
    submission = _lock(held)
    if not held.is_open:
        raise TransitionNotAllowed(f"{held.status} -> answered")
    if held.answered_at:
        raise AlreadyAnswered
    held.answer, held.answered_at, held.remind_at = words, now, next_reminder(now)
    held.save(update_fields=["answer", "answered_at", "remind_at"])
    _record("hold answered", held, by=by, now=now)
    tell_all(coordinators_of(submission), "hold_answered", str(held.pk), hold=held.pk)


@transaction.atomic
def lift(held: IntegrityHold, *, because: str, by: User, now: datetime | None = None) -> None:
    """The doubt is gone: everything goes on where it was. Raises ReasonMissing."""
    now = now or timezone.now()
    because = require_reason(because)
    submission = _lock(held)
    _end(held, HoldStatus.LIFTED, because=because, by=by, now=now)
    _record("hold lifted", held, by=by, now=now, note=because)
    hold_changed.send(sender=IntegrityHold, submission=submission, by=by, now=now)
    tell(submission.earner, "hold_ended", str(held.pk), hold=held.pk)


@transaction.atomic
def confirm(
    held: IntegrityHold,
    *,
    because: str,
    by: User,
    answer_read: bool = True,
    now: datetime | None = None,
) -> None:
    """The submission is declined, and its award follows. The earner can appeal.

    Raises ReasonMissing, NeedsAnotherPerson, StillTimeToAnswer, AnswerNotRead, or
    TransitionNotAllowed.
    """
    now = now or timezone.now()
    because = require_reason(because)
    submission = _lock(held)
    check_move(HOLD_TRANSITIONS, HoldStatus(held.status), HoldStatus.CONFIRMED)
    if are_one_person(by, held.placed_by_id):
        raise NeedsAnotherPerson
    if held.answered_at is None and now < held.answer_until:
        raise StillTimeToAnswer
    if held.answered_at and not answer_read:
        raise AnswerNotRead
    reviewing.end_assignment(submission, now=now)
    appeals.drop(submission, now=now)
    _end(held, HoldStatus.CONFIRMED, because=because, by=by, now=now)
    submissions.decline_after_hold(submission, by=by, now=now)
    _record("hold confirmed", held, by=by, now=now, note=because)
    tell(submission.earner, "hold_ended", str(held.pk), hold=held.pk)


@transaction.atomic
def drop(submission: Submission, *, now: datetime) -> None:
    """The earner withdrew. In the transaction of the caller, who has locked the submission."""
    holds = IntegrityHold.objects.open().filter(submission=submission)
    for held in holds.select_for_update(no_key=True):
        _end(held, HoldStatus.DROPPED, because="", by=None, now=now)


def _lock(held: IntegrityHold) -> Submission:
    submission = lock(held.submission)
    held.refresh_from_db(from_queryset=IntegrityHold.objects.select_for_update(no_key=True))
    held.submission = submission
    return submission


def _end(
    held: IntegrityHold, to: HoldStatus, *, because: str, by: User | None, now: datetime
) -> None:
    check_move(HOLD_TRANSITIONS, HoldStatus(held.status), to)
    held.status, held.ended_because, held.ended_by = to, because, by
    held.ended_at, held.remind_at = now, None
    held.save(update_fields=["status", "ended_because", "ended_by", "ended_at", "remind_at"])


def _record(act: str, held: IntegrityHold, *, by: User, now: datetime, note: str = "") -> None:
    agency = held.submission.badge_class.issuer.agency
    record(act, held.submission, by=by, agency=agency, note=note, at=now)
