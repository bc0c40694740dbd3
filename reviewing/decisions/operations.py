"""A decision takes effect after a few minutes, some only after a second person has agreed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, User
from audit.moves import check_move
from audit.operations import record
from background.operations import one_by_one
from catalog.models import Criterion
from mail.operations import queue_email
from postgres.refusals import broken
from reviewing.models import Assignment, CriterionJudgment, Decision, DecisionBasis, Review
from reviewing.querysets import second_people
from reviewing.states import DECISION_TRANSITIONS, DecisionStatus, Outcome, ReaderRole
from submissions import operations as submissions
from submissions.models import Submission


class AlreadyDecided(Exception):
    """The assignment has ended or its decision waits: nothing can be changed or decided again."""


class TooLate(Exception):
    """The decision is in effect, or would be if the worker were not late."""


class DecidedTogether(Exception):
    """Two readers have finished: neither can take back what the other may have seen."""


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
    review: Review,
    outcome: Outcome,
    *,
    rests_on: Sequence[Review],
    assignments: Sequence[Assignment],
    by: User,
    now: datetime,
    needs_approver: bool = False,
    agreed: User | None = None,
) -> Decision:
    """Write the decision. It takes effect after the issuer's wait, some once confirmed.

    `review` is the one of those it `rests_on` that the earner reads. `agreed` is another reader
    who came to the same decline: nobody else has to confirm it. The active `assignments` end with
    it; the caller holds their locks.
    """
    waits = needs_approver or outcome == Outcome.DECLINE
    with broken("one_decision_per_attempt", means=AlreadyDecided), transaction.atomic():
        decision = Decision.objects.create(
            attempt=review.attempt,
            review=review,
            outcome=outcome,
            status=DecisionStatus.UNCONFIRMED if waits else DecisionStatus.DUE,
            needs_approver=needs_approver,
            decided_by=by,
            decided_at=now,
            takes_effect_at=None if waits else now + _wait(assignments[0].submission),
        )
    DecisionBasis.objects.bulk_create(
        DecisionBasis(decision=decision, review=basis) for basis in rests_on
    )
    if agreed and waits:
        mark_confirmed(decision, by=agreed, now=now)
    elif waits:
        _ask_coordinators(decision)
    if decision.takes_effect_at == now and not decision.is_held:
        carry_out(decision, assignments, now=now)
    return decision


@transaction.atomic
def recall(assignment: Assignment, *, by: User, now: datetime | None = None) -> bool:
    """Take the review back. The reviewer goes on with it as they had written it.

    Returns False if it had been taken back before. Raises TooLate, DecidedTogether if another
    reader has finished, too, or AlreadyDecided if the submission is no longer with this reviewer.
    """
    now = now or timezone.now()
    try:
        decision = lock(assignment)
    except AlreadyDecided:
        if assignment.decided_at:
            raise TooLate from None
        raise
    review = assignment.review
    if review is None or review.finished_at is None:
        return False
    if has_company(review):
        raise DecidedTogether
    if decision:
        if not decision.can_be_taken_back(now=now):
            raise TooLate
        end(decision, DecisionStatus.RECALLED, by=by, now=now)
        record_act("decision taken back", decision, by=by, now=now)
    reopen(review)
    return True


def has_company(review: Review) -> bool:
    """Another reader has finished, so that a reader can't go back to the review."""
    others = Review.objects.by_readers().finished().filter(attempt=review.attempt_id)
    return review.role == ReaderRole.READER and others.exclude(pk=review.pk).exists()


def reopen(review: Review) -> None:
    """The review is a draft again, as its reviewer had written it. In the caller's transaction."""
    review.finished_at, review.decision = None, ""
    review.save(update_fields=["finished_at", "decision"])


def open_place(assignment: Assignment, *, by: User, now: datetime) -> None:
    """Somebody else may take the place. In the transaction of the caller, who holds the locks.

    While another reader has the submission, its status stays: it tells them nothing.
    """
    assignment.released_at = now
    assignment.save(update_fields=["released_at"])
    submission = assignment.submission
    if not Assignment.objects.active().filter(submission=submission).exists():
        submissions.return_to_queue(submission, by=by, now=now)


