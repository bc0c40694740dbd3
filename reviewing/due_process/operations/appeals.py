"""An appeal: made by the earner, read by somebody who had no part in it, decided once."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.moves import TransitionNotAllowed, check_move, require_reason
from audit.operations import record
from editing.shown import check_shown
from postgres.refusals import broken
from reviewing.due_process import appealable
from reviewing.due_process.telling import coordinators_of, tell, tell_all
from reviewing.models import Appeal, IntegrityHold
from reviewing.states import APPEAL_TRANSITIONS, AppealOutcome, AppealStatus
from submissions.models import Submission
from submissions.moves import lock
from submissions.reopening import operations as submissions

MORNING = time(7)


class AlreadyAppealed(Exception):
    """Each decision can be appealed once."""


class TooLateToAppeal(Exception):
    """The time for it is over."""


class NotUninvolved(Exception):
    """This person had a part in the submission, or something connects them with its earner."""


class HoldIsOpen(Exception):
    """The doubt is settled first."""


class OutcomeNotPossible(ValueError):
    """What was appealed does not allow this outcome."""


@transaction.atomic
def appeal(
    submission: Submission, *, words: str, by: User, shown: str = "", now: datetime | None = None
) -> Appeal:
    """The earner appeals the latest decision. Coordinators are told, so that somebody reads it.

    Raises ReasonMissing without words, TransitionNotAllowed if there is nothing to appeal,
    NotAsShown if the page has shown another one, AlreadyAppealed, or TooLateToAppeal.
    """
    now = now or timezone.now()
    words = require_reason(words)
    submission = lock(submission)
    found = appealable.latest(submission)
    if found is None:
        raise TransitionNotAllowed(f"{submission.status} -> appealed")
    check_shown(shown, found.mark)
    if found.is_appealed:
        raise AlreadyAppealed
    if now >= found.until:
        raise TooLateToAppeal
    issuer = submission.badge_class.issuer
    due_on = issuer.agency.working_day_after(now, issuer.appeal_answer_days)
    once = ("one_open_appeal", (Appeal, "decision"), (Appeal, "hold"))
    with broken(*once, means=AlreadyAppealed), transaction.atomic():
        made = Appeal.objects.create(
            submission=submission,
            words=words,
            made_at=now,
            due_on=due_on,
            remind_at=next_reminder(now),
            **found.of,
        )
    record("appeal made", submission, by=by, agency=issuer.agency, at=now)
    tell(submission.earner, "appeal_received", str(made.pk), appeal=made.pk)
    tell_all(coordinators_of(submission), "appeal_waits", str(made.pk), appeal=made.pk)
    return made


@transaction.atomic
def give(made: Appeal, *, to: User, by: User, now: datetime | None = None) -> None:
    """From now on, this person reads it. Somebody who had it before has it no longer.

    Raises NotUninvolved, or TransitionNotAllowed if it has ended.
    """
    now = now or timezone.now()
    _lock(made)
    if not made.is_open:
        raise TransitionNotAllowed(f"{made.status} -> given")
    if made.reader_id == to.pk:
        return
    if not Appeal.objects.readable_by(to).filter(pk=made.pk).exists():
        raise NotUninvolved
    made.reader, made.given_at, made.remind_at = to, now, next_reminder(now)
    made.save(update_fields=["reader", "given_at", "remind_at"])
    _record("appeal given", made, by=by, now=now, note=str(to))
    if to.pk != by.pk:
        tell(to, "appeal_given", f"{made.pk}:{to.pk}:{now:%Y%m%d%H%M%S}", appeal=made.pk)


@transaction.atomic
def take(made: Appeal, *, by: User, now: datetime | None = None) -> bool:
    """Take an appeal that nobody has. False if somebody else was faster."""
    _lock(made)
    if made.reader_id and made.reader_id != by.pk:
        return False
    give(made, to=by, by=by, now=now)
    return True


@transaction.atomic
def decide(
    made: Appeal, outcome: AppealOutcome, *, reasons: str, by: User, now: datetime | None = None
) -> None:
    """The reader decides, and the earner reads the reasons. Twice the same is one decision.

    Raises ReasonMissing, TransitionNotAllowed if it has ended, NotUninvolved if somebody else has
    it or a tie has come up since, HoldIsOpen, OutcomeNotPossible, or OpenElsewhere.
    """
    now = now or timezone.now()
    reasons = require_reason(reasons)
    submission = _lock(made)
    if not made.is_open:
        raise TransitionNotAllowed(f"{made.status} -> decided")
    if not Appeal.objects.read_by(by).filter(pk=made.pk).exists():
        raise NotUninvolved
    if IntegrityHold.objects.open().filter(submission=submission).exists():
        raise HoldIsOpen
    if outcome not in appealable.outcomes_of(made):
        raise OutcomeNotPossible(outcome)
    is_upheld = outcome == AppealOutcome.UPHOLD
    made.outcome, made.reasons = outcome, reasons
    _end(made, AppealStatus.UPHELD if is_upheld else AppealStatus.CHANGED, now=now)
    if outcome == AppealOutcome.APPROVE:
        submissions.approve_on_appeal(submission, by=by, now=now)
    elif outcome == AppealOutcome.RETURN:
        submissions.return_on_appeal(submission, by=by, now=now)
    _record(f"appeal {made.status}", made, by=by, now=now)
    tell(submission.earner, "appeal_decided", str(made.pk), appeal=made.pk)


@transaction.atomic
def drop(submission: Submission, *, now: datetime) -> None:
    """The earner has gone on, or the submission ended: there is nothing left to appeal.

    In the transaction of the caller, who has locked the submission.
    """
    for made in Appeal.objects.open().filter(submission=submission).select_for_update(no_key=True):
        _end(made, AppealStatus.DROPPED, now=now)


def next_reminder(now: datetime, *, days: int = 3) -> datetime:
    """In the morning, some days from now."""
    day = timezone.localdate(now) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, MORNING))


def _lock(made: Appeal) -> Submission:
    submission = lock(made.submission)
    made.refresh_from_db(from_queryset=Appeal.objects.select_for_update(no_key=True))
    made.submission = submission
    return submission


def _end(made: Appeal, to: AppealStatus, *, now: datetime) -> None:
    check_move(APPEAL_TRANSITIONS, AppealStatus(made.status), to)
    made.status, made.ended_at, made.remind_at = to, now, None
    made.save(update_fields=["status", "ended_at", "remind_at", "outcome", "reasons"])


def _record(act: str, made: Appeal, *, by: User, now: datetime, note: str = "") -> None:
    agency = made.submission.badge_class.issuer.agency
    record(act, made.submission, by=by, agency=agency, note=note, at=now)
