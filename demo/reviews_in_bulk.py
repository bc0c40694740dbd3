"""The rows of reviews and decisions, for the writer of all stories in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random

from accounts.models import User
from catalog.states import ReviewScheme
from demo.story_by_operations import (
    Reading,
    Record,
    moments_of_decision,
    moments_of_readings,
    shown_reading,
)
from reviewing.models import (
    Assignment,
    CriterionJudgment,
    Decision,
    DecisionBasis,
    Place,
    ReadingPlan,
    Review,
)
from reviewing.states import DecisionStatus, Outcome, PlaceReason, ReaderRole


class ReviewRows:
    """Plans, reviews and decisions that the operations would save."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.basis: list[DecisionBasis] = []
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
        decision = Decision(
            attempt=record.attempt,
            review=review,
            outcome=Outcome.DECLINE,
            status=DecisionStatus.UNCONFIRMED,
            decided_by=reviewer,
            decided_at=now,
        )
        self.decisions.append(decision)
        self.basis.append(DecisionBasis(decision=decision, review=review))

    def is_read_twice(self, record: Record) -> bool:
        return record.second_place is not None

    def _decide(
        self,
        record: Record,
        outcome: Outcome,
        readings: Sequence[Reading],
        *,
        second: User,
        now: datetime,
    ) -> datetime | None:
        """When the `second` person confirmed it, if that was needed."""
        decided_at, confirmed_at = moments_of_decision(record.submission, readings, now=now)
        reviews = self._read(record, readings, decided_at=decided_at, now=now)
        shown = reviews[readings.index(shown_reading(readings))]
        shown.sent_at = now
        # Two who want to decline it need nobody else.
        agreed = outcome == Outcome.DECLINE and len(readings) == 2
        decision = Decision(
            attempt=record.attempt,
            review=shown,
            outcome=outcome,
            status=DecisionStatus.IN_EFFECT,
            needs_approver=has_approver(record),
            decided_by=readings[-1].reviewer,
            decided_at=decided_at,
            takes_effect_at=now,
            confirmed_by=readings[0].reviewer if agreed else second if confirmed_at else None,
            confirmed_at=decided_at if agreed else confirmed_at,
            ended_at=now,
        )
        self.decisions.append(decision)
        self.basis += [DecisionBasis(decision=decision, review=review) for review in reviews]
        return confirmed_at

    def _read(
        self, record: Record, readings: Sequence[Reading], *, decided_at: datetime, now: datetime
    ) -> list[Review]:
        """The reviews of an attempt, and the places and assignments of all but the first."""
        first = record.assignment
        moments = moments_of_readings(first.assigned_at, decided_at, len(readings))
        first.decided_at, places = now, [record.place, record.second_place]
        if len(readings) > 2:
            places.append(
                Place(
                    attempt=record.attempt,
                    number=3,
                    reason=PlaceReason.DIFFER,
                    opened_at=moments.finished[1],
                )
            )
            self.places.append(places[2])
        reviews = []
        for number, reading in enumerate(readings):
            is_third, finished_at = number == 2, moments.finished[number]
            if number:
                self.assignments.append(
                    Assignment(
                        place=places[number],
                        submission=record.submission,
                        reviewer=reading.reviewer,
                        assigned_at=moments.claimed[number],
                        decided_at=now,
                    )
                )
            review = Review(
                attempt=record.attempt,
                reviewer=reading.reviewer,
                role=ReaderRole.THIRD if is_third else ReaderRole.READER,
                summary=reading.summary,
                decision=reading.outcome,
                begun_at=moments.claimed[2] if is_third else finished_at,
                finished_at=finished_at,
                others_shown_at=moments.shown if is_third else None,
            )
            reviews.append(review)
            self.judgments += [
                CriterionJudgment(
                    review=review,
                    criterion=criterion,
                    verdict=judgment.verdict,
                    comment=judgment.comment,
                    level=judgment.level,
                )
                for criterion, judgment in reading.judgments.items()
            ]
        self.reviews += reviews
        return reviews

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
        DecisionBasis.objects.bulk_create(self.basis)
        for review, (_decision, _finished_at, sent_at) in zip(self.reviews, kept, strict=True):
            review.sent_at = sent_at
        Review.objects.bulk_update([row for row in self.reviews if row.sent_at], ["sent_at"])

    def _plan(self, record: Record, *, now: datetime) -> None:
        """As the badge says. What is read twice by chance follows from the seed."""
        badge = record.submission.badge_class
        plan = ReadingPlan(
            attempt=record.attempt,
            scheme=badge.review_scheme,
            share=badge.second_reading_share,
            of_first=0,
            of_new_reviewers=0,
            of_declines=False,
            seed=f"{self.chance.getrandbits(128):032x}",
            made_at=now,
        )
        self.plans.append(plan)
        record.place = self._open_place(record, 1, PlaceReason.FIRST, now=now)
        record.second_place = None
        if plan.scheme == ReviewScheme.TWO_READERS:
            record.second_place = self._open_place(record, 2, PlaceReason.SCHEME, now=now)
        elif plan.drawn < plan.share:
            record.second_place = self._open_place(record, 2, PlaceReason.SHARE, now=now)

    def _open_place(
        self, record: Record, number: int, reason: PlaceReason, *, now: datetime
    ) -> Place:
        place = Place(attempt=record.attempt, number=number, reason=reason, opened_at=now)
        self.places.append(place)
        return place


def has_approver(record: Record) -> bool:
    return record.submission.badge_class.review_scheme == ReviewScheme.READER_AND_APPROVER
