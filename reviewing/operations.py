from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from accounts.workdays import add_working_days
from audit.moves import ReasonMissing, require_reason
from audit.operations import record
from catalog.models import Criterion
from editing.forms import Edit
from reviewing import judging
from reviewing.conflicts import are_in_conflict, has_told_schools
from reviewing.deadlines import closed_days
from reviewing.decisions import operations as decisions
from reviewing.decisions.operations import AlreadyDecided
from reviewing.judging import Judgment
from reviewing.models import Assignment, CriterionJudgment, Decision, Place, Review
from reviewing.querysets import awaiting_review
from reviewing.schemes import operations as schemes
from reviewing.states import Outcome, ReaderRole
from submissions import operations as submissions
from submissions.answers import criteria_of
from submissions.models import Attempt, Submission


class AlreadyTaken(Exception):
    """Another reviewer has claimed the submission, or the earner withdrew it."""


class SchoolsNotTold(Exception):
    """Before their first review, reviewers say at which schools they were."""


class ReviewerNotAllowed(Exception):
    """This user may not review the submission."""


class ConflictOfInterest(Exception):
    """The reviewer may not judge the work of this earner: `reviewing/conflicts.py`."""


class ReviewIncomplete(Exception):
    """Some criteria have no verdict, or a "not yet" without a comment."""

    def __init__(self, criteria: list[Criterion]) -> None:
        super().__init__(", ".join(criterion.name for criterion in criteria))
        self.criteria = criteria


class NotMetBefore(Exception):
    """The criterion is judged in this attempt anyway."""


class LevelOfAnotherCriterion(ValueError):
    """The chosen level belongs to the rubric of another criterion."""


@transaction.atomic
def claim(submission: Submission, *, by: User, now: datetime | None = None) -> Assignment:
    """Claim a submission from the queue.

    Raises ReviewerNotAllowed, AlreadyTaken or SchoolsNotTold.
    """
    now = now or timezone.now()
    if not has_told_schools(by):
        raise SchoolsNotTold
    submission.refresh_from_db(from_queryset=Submission.objects.select_for_update(no_key=True))
    if not awaiting_review(by).filter(pk=submission.pk).exists():
        if submission.status == Submission.Status.SUBMITTED:
            raise ReviewerNotAllowed
        raise AlreadyTaken
    return take_place(submission, reviewer=by, by=by, now=now)


def take_place(
    submission: Submission,
    *,
    reviewer: User,
    by: User,
    now: datetime,
    why: Mapping[str, Any] | None = None,
    place: Place | None = None,
) -> Assignment:
    """Give the reviewer this place, or the first open one. The caller has locked the submission.

    A second reader changes no status: the first learns nothing. `why` is of automatic assignment.
    """
    free = Place.objects.open().filter(attempt__submission=submission)
    if not (place := place or free.order_by("number").first()):
        raise AlreadyTaken
    if submission.status != Submission.Status.IN_REVIEW:
        submissions.begin_review(submission, by=by, now=now)
    return Assignment.objects.create(
        place=place,
        submission=submission,
        reviewer=reviewer,
        assigned_at=now,
        begin_by=begin_by(submission, now=now),
        why=why,
    )


def begin_by(submission: Submission, *, now: datetime) -> date | None:
    """The last day on which a reviewer who gets it now can begin; None without such a day."""
    issuer, today = submission.badge_class.issuer, timezone.localdate(now)
    if not issuer.days_to_begin:
        return None
    closed = closed_days([issuer.agency_id], since=today)[issuer.agency_id]
    return add_working_days(today, issuer.days_to_begin, closed)


@transaction.atomic
def claim_next(*, by: User, now: datetime | None = None) -> Assignment | None:
    """Claim the most urgent submission that nobody else is claiming at the moment."""
    free = awaiting_review(by).select_for_update(no_key=True, skip_locked=True, of=["self"])
    submission = free.first()
    return claim(submission, by=by, now=now) if submission else None


@transaction.atomic
def release(
    assignment: Assignment, *, by: User | None, note: str = "", now: datetime | None = None
) -> None:
    """Release the submission to the queue. The reviewer's draft is kept.

    Reviewers take back what they finished before. An operator who releases it for them drops the
    decision. Raises AlreadyDecided; what two readers have finished stays.
    """
    now = now or timezone.now()
    decision, review = decisions.lock(assignment), assignment.review
    if review and review.finished_at:
        if by == assignment.reviewer or decisions.has_company(review):
            raise AlreadyDecided
        if decision:
            decisions.drop(assignment.submission, by=by, now=now)
        decisions.reopen(review)
    record(
        "review given back",
        assignment.submission,
        by=by,
        agency=assignment.submission.badge_class.issuer.agency,
        note=note,
        at=now,
    )
    decisions.open_place(assignment, by=by or assignment.reviewer, now=now)


