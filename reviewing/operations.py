from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from catalog.models import Criterion
from reviewing.models import Assignment, CriterionJudgment, Review
from reviewing.querysets import awaiting_review
from submissions import operations as submissions
from submissions.models import Attempt, Submission

Verdict = CriterionJudgment.Verdict
Decision = Review.Decision


class AlreadyTaken(Exception):
    """Another reviewer was faster, or the earner withdrew."""


class AlreadyDecided(Exception):
    """The submission has been decided, withdrawn or given back; there is nothing left to send."""


class NotYours(Exception):
    """This submission is not one that the reviewer may take."""


class ReviewIncomplete(Exception):
    """A criterion has no verdict, or a "not yet" has no comment that says what to do."""

    def __init__(self, criteria: list[Criterion]) -> None:
        super().__init__(", ".join(criterion.name for criterion in criteria))
        self.criteria = criteria


@dataclass(frozen=True)
class Judgment:
    verdict: str = ""
    comment: str = ""


@transaction.atomic
def claim(submission: Submission, *, by: User, now: datetime | None = None) -> Assignment:
    """Take a submission from the queue. Of two reviewers at the same moment, one gets it."""
    now = now or timezone.now()
    if not awaiting_review(by).filter(pk=submission.pk).exists():
        if Submission.objects.filter(pk=submission.pk, status=Submission.Status.SUBMITTED).exists():
            raise NotYours
        raise AlreadyTaken
    try:
        submissions.begin_review(submission, by=by, now=now)
    except submissions.TransitionNotAllowed as error:
        raise AlreadyTaken from error
    return Assignment.objects.create(submission=submission, reviewer=by, assigned_at=now)


@transaction.atomic
def release(assignment: Assignment, *, by: User, now: datetime | None = None) -> None:
    """Give it back to the queue. What was written so far stays with its writer."""
    now = now or timezone.now()
    _lock_active(assignment)
    assignment.released_at = now
    assignment.save(update_fields=["released_at"])
    submissions.back_to_queue(assignment.submission, by=by, now=now)


def criteria_to_judge(attempt: Attempt) -> list[Criterion]:
    """The criteria that this attempt has to be read for: all but those met before."""
    met = attempt.submission.met_criteria.values("pk")
    return list(attempt.submission.version.criteria.exclude(pk__in=met).prefetch_related("levels"))


@transaction.atomic
def save_draft(
    assignment: Assignment,
    *,
    by: User,
    judgments: Mapping[Criterion, Judgment],
    summary: str = "",
    now: datetime | None = None,
) -> Review:
    """Keep what the reviewer has written so far. Nobody else sees it until it is sent."""
    _lock_active(assignment)
    attempt = assignment.submission.attempts.exclude(sent_at=None).order_by("-number")[0]
    review, _ = Review.objects.get_or_create(
        attempt=attempt, reviewer=by, defaults={"begun_at": now or timezone.now()}
    )
    review.summary = summary
    review.save(update_fields=["summary"])
    CriterionJudgment.objects.bulk_create(
        [
            CriterionJudgment(
                review=review,
                criterion=criterion,
                verdict=judgment.verdict,
                comment=judgment.comment,
            )
            for criterion, judgment in judgments.items()
        ],
        update_conflicts=True,
        unique_fields=["review", "criterion"],
        update_fields=["verdict", "comment"],
    )
    return review


@transaction.atomic
def send_review(
    assignment: Assignment,
    *,
    by: User,
    judgments: Mapping[Criterion, Judgment],
    summary: str = "",
    decline: bool = False,
    now: datetime | None = None,
) -> Review:
    """Decide. All required criteria met approves; a "not yet" among them returns.

    `decline` is for evidence that another attempt cannot mend (not own work, not eligible) and
    needs a summary that says why. Raises ReviewIncomplete and AlreadyDecided.
    """
    now = now or timezone.now()
    review = save_draft(assignment, by=by, judgments=judgments, summary=summary, now=now)
    if not decline:
        _check_complete(review)
    decision = Decision.DECLINE if decline else _decision(review)
    review.decision = decision
    review.sent_at = now
    try:
        with transaction.atomic():
            review.save(update_fields=["decision", "sent_at"])
    except IntegrityError as error:
        raise AlreadyDecided from error
    assignment.decided_at = now
    assignment.save(update_fields=["decided_at"])
    _carry_out(decision, assignment.submission, review, by=by, now=now)
    return review


@transaction.atomic
def end_assignment(submission: Submission, *, now: datetime | None = None) -> None:
    """The earner withdrew: whoever had taken the submission is free of it."""
    Assignment.objects.active().filter(submission=submission).update(
        released_at=now or timezone.now()
    )


def _lock_active(assignment: Assignment) -> None:
    # The submission first, then the assignment: every operation locks in this order.
    Submission.objects.select_for_update().get(pk=assignment.submission_id)
    assignment.refresh_from_db(from_queryset=Assignment.objects.select_for_update())
    if assignment.released_at or assignment.decided_at:
        raise AlreadyDecided


def _check_complete(review: Review) -> None:
    judged = {judgment.criterion_id: judgment for judgment in review.judgments.all()}
    lacking = []
    for criterion in criteria_to_judge(review.attempt):
        judgment = judged.get(criterion.pk)
        if judgment is None or not judgment.is_complete:
            lacking.append(criterion)
    if lacking:
        raise ReviewIncomplete(lacking)


def _decision(review: Review) -> Decision:
    missing = review.judgments.filter(verdict=Verdict.NOT_YET, criterion__required=True)
    return Decision.RETURN if missing.exists() else Decision.APPROVE


def _carry_out(
    decision: Decision, submission: Submission, review: Review, *, by: User, now: datetime
) -> None:
    if decision == Decision.APPROVE:
        submissions.approve(submission, by=by, now=now)
    elif decision == Decision.DECLINE:
        submissions.decline(submission, by=by, now=now)
    else:
        met = [
            judgment.criterion
            for judgment in review.judgments.filter(verdict=Verdict.MET).select_related("criterion")
        ]
        submissions.return_to_earner(
            submission, met=[*submission.met_criteria.all(), *met], by=by, now=now
        )
