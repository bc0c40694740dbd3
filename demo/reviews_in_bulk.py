"""The rows of reviews and decisions, for the writer of all stories in bulk."""

from __future__ import annotations

import secrets
from datetime import datetime

from accounts.models import User
from catalog.states import ReviewScheme
from demo.story_by_operations import Judgments, Record, moments_of_decision
from reviewing.models import (
    Assignment,
    CriterionJudgment,
    Decision,
    DecisionBasis,
    Place,
    ReadingPlan,
    Review,
)
from reviewing.states import DecisionStatus, Outcome, PlaceReason


class ReviewRows:
    """Plans, reviews and decisions that the operations would save."""

    def __init__(self) -> None:
        self.plans: list[ReadingPlan] = []
        self.places: list[Place] = []
        self.assignments: list[Assignment] = []
        self.reviews: list[Review] = []
        self.judgments: list[CriterionJudgment] = []
        self.decisions: list[Decision] = []

    def ask_to_decline(self, record: Record, *, summary: str, now: datetime) -> None:
        reviewer = record.assignment.reviewer
        review = Review(
            attempt=record.attempt,
            reviewer=reviewer,
            summary=summary,
            decision=Outcome.DECLINE,
            begun_at=now,
            finished_at=now,
        )
        self.reviews.append(review)
        self.decisions.append(
            Decision(
                attempt=record.attempt,
                review=review,
                outcome=Outcome.DECLINE,
                status=DecisionStatus.UNCONFIRMED,
                decided_by=reviewer,
                decided_at=now,
            )
        )

    def _decide(
        self,
        record: Record,
        outcome: Outcome,
        judgments: Judgments,
        summary: str,
        *,
        second: User,
        now: datetime,
    ) -> datetime | None:
        """When a second person confirmed it, if that was needed."""
        reviewer = record.assignment.reviewer
        decided_at, confirmed_at = moments_of_decision(record.submission, outcome, now=now)
        review = Review(
            attempt=record.attempt,
            reviewer=reviewer,
            summary=summary,
            decision=outcome,
            begun_at=decided_at,
            finished_at=decided_at,
            sent_at=now,
        )
        self.reviews.append(review)
        self.decisions.append(
            Decision(
                attempt=record.attempt,
                review=review,
                outcome=outcome,
                status=DecisionStatus.IN_EFFECT,
                decided_by=reviewer,
                decided_at=decided_at,
                takes_effect_at=now,
                confirmed_by=second if confirmed_at else None,
                confirmed_at=confirmed_at,
                ended_at=now,
            )
        )
        self.judgments += [
            CriterionJudgment(
                review=review,
                criterion=criterion,
                verdict=judgment.verdict,
                comment=judgment.comment,
                level=judgment.level,
            )
            for criterion, judgment in judgments.items()
        ]
        return confirmed_at

    def _write_reviews(self) -> None:
        """Insert reviews as drafts first, because triggers refuse to add to finished ones."""
        kept = [(row.decision, row.finished_at, row.sent_at) for row in self.reviews]
        for review in self.reviews:
            review.decision, review.finished_at, review.sent_at = "", None, None
        ReadingPlan.objects.bulk_create(self.plans)
        Place.objects.bulk_create(self.places)
        Assignment.objects.bulk_create(self.assignments)
        Review.objects.bulk_create(self.reviews)
        CriterionJudgment.objects.bulk_create(self.judgments)
        for review, (decision, finished_at, _sent_at) in zip(self.reviews, kept, strict=True):
            review.decision, review.finished_at = decision, finished_at
        Review.objects.bulk_update(self.reviews, ["decision", "finished_at"])
        Decision.objects.bulk_create(self.decisions)
        DecisionBasis.objects.bulk_create(
            DecisionBasis(decision=decision, review=decision.review) for decision in self.decisions
        )
        for review, (_decision, _finished_at, sent_at) in zip(self.reviews, kept, strict=True):
            review.sent_at = sent_at
        Review.objects.bulk_update([row for row in self.reviews if row.sent_at], ["sent_at"])

    def _plan(self, record: Record, *, now: datetime) -> None:
        """As the badge says: in the demo's past, one reader."""
        self.plans.append(
            ReadingPlan(
                attempt=record.attempt,
                scheme=ReviewScheme.ONE_READER,
                share=0,
                of_first=0,
                of_new_reviewers=0,
                of_declines=False,
                seed=secrets.token_hex(16),
                made_at=now,
            )
        )
        record.place = Place(
            attempt=record.attempt, number=1, reason=PlaceReason.FIRST, opened_at=now
        )
        self.places.append(record.place)
