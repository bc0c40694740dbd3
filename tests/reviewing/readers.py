"""Badges read by several people, and what each of them does."""

from __future__ import annotations

from catalog.states import ReviewScheme
from reviewing import operations
from reviewing.judging import Judgment
from reviewing.models import Assignment
from reviewing.schemes import operations as schemes
from tests.factories import BadgeFactory, IssuerFactory, SentSubmissionFactory, reviewer_for

WHY_NOT = "Add what the pupils said."


def badge_read_by_two(**kwargs):
    return BadgeFactory(review_scheme=ReviewScheme.TWO_READERS, **kwargs)


def badge_to_approve(**kwargs):
    return BadgeFactory(review_scheme=ReviewScheme.READER_AND_APPROVER, **kwargs)


def with_wait(minutes=10):
    return IssuerFactory(decision_wait_minutes=minutes)


def sent_for(badge_class, **kwargs):
    return SentSubmissionFactory(badge_class=badge_class, **kwargs)


def reads(submission, reviewer=None, **kwargs) -> Assignment:
    """Somebody takes the next place."""
    reviewer = reviewer or reviewer_for(submission.badge_class)
    return operations.claim(submission, by=reviewer, **kwargs)


def judging(assignment, not_yet=(), *, words="", levels=None):
    """Every criterion is met, but those at these places are not yet."""
    criteria = operations.criteria_to_judge(assignment.attempt)
    return {
        criterion: Judgment(
            "not_yet" if place in not_yet else "met",
            words or (WHY_NOT if place in not_yet else ""),
            (levels or {}).get(place),
        )
        for place, criterion in enumerate(criteria)
    }


def sends(assignment, not_yet=(), *, summary="", decline=False, now=None, **kwargs):
    """The reader has finished. The decision, if it needs nobody else."""
    assignment = Assignment.objects.get(pk=assignment.pk)
    return operations.send_review(
        assignment,
        by=assignment.reviewer,
        judgments=judging(assignment, not_yet, **kwargs),
        summary=summary or ("Not own work." if decline else ""),
        decline=decline,
        now=now,
    )


def opens_the_others(assignment, not_yet=(), **kwargs):
    """A third reader judges the evidence, and then sees what the two wrote."""
    operations.save_draft(
        assignment, by=assignment.reviewer, judgments=judging(assignment, not_yet, **kwargs)
    )
    schemes.show_others(assignment, by=assignment.reviewer)
