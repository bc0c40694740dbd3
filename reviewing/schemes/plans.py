"""Who reads an attempt, by the rules of the badge when the submission was first sent in."""

from __future__ import annotations

import secrets
from datetime import datetime

from accounts.models import User
from catalog.states import ReviewScheme
from reviewing.models import Place, ReadingPlan, Review
from reviewing.states import Outcome, PlaceReason, ReaderRole
from submissions.models import Attempt, Submission

_RULES = ("scheme", "share", "of_first", "of_new_reviewers", "of_declines")


def make_plan(attempt: Attempt, *, seed: str = "", now: datetime) -> ReadingPlan:
    """Write how a sent attempt is read, and its first places. In the caller's transaction."""
    plan = ReadingPlan.objects.create(
        attempt=attempt, seed=seed or secrets.token_hex(16), made_at=now, **_rules(attempt)
    )
    open_place(attempt, PlaceReason.FIRST, number=1, now=now)
    if reason := _known_at_once(plan):
        open_place(attempt, reason, number=2, now=now)
    return plan


def add_by_rule(
    plan: ReadingPlan, review: Review, outcome: Outcome, *, by: User, now: datetime
) -> None:
    """A second reader, because of who was the first one, or of what they decided."""
    if Place.objects.filter(attempt=plan.attempt_id, number=2).exists():
        return
    if plan.of_declines and outcome == Outcome.DECLINE:
        open_place(plan.attempt, PlaceReason.DECLINE, number=2, now=now)
    elif _is_new(plan, review, by):
        open_place(plan.attempt, PlaceReason.NEW_REVIEWER, number=2, now=now)


def open_place(attempt: Attempt, reason: PlaceReason, *, number: int, now: datetime) -> Place:
    return Place.objects.create(attempt=attempt, number=number, reason=reason, opened_at=now)


def _rules(attempt: Attempt) -> dict[str, object]:
    """Those of the earlier attempts. A badge that changes its rules changes them for others."""
    earlier = ReadingPlan.objects.filter(attempt__submission=attempt.submission_id)
    if kept := earlier.order_by("attempt__number").values(*_RULES).first():
        return dict(kept)
    badge_class = attempt.submission.badge_class
    return {
        "scheme": badge_class.review_scheme,
        "share": badge_class.second_reading_share,
        "of_first": badge_class.second_reading_first,
        "of_new_reviewers": badge_class.second_reading_of_new_reviewers,
        "of_declines": badge_class.second_reading_of_declines,
    }


def _known_at_once(plan: ReadingPlan) -> PlaceReason | None:
    if plan.scheme == ReviewScheme.TWO_READERS:
        return PlaceReason.SCHEME
    if plan.drawn < plan.share:
        return PlaceReason.SHARE
    if plan.of_first and _rank(plan.attempt.submission) <= plan.of_first:
        return PlaceReason.FIRST_OF_BADGE
    return None


def _rank(submission: Submission) -> int:
    """1 for the first submission that was sent in for the badge."""
    sent = Submission.objects.filter(badge_class=submission.badge_class_id)
    sent = sent.exclude(pk=submission.pk).filter(attempts__reading_plan__isnull=False)
    if own := ReadingPlan.objects.filter(attempt__submission=submission).order_by("pk").first():
        sent = sent.filter(attempts__reading_plan__lt=own.pk)
    return sent.distinct().count() + 1


def _is_new(plan: ReadingPlan, review: Review, reviewer: User) -> bool:
    """So far, the reviewer has finished fewer reviews for this badge than its rule says."""
    if not plan.of_new_reviewers:
        return False
    done = Review.objects.finished().filter(
        reviewer=reviewer,
        role=ReaderRole.READER,
        attempt__submission__badge_class=plan.attempt.submission.badge_class_id,
    )
    return done.exclude(pk=review.pk).count() < plan.of_new_reviewers
