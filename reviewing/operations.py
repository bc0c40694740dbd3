from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from accounts.workdays import add_working_days, is_working_day
from audit.moves import ReasonMissing, TransitionNotAllowed
from audit.operations import record
from catalog.models import Criterion
from editing.forms import Edit
from mail.operations import queue_email
from reviewing import judging
from reviewing.deadlines import closed_days
from reviewing.judging import Decision, Judgment, Verdict
from reviewing.models import Assignment, CriterionJudgment, Review
from reviewing.querysets import awaiting_review, shared_schools
from submissions import operations as submissions
from submissions.models import Attempt, Submission

# Reminders are sent this many working days before the due date, in the morning.
REMIND_DAYS_BEFORE = 1
MORNING = time(7)


class AlreadyTaken(Exception):
    """Another reviewer has claimed the submission, or the earner withdrew it."""


class AlreadyDecided(Exception):
    """The assignment has ended: decided, withdrawn or released."""


class ReviewerNotAllowed(Exception):
    """This user may not review the submission."""


class ConflictOfInterest(Exception):
    """The reviewer and the earner are, or once were, at the same school."""


class ReviewIncomplete(Exception):
    """Some criteria have no verdict, or a "not yet" without a comment."""

    def __init__(self, criteria: list[Criterion]) -> None:
        super().__init__(", ".join(criterion.name for criterion in criteria))
        self.criteria = criteria


class LevelOfAnotherCriterion(ValueError):
    """The chosen level belongs to the rubric of another criterion."""


@transaction.atomic
def claim(submission: Submission, *, by: User, now: datetime | None = None) -> Assignment:
    """Claim a submission from the queue. Raises ReviewerNotAllowed or AlreadyTaken."""
    now = now or timezone.now()
    if not awaiting_review(by).filter(pk=submission.pk).exists():
        if Submission.objects.filter(pk=submission.pk, status=Submission.Status.SUBMITTED).exists():
            raise ReviewerNotAllowed
        raise AlreadyTaken
    try:
        submissions.begin_review(submission, by=by, now=now)
    except TransitionNotAllowed as error:
        raise AlreadyTaken from error
    return Assignment.objects.create(submission=submission, reviewer=by, assigned_at=now)


@transaction.atomic
def claim_next(*, by: User, now: datetime | None = None) -> Assignment | None:
    """Claim the most urgent submission that nobody else is claiming at the moment."""
    free = awaiting_review(by).select_for_update(no_key=True, skip_locked=True, of=["self"])
    submission = free.first()
    return claim(submission, by=by, now=now) if submission else None


@transaction.atomic
def release(
    assignment: Assignment, *, by: User, note: str = "", now: datetime | None = None
) -> None:
    """Release the submission to the queue. The reviewer's draft is kept."""
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
    """The criteria to judge in this attempt: all that were not met before."""
    met = attempt.submission.met_criteria.values("pk")
    answered = Exists(attempt.evidence_items.filter(criterion=OuterRef("pk")))
    criteria = attempt.submission.version.criteria.exclude(pk__in=met)
    return list(criteria.annotate(has_evidence=answered).prefetch_related("levels"))


def stored_draft(review: Review | None) -> dict[str, Any]:
    """The stored draft by field of the review form. Fields without a judgment are left out."""
    if review is None:
        return {}
    stored: dict[str, Any] = {"summary": review.summary}
    for judgment in review.judgments.all():
        stored[f"verdict_{judgment.criterion_id}"] = judgment.verdict
        stored[f"comment_{judgment.criterion_id}"] = judgment.comment
        stored[f"level_{judgment.criterion_id}"] = judgment.level_id
    return stored


@transaction.atomic
def save_draft(
    assignment: Assignment,
    *,
    by: User,
    judgments: Mapping[Criterion, Judgment],
    summary: str = "",
    edit: Edit | None = None,
    now: datetime | None = None,
) -> Review:
    """Save the review as a draft. Nobody else sees it until it is sent.

    Raises EditConflict if the stored draft is not what `edit` compared itself with.
    """
    if assignment.reviewer_id != by.pk:
        raise ReviewerNotAllowed
    for criterion, judgment in judgments.items():
        if judgment.level and judgment.level.criterion_id != criterion.pk:
            raise LevelOfAnotherCriterion(f"{judgment.level} is not a level of {criterion}")
    _lock_active(assignment)
    attempt = assignment.attempt
    review, _ = Review.objects.get_or_create(
        attempt=attempt, reviewer=by, defaults={"begun_at": now or timezone.now()}
    )
    if edit:
        edit.check(stored_draft(review))
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
    edit: Edit | None = None,
    now: datetime | None = None,
) -> Review:
    """Decide: approve if all required criteria are met, otherwise return.

    `decline` is for submissions that another attempt can't fix (not own work, not eligible). It
    needs a summary with the reason. Raises ReviewIncomplete, ReasonMissing, AlreadyDecided, or
    ConflictOfInterest if the two became colleagues since the submission was claimed.
    """
    now = now or timezone.now()
    if shared_schools(by, assignment.submission.earner_id).exists():
        raise ConflictOfInterest
    review = save_draft(assignment, by=by, judgments=judgments, summary=summary, edit=edit, now=now)
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
    _apply_decision(decision, assignment.submission, review, by=by, now=now)
    return review


@transaction.atomic
def end_assignment(submission: Submission, *, now: datetime | None = None) -> None:
    """End the active assignment, after the earner has withdrawn the submission."""
    Assignment.objects.active().filter(submission=submission).update(
        released_at=now or timezone.now()
    )


@transaction.atomic
def remind_reviewers(*, now: datetime) -> None:
    """Queue reminders to reviewers of submissions that are due soon or late.

    Each reviewer gets at most one per working day, because the email's key contains the day.
    """
    today = timezone.localdate(now)
    active = Assignment.objects.active().filter(
        submission__due_on__lte=today + timedelta(days=21), reviewer__is_active=True
    )
    active = active.select_related("reviewer", "submission__badge_class__issuer")
    rows = list(active.order_by("submission__due_on", "pk"))
    agencies = {row.submission.badge_class.issuer.agency_id for row in rows}
    closed = closed_days(agencies, since=today)
    urgent: dict[User, list[int]] = {}
    for row in rows:
        days_off = closed[row.submission.badge_class.issuer.agency_id]
        soon = add_working_days(today, REMIND_DAYS_BEFORE, days_off)
        due_on = row.submission.due_on
        if is_working_day(today, days_off) and due_on and due_on <= soon:
            urgent.setdefault(row.reviewer, []).append(row.pk)
    morning = timezone.make_aware(datetime.combine(today, MORNING))
    for reviewer, assignments in urgent.items():
        queue_email(
            "review_reminder",
            f"{reviewer.pk}:{today.isoformat()}",
            to=reviewer.email,
            language=reviewer.language,
            context={"assignments": assignments},
            due_at=max(now, morning),
        )


def _lock_active(assignment: Assignment) -> None:
    # Every operation locks the submission first, then the assignment.
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
    incomplete = judging.without_verdict(criteria, judgments)
    incomplete += judging.without_comment(criteria, judgments)
    if incomplete:
        raise ReviewIncomplete(incomplete)
    return judging.decide(criteria, judgments)


def _apply_decision(
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
