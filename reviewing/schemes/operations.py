"""From the reviews of one attempt to its decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog.models import Criterion
from reviewing.conflicts import are_in_conflict
from reviewing.decisions import operations as decisions
from reviewing.decisions.operations import AlreadyDecided
from reviewing.judging import Judgment, Verdict
from reviewing.models import Assignment, Decision, Place, ReadingPlan, Review
from reviewing.schemes import agreement, plans
from reviewing.states import Outcome, PlaceReason, ReaderRole
from submissions.models import Attempt


class OthersNotRead(Exception):
    """A third reader decides only after having seen the reviews of the two others."""


class EvidenceFirst(Exception):
    """A third reader judges the evidence before seeing the reviews of the two others."""


@transaction.atomic
def plan_readings(attempt: Attempt, *, now: datetime | None = None) -> None:
    """An attempt was sent in: from now on it is read as its plan says."""
    plans.make_plan(attempt, now=now or timezone.now())


@transaction.atomic
def finish(
    assignment: Assignment, review: Review, outcome: Outcome, *, by: User, now: datetime
) -> Decision | None:
    """The reviewer has decided. None while the decision needs another reader.

    The caller has locked the submission and the assignment, so of two readers who finish at the
    same moment one is the second. Raises OthersNotRead.
    """
    if review.role == ReaderRole.THIRD and review.others_shown_at is None:
        raise OthersNotRead
    review.finished_at, review.decision = now, outcome
    review.save(update_fields=["finished_at", "decision"])
    plan = ReadingPlan.objects.get(attempt=review.attempt_id)
    if review.role == ReaderRole.READER:
        plans.add_by_rule(plan, review, outcome, by=by, now=now)
    finished = list(Review.objects.of_places().filter(attempt=review.attempt_id))
    if len(finished) < Place.objects.filter(attempt=review.attempt_id).count():
        return None
    assignments = [
        assignment if one.pk == assignment.pk else one
        for one in decisions.lock_active(assignment.submission)
    ]
    if len(finished) == 1:
        return decisions.decide(
            review,
            outcome,
            rests_on=finished,
            assignments=assignments,
            by=by,
            now=now,
            needs_approver=plan.needs_approver,
        )
    if len(finished) == 2:
        return _compare(finished, assignments, by=by, now=now)
    return _settle(finished, assignments, by=by, now=now)


@transaction.atomic
def show_others(assignment: Assignment, *, by: User, now: datetime | None = None) -> None:
    """A third reader who has judged the evidence reads the two reviews. Raises EvidenceFirst."""
    if decisions.lock(assignment):
        raise AlreadyDecided
    review = assignment.review
    if review is None or review.role != ReaderRole.THIRD or review.reviewer_id != by.pk:
        raise EvidenceFirst
    if review.others_shown_at:
        return
    judged = {one.criterion_id for one in review.judgments.all() if one.verdict}
    if _criteria(review.attempt, required=True) - judged:
        raise EvidenceFirst
    review.others_shown_at = now or timezone.now()
    review.save(update_fields=["others_shown_at"])


def judgments_of(review: Review) -> dict[Criterion, Judgment]:
    rows = review.judgments.select_related("criterion", "level")
    return {row.criterion: Judgment(row.verdict, row.comment, row.level) for row in rows}


def _compare(
    finished: Sequence[Review], assignments: Sequence[Assignment], *, by: User, now: datetime
) -> Decision | None:
    """The two agree, and it is decided; or a third reader is needed."""
    first, second = finished
    judged = [judgments_of(one) for one in finished]
    criteria = {**judged[0], **judged[1]}
    if not agreement.agree(criteria, (first.decision, judged[0]), (second.decision, judged[1])):
        plans.open_place(first.attempt, PlaceReason.DIFFER, number=3, now=now)
        return None
    shown = max(finished, key=_criteria_met)  # the first one if both found as much
    return decisions.decide(
        shown,
        Outcome(first.decision),
        rests_on=finished,
        assignments=assignments,
        by=by,
        now=now,
        agreed=_who_agrees(first if first.reviewer_id == by.pk else second, finished),
    )


def _settle(
    finished: Sequence[Review], assignments: Sequence[Assignment], *, by: User, now: datetime
) -> Decision:
    """The third reader decides, and the earner reads what the third reader wrote."""
    *_both, third = finished
    return decisions.decide(
        third,
        Outcome(third.decision),
        rests_on=finished,
        assignments=assignments,
        by=by,
        now=now,
        agreed=_who_agrees(third, finished),
    )


def _who_agrees(review: Review, finished: Sequence[Review]) -> User | None:
    """Another reader who wants to decline it, too, and may still judge this earner."""
    earner = review.attempt.submission.earner
    for other in finished:
        if other.pk == review.pk or other.decision != Outcome.DECLINE:
            continue
        reader = other.reviewer
        if review.decision == Outcome.DECLINE and not are_in_conflict(reader, earner):
            return reader
    return None


def _criteria_met(review: Review) -> int:
    return review.judgments.filter(verdict=Verdict.MET).count()


def _criteria(attempt: Attempt, *, required: bool) -> set[int]:
    met = attempt.submission.met_criteria.values("pk")
    criteria = attempt.submission.version.criteria.filter(required=required).exclude(pk__in=met)
    return set(criteria.values_list("pk", flat=True))