@transaction.atomic
def drop(submission: Submission, *, by: User | None, now: datetime) -> None:
    """End the decision that waits, because the submission is no longer with its reviewer."""
    waiting = Decision.objects.open().filter(attempt__submission=submission)
    for decision in waiting.select_for_update(no_key=True):
        end(decision, DecisionStatus.DROPPED, by=by, now=now)


def put_due_into_effect(*, now: datetime, skip: Collection[int] = ()) -> tuple[int, list[int]]:
    """Put due decisions into effect, as `one_by_one` does. What fails stays due."""
    due = Decision.objects.due(now=now)
    act = partial(put_into_effect, now=now)
    return one_by_one(due, act, what="put a decision into effect", skip=skip)


@transaction.atomic
def put_into_effect(decision: Decision, *, now: datetime) -> bool:
    """Send the review to the earner, and do what was decided. False if it is not due any more."""
    try:
        assignments, decision = lock_decision(decision)
    except AlreadyDecided:
        return False
    due_at = decision.takes_effect_at
    if decision.status != DecisionStatus.DUE or due_at is None or due_at > now or decision.is_held:
        return False
    carry_out(decision, assignments, now=now)
    return True


def carry_out(decision: Decision, assignments: Sequence[Assignment], *, now: datetime) -> None:
    end(decision, DecisionStatus.IN_EFFECT, by=None, now=now)
    review = decision.shown_review
    review.sent_at = now
    review.save(update_fields=["sent_at"])
    for assignment in assignments:
        assignment.decided_at = now
        assignment.save(update_fields=["decided_at"])
    submission, by = assignments[0].submission, decision.decided_by
    if decision.outcome == Outcome.APPROVE:
        submissions.approve(submission, by=by, now=now)
    elif decision.outcome == Outcome.DECLINE:
        submissions.decline(submission, by=by, now=now)
    else:
        submissions.return_to_earner(
            submission, met=_met_so_far(submission, review), by=by, now=now
        )


def _met_so_far(submission: Submission, review: Review) -> list[Criterion]:
    """What was met before stays met, unless this review has judged it again."""
    judged = review.judgments.exclude(verdict="").select_related("criterion")
    verdicts = {judgment.criterion: judgment.verdict for judgment in judged}
    met = CriterionJudgment.Verdict.MET
    before = dict.fromkeys(submission.met_criteria.all(), met)
    return [one for one, verdict in {**before, **verdicts}.items() if verdict == met]


def lock_decision(decision: Decision) -> tuple[list[Assignment], Decision]:
    """The active assignments and the decision, locked. Raises AlreadyDecided if they have ended."""
    submission = decision.attempt.submission
    Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
    assignments = lock_active(submission)
    decision.refresh_from_db(from_queryset=Decision.objects.select_for_update(no_key=True))
    if not assignments or not decision.is_open:
        raise AlreadyDecided
    return assignments, decision


def lock_active(submission: Submission) -> list[Assignment]:
    """The active assignments, locked after their submission. In the caller's transaction."""
    active = Assignment.objects.active().filter(submission=submission).order_by("pk")
    return list(active.select_for_update(no_key=True))


def mark_confirmed(
    decision: Decision, *, by: User, now: datetime, wording: Review | None = None
) -> None:
    move(
        decision,
        DecisionStatus.DUE,
        takes_effect_at=now + _wait(decision.submission),
        confirmed_by=by,
        confirmed_at=now,
        wording=wording,
    )


def move(decision: Decision, to: DecisionStatus, **fields: object) -> None:
    """Check the transition of a locked decision, and save it. `fields` are saved with the status.

    A decision that waits tells nobody what it is, so it has no entry in the history of statuses.
    """
    check_move(DECISION_TRANSITIONS, DecisionStatus(decision.status), to)
    decision.status = to
    for name, value in fields.items():
        setattr(decision, name, value)
    decision.save(update_fields=["status", *fields])


def end(
    decision: Decision, to: DecisionStatus, *, by: User | None, now: datetime, note: str = ""
) -> None:
    move(decision, to, ended_at=now, ended_by=by, note=note)


def record_act(act: str, decision: Decision, *, by: User, now: datetime, note: str = "") -> None:
    submission = decision.submission
    agency = submission.badge_class.issuer.agency
    record(act, submission, by=by, agency=agency, note=note, at=now)


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