def criteria_to_judge(attempt: Attempt, *, reader: int | None = None) -> list[Criterion]:
    """The criteria to judge in this attempt: all that were not met before.

    And those that the reader judges again; their `reopened_because` says why.
    """
    met = attempt.submission.met_criteria.values("pk")
    criteria = criteria_to_read(attempt, reader=reader)
    return list(criteria.exclude(pk__in=met, reopened_because=None))


def criteria_to_read(attempt: Attempt, *, reader: int | None = None) -> QuerySet[Criterion]:
    """All criteria with their levels, `is_met` before, and `has_evidence` in this attempt.

    `reopened_because` is why the reader judges one again.
    """
    answered = Exists(attempt.evidence_items.filter(criterion=OuterRef("pk")))
    again = CriterionJudgment.objects.filter(
        review__in=attempt.reviews.by_readers().filter(reviewer=reader), criterion=OuterRef("pk")
    ).exclude(reopened_because="")
    criteria = criteria_of(attempt.submission).annotate(
        has_evidence=answered, reopened_because=Subquery(again.values("reopened_because")[:1])
    )
    return criteria.prefetch_related("levels")


@transaction.atomic
def judge_again(
    assignment: Assignment,
    criterion: Criterion,
    *,
    by: User,
    reason: str,
    now: datetime | None = None,
) -> None:
    """Judge a criterion that was met in an earlier attempt. The earner reads the reason.

    Nothing is different before the review is sent. Raises ReasonMissing, NotMetBefore or
    AlreadyDecided.
    """
    require_reason(reason)
    review = _begin_draft(assignment, by=by, now=now)
    if criterion not in assignment.submission.met_criteria.all():
        raise NotMetBefore
    CriterionJudgment.objects.update_or_create(
        review=review, criterion=criterion, defaults={"reopened_because": reason.strip()}
    )


@transaction.atomic
def leave_met(assignment: Assignment, criterion: Criterion, *, by: User) -> None:
    """The reader does not judge it again after all. Raises AlreadyDecided."""
    review = _begin_draft(assignment, by=by)
    review.judgments.filter(criterion=criterion).exclude(reopened_because="").delete()


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
    for criterion, judgment in judgments.items():
        if judgment.level and judgment.level.criterion_id != criterion.pk:
            raise LevelOfAnotherCriterion(f"{judgment.level} is not a level of {criterion}")
    review = _begin_draft(assignment, by=by, now=now)
    if edit:
        edit.check(stored_draft(review))
    review.summary, review.role = summary, _role(assignment)
    review.save(update_fields=["summary", "role"])
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
) -> Decision | None:
    """Decide: approve if all required criteria are met, otherwise return.

    What follows is due after the issuer's wait; until then the educator learns nothing. None is
    returned while the decision needs another reader. `decline` is for submissions that another
    attempt can't fix (not own work, not eligible). It needs a summary with the reason, and a second
    person who confirms it. Raises ReviewIncomplete, ReasonMissing, AlreadyDecided, OthersNotRead of
    a third reader, or ConflictOfInterest if the two have come into conflict since it was claimed.
    """
    now = now or timezone.now()
    earner = assignment.submission.earner
    if are_in_conflict(by, earner):
        raise ConflictOfInterest
    review = save_draft(assignment, by=by, judgments=judgments, summary=summary, edit=edit, now=now)
    if decline and not summary.strip():
        raise ReasonMissing
    outcome = Outcome.DECLINE if decline else _decide(review)
    return schemes.finish(assignment, review, outcome, by=by, now=now)


@transaction.atomic
def end_assignment(submission: Submission, *, now: datetime | None = None) -> None:
    """End the active assignment, after the earner has withdrawn the submission."""
    now = now or timezone.now()
    Assignment.objects.active().filter(submission=submission).update(released_at=now)
    decisions.drop(submission, by=None, now=now)


def _begin_draft(assignment: Assignment, *, by: User, now: datetime | None = None) -> Review:
    """The reader's draft, under the locks of its submission and assignment."""
    if assignment.reviewer_id != by.pk:
        raise ReviewerNotAllowed
    _lock_active(assignment)
    review, _is_new = Review.objects.by_readers().get_or_create(
        attempt=assignment.attempt,
        reviewer=by,
        defaults={"begun_at": now or timezone.now(), "role": _role(assignment)},
    )
    return review


def _role(assignment: Assignment) -> ReaderRole:
    return ReaderRole.THIRD if assignment.place.is_third else ReaderRole.READER


def _lock_active(assignment: Assignment) -> None:
    finished = Review.objects.by_readers().finished().filter(reviewer=assignment.reviewer_id)
    if decisions.lock(assignment) or finished.filter(attempt=assignment.attempt).exists():
        raise AlreadyDecided


def _decide(review: Review) -> Outcome:
    criteria = criteria_to_judge(review.attempt, reader=review.reviewer_id)
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
