from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from accounts.workdays import add_working_days, is_working_day
from audit.moves import ReasonMissing, TransitionNotAllowed
from audit.operations import record
from catalog.models import Criterion
from mail.operations import queue_email
from reviewing import judging
from reviewing.deadlines import closed_days
from reviewing.judging import Decision, Judgment, Verdict
from reviewing.models import Assignment, CriterionJudgment, Review
from reviewing.querysets import awaiting_review
from submissions import operations as submissions
from submissions.models import Attempt, Submission

# A letter comes this many working days before the promised date, and in the morning.
REMIND_BEFORE = 1
MORNING = time(7)


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


class NotALevelOfTheCriterion(ValueError):
    """The level chosen belongs to the rubric of another criterion."""


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
    except TransitionNotAllowed as error:
        raise AlreadyTaken from error
    return Assignment.objects.create(submission=submission, reviewer=by, assigned_at=now)


@transaction.atomic
def claim_next(*, by: User, now: datetime | None = None) -> Assignment | None:
    """Take the most urgent submission, or the following one if somebody is taking that now."""
    free = awaiting_review(by).select_for_update(no_key=True, skip_locked=True, of=["self"])
    submission = free.first()
    return claim(submission, by=by, now=now) if submission else None


@transaction.atomic
def release(
    assignment: Assignment, *, by: User, note: str = "", now: datetime | None = None
) -> None:
    """Give it back to the queue. What was written so far stays with its writer."""
    now = now or timezone.now()
    _lock_active(assignment)
    record(
        "review given back",
        assignment.submission,
        by=by,
        agency=assignment.submission.badge_class.issuer.agency,
        note=note,
        at=now,
    )
    assignment.released_at = now
    assignment.save(update_fields=["released_at"])
    submissions.return_to_queue(assignment.submission, by=by, now=now)


def criteria_to_judge(attempt: Attempt) -> list[Criterion]:
    """The criteria that this attempt has to be read for: all but those met before."""
    met = attempt.submission.met_criteria.values("pk")
    answered = Exists(attempt.evidence_items.filter(criterion=OuterRef("pk")))
    criteria = attempt.submission.version.criteria.exclude(pk__in=met)
    return list(criteria.annotate(has_evidence=answered).prefetch_related("levels"))


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
    if assignment.reviewer_id != by.pk:
        raise NotYours
    for criterion, judgment in judgments.items():
        if judgment.level and judgment.level.criterion_id != criterion.pk:
            raise NotALevelOfTheCriterion(f"{judgment.level} is no level of {criterion}")
    _lock_active(assignment)
    attempt = assignment.attempt
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
                level=judgment.level,
            )
            for criterion, judgment in judgments.items()
        ],
        update_conflicts=True,
        unique_fields=["review", "criterion"],
        update_fields=["verdict", "comment", "level"],
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
    needs a summary that says why. Raises ReviewIncomplete, ReasonMissing and AlreadyDecided.
    """
    now = now or timezone.now()
    review = save_draft(assignment, by=by, judgments=judgments, summary=summary, now=now)
    if decline and not summary.strip():
        raise ReasonMissing
    decision = Decision.DECLINE if decline else _decide(review)
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


@transaction.atomic
def remind_reviewers(*, now: datetime) -> None:
    """Make letters due to reviewers whose promised dates are near or past.

    At most one a person and working day, however often this runs: the letter's key is the day.
    """
    today = timezone.localdate(now)
    taken = Assignment.objects.active().filter(
        submission__due_on__lte=today + timedelta(days=21), reviewer__is_active=True
    )
    taken = taken.select_related("reviewer", "submission__badge_class__issuer")
    rows = list(taken.order_by("submission__due_on", "pk"))
    agencies = {row.submission.badge_class.issuer.agency_id for row in rows}
    closed = closed_days(agencies, since=today)
    pressing: dict[User, list[int]] = {}
    for row in rows:
        days_off = closed[row.submission.badge_class.issuer.agency_id]
        soon = add_working_days(today, REMIND_BEFORE, days_off)
        if is_working_day(today, days_off) and row.submission.due_on <= soon:
            pressing.setdefault(row.reviewer, []).append(row.pk)
    morning = timezone.make_aware(datetime.combine(today, MORNING))
    for reviewer, assignments in pressing.items():
        queue_email(
            "review_reminder",
            f"{reviewer.pk}:{today.isoformat()}",
            to=reviewer.email,
            language=reviewer.language,
            context={"assignments": assignments},
            due_at=max(now, morning),
        )


def _lock_active(assignment: Assignment) -> None:
    # The submission first, then the assignment: every operation locks in this order.
    Submission.objects.select_for_update(no_key=True).get(pk=assignment.submission_id)
    assignment.refresh_from_db(from_queryset=Assignment.objects.select_for_update(no_key=True))
    if assignment.released_at or assignment.decided_at:
        raise AlreadyDecided


def _decide(review: Review) -> Decision:
    criteria = criteria_to_judge(review.attempt)
    written = {judgment.criterion_id: judgment for judgment in review.judgments.all()}
    judgments = {
        criterion: Judgment(written[criterion.pk].verdict, written[criterion.pk].comment)
        for criterion in criteria
        if criterion.pk in written
    }
    lacking = judging.without_verdict(criteria, judgments)
    lacking += judging.without_comment(criteria, judgments)
    if lacking:
        raise ReviewIncomplete(lacking)
    return judging.decide(criteria, judgments)


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
