"""A decision takes effect after a few minutes, a decline only after a second person has agreed."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Membership, User
from audit.moves import check_move, require_reason
from audit.operations import record
from mail.operations import queue_email
from reviewing.models import Assignment, CriterionJudgment, Decision, Review
from reviewing.permissions import can_confirm
from reviewing.querysets import reviewable_by, second_people
from reviewing.states import DECISION_TRANSITIONS, DecisionStatus, Outcome
from submissions import operations as submissions
from submissions.models import Submission

log = logging.getLogger(__name__)


class AlreadyDecided(Exception):
    """The assignment has ended or its decision waits: nothing can be changed or decided again."""


class TooLate(Exception):
    """The decision is in effect, or would be if the worker were not late."""


class NotASecondPerson(Exception):
    """This user may not confirm the decline, or no longer."""


def lock(assignment: Assignment) -> Decision | None:
    """Lock submission, assignment and open decision, in this order. In the caller's transaction.

    Returns the decision that waits, if there is one. Raises AlreadyDecided if the assignment has
    ended.
    """
    Submission.objects.select_for_update(no_key=True).get(pk=assignment.submission_id)
    assignment.refresh_from_db(from_queryset=Assignment.objects.select_for_update(no_key=True))
    if assignment.released_at or assignment.decided_at:
        raise AlreadyDecided
    waiting = Decision.objects.open().filter(attempt__submission=assignment.submission_id)
    return waiting.select_for_update(no_key=True).first()


@transaction.atomic
def decide(
    assignment: Assignment, review: Review, outcome: Outcome, *, by: User, now: datetime
) -> Decision:
    """Write the decision. It takes effect after the issuer's wait, a decline once confirmed."""
    is_decline = outcome == Outcome.DECLINE
    try:
        with transaction.atomic():
            decision = Decision.objects.create(
                attempt=review.attempt,
                review=review,
                outcome=outcome,
                status=DecisionStatus.UNCONFIRMED if is_decline else DecisionStatus.DUE,
                decided_by=by,
                decided_at=now,
                takes_effect_at=None if is_decline else now + _wait(assignment.submission),
            )
    except IntegrityError as error:
        raise AlreadyDecided from error
    if is_decline:
        _ask_coordinators(decision)
    elif decision.takes_effect_at == now:
        _put_into_effect(decision, assignment, now=now)
    return decision


@transaction.atomic
def recall(assignment: Assignment, *, by: User, now: datetime | None = None) -> bool:
    """Take the decision back. The reviewer goes on with the review as they had written it.

    Returns False if it had been taken back before. Raises TooLate, or AlreadyDecided if the
    submission is no longer with this reviewer.
    """
    now = now or timezone.now()
    try:
        decision = lock(assignment)
    except AlreadyDecided:
        if assignment.decided_at:
            raise TooLate from None
        raise
    if decision is None:
        return False
    if not decision.can_be_taken_back(now=now):
        raise TooLate
    _end(decision, DecisionStatus.RECALLED, by=by, now=now)
    _record("decision taken back", decision, by=by, now=now)
    return True


@transaction.atomic
def confirm(decision: Decision, *, by: User, now: datetime | None = None) -> None:
    """The second person agrees with the decline. It takes effect after the issuer's wait."""
    now = now or timezone.now()
    assignment = _lock_for_second_look(decision, by=by)
    if decision.confirmed_by_id == by.pk:
        return  # the button was pressed twice
    if decision.status != DecisionStatus.UNCONFIRMED:
        raise AlreadyDecided
    takes_effect_at = now + _wait(decision.submission)
    _move(
        decision,
        DecisionStatus.DUE,
        takes_effect_at=takes_effect_at,
        confirmed_by=by,
        confirmed_at=now,
    )
    _record("decline confirmed", decision, by=by, now=now)
    if takes_effect_at == now:
        _put_into_effect(decision, assignment, now=now)


@transaction.atomic
def take_back_confirmation(decision: Decision, *, by: User, now: datetime | None = None) -> None:
    """The decline waits for a second person again. Raises TooLate or NotASecondPerson."""
    now = now or timezone.now()
    _lock_for_second_look(decision, by=by)
    if decision.status == DecisionStatus.UNCONFIRMED:
        return
    if decision.confirmed_by_id != by.pk:
        raise NotASecondPerson
    if not decision.can_be_taken_back(now=now):
        raise TooLate
    _move(
        decision,
        DecisionStatus.UNCONFIRMED,
        takes_effect_at=None,
        confirmed_by=None,
        confirmed_at=None,
    )
    _record("confirmation taken back", decision, by=by, now=now)


@transaction.atomic
def send_back(
    decision: Decision, *, by: User, note: str, now: datetime | None = None
) -> Assignment:
    """The second person disagrees. The reviewer goes on with the review, and reads the note.

    A reviewer who can no longer review makes room for another one: the submission returns to the
    queue. Raises ReasonMissing without a note.
    """
    now = now or timezone.now()
    note = require_reason(note)
    assignment = _lock_for_second_look(decision, by=by)
    if decision.status != DecisionStatus.UNCONFIRMED:
        raise AlreadyDecided
    _end(decision, DecisionStatus.SENT_BACK, by=by, now=now, note=note)
    _record("decline sent back", decision, by=by, now=now, note=note)
    if _can_go_on(decision):
        queue_email(
            "decline_sent_back",
            str(decision.pk),
            to=decision.decided_by.email,
            language=decision.decided_by.language,
            context={"decision": decision.pk},
        )
    else:
        assignment.released_at = now
        assignment.save(update_fields=["released_at"])
        submissions.return_to_queue(assignment.submission, by=by, now=now)
    return assignment


