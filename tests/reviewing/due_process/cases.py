"""Submissions that were decided, and what follows."""

from django.utils import timezone

from reviewing import operations as reviewing
from reviewing.models import Assignment, Decision
from reviewing.second_looks import operations as second_looks
from submissions.models import Submission
from tests.factories import AssignmentFactory, coordinator_for, judge_all, reviewer_for


def decided(verdict="met", *, decline=False, now=None, **badge) -> Submission:
    """Decided by one reviewer, in effect at once."""
    assignment = AssignmentFactory(**badge)
    return decide(assignment, verdict, decline=decline, now=now)


def decide(assignment: Assignment, verdict="met", *, decline=False, now=None) -> Submission:
    decision = reviewing.send_review(
        assignment,
        by=assignment.reviewer,
        judgments=judge_all(assignment, verdict, "Say more."),
        summary="Not own work.",
        decline=decline,
        now=now or timezone.now(),
    )
    if decline:
        second_looks.confirm(decision, by=reviewer_for(assignment.submission.badge_class), now=now)
    return Submission.objects.get(pk=assignment.submission_id)


def returned(**badge) -> Submission:
    return decided("not_yet", **badge)


def declined(**badge) -> Submission:
    return decided(decline=True, **badge)


def approved(**badge) -> Submission:
    return decided(**badge)


def coordinator_of(submission: Submission):
    return coordinator_for(submission.badge_class)


def other_reviewer(submission: Submission):
    return reviewer_for(submission.badge_class)


def read_again(submission: Submission, verdict="met", *, decline=False) -> Submission:
    """Another reviewer decides about the attempt that was reopened."""
    assignment = reviewing.claim(submission, by=other_reviewer(submission))
    return decide(assignment, verdict, decline=decline)


def latest_decision(submission: Submission) -> Decision:
    return Decision.objects.filter(attempt__submission=submission).latest("pk")