def people_asked(decision: Decision) -> QuerySet[User]:
    """Other reviewers who may confirm the decline; if there are none, coordinators who may."""
    reviewers = second_people(decision, Membership.Role.REVIEWER)
    return reviewers if reviewers.exists() else second_people(decision, Membership.Role.COORDINATOR)


@transaction.atomic
def drop(submission: Submission, *, by: User | None, now: datetime) -> None:
    """End the decision that waits, because the submission is no longer with its reviewer."""
    waiting = Decision.objects.open().filter(attempt__submission=submission)
    for decision in waiting.select_for_update(no_key=True):
        _end(decision, DecisionStatus.DROPPED, by=by, now=now)


def put_due_into_effect(
    *, now: datetime, skip: Collection[int] = (), limit: int = 100
) -> tuple[int, list[int]]:
    """Put due decisions into effect, each in a transaction of its own.

    Returns how many were due, and the ids of those that were left: they failed and stay due, or
    somebody else was faster. They do not block the others.
    """
    due = list(Decision.objects.due(now=now).exclude(pk__in=skip)[:limit])
    left = []
    for decision in due:
        try:
            is_done = put_into_effect(decision, now=now)
        except Exception:
            log.exception("Could not put decision %s into effect", decision.pk)
            is_done = False
        if not is_done:
            left.append(decision.pk)
    return len(due), left


@transaction.atomic
def put_into_effect(decision: Decision, *, now: datetime) -> bool:
    """Send the review to the earner, and do what was decided. False if it is not due any more."""
    try:
        assignment, decision = _lock_decision(decision)
    except AlreadyDecided:
        return False
    due_at = decision.takes_effect_at
    if decision.status != DecisionStatus.DUE or due_at is None or due_at > now:
        return False
    _put_into_effect(decision, assignment, now=now)
    return True


def _put_into_effect(decision: Decision, assignment: Assignment, *, now: datetime) -> None:
    _end(decision, DecisionStatus.IN_EFFECT, by=None, now=now)
    review = decision.review
    review.decision, review.sent_at = decision.outcome, now
    review.save(update_fields=["decision", "sent_at"])
    assignment.decided_at = now
    assignment.save(update_fields=["decided_at"])
    submission, by = assignment.submission, decision.decided_by
    if decision.outcome == Outcome.APPROVE:
        submissions.approve(submission, by=by, now=now)
    elif decision.outcome == Outcome.DECLINE:
        submissions.decline(submission, by=by, now=now)
    else:
        met = review.judgments.filter(verdict=CriterionJudgment.Verdict.MET)
        judged_met = [judgment.criterion for judgment in met.select_related("criterion")]
        submissions.return_to_earner(
            submission, met=[*submission.met_criteria.all(), *judged_met], by=by, now=now
        )


def _lock_decision(decision: Decision) -> tuple[Assignment, Decision]:
    """The active assignment and the decision, locked. Raises AlreadyDecided if one has ended."""
    submission = decision.attempt.submission_id
    Submission.objects.select_for_update(no_key=True).get(pk=submission)
    active = Assignment.objects.active().filter(submission=submission)
    assignment = active.select_for_update(no_key=True).first()
    decision.refresh_from_db(from_queryset=Decision.objects.select_for_update(no_key=True))
    if assignment is None or not decision.is_open:
        raise AlreadyDecided
    return assignment, decision


def _lock_for_second_look(decision: Decision, *, by: User) -> Assignment:
    try:
        assignment, _decision = _lock_decision(decision)
    except AlreadyDecided as error:
        if decision.status == DecisionStatus.IN_EFFECT:
            raise TooLate from error
        raise
    if not can_confirm(by, decision):
        raise NotASecondPerson
    return assignment


def _can_go_on(decision: Decision) -> bool:
    """The reviewer who decided may still review this submission."""
    reviewer = decision.decided_by
    submissions_of_theirs = reviewable_by(reviewer).filter(pk=decision.attempt.submission_id)
    return reviewer.is_active and submissions_of_theirs.exists()


def _ask_coordinators(decision: Decision) -> None:
    """Without another reviewer who could confirm it, the coordinators are asked by email."""
    if second_people(decision, Membership.Role.REVIEWER).exists():
        return
    for coordinator in second_people(decision, Membership.Role.COORDINATOR):
        queue_email(
            "decline_waits",
            f"{decision.pk}:{coordinator.pk}",
            to=coordinator.email,
            language=coordinator.language,
            context={"decision": decision.pk},
        )


def _wait(submission: Submission) -> timedelta:
    return timedelta(minutes=submission.badge_class.issuer.decision_wait_minutes)


def _move(decision: Decision, to: DecisionStatus, **fields: object) -> None:
    """Check the transition of a locked decision, and save it. `fields` are saved with the status.

    A decision that waits tells nobody what it is, so it has no entry in the history of statuses.
    """
    check_move(DECISION_TRANSITIONS, DecisionStatus(decision.status), to)
    decision.status = to
    for name, value in fields.items():
        setattr(decision, name, value)
    decision.save(update_fields=["status", *fields])


def _end(
    decision: Decision, to: DecisionStatus, *, by: User | None, now: datetime, note: str = ""
) -> None:
    _move(decision, to, ended_at=now, ended_by=by, note=note)


def _record(act: str, decision: Decision, *, by: User, now: datetime, note: str = "") -> None:
    submission = decision.submission
    agency = submission.badge_class.issuer.agency
    record(act, submission, by=by, agency=agency, note=note, at=now)
