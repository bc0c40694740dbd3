"""What an approver writes in place of a reader: other words, with the same judgments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User
from reviewing.models import CriterionJudgment, Decision, Review
from reviewing.states import ReaderRole


@dataclass(frozen=True)
class Words:
    """The overall comment, and the comments by the key of their criterion."""

    summary: str
    comments: Mapping[int, str] = field(default_factory=dict)


def words_of(review: Review) -> Words:
    judged = review.judgments.all()
    return Words(review.summary, {one.criterion_id: one.comment for one in judged})


def write_wording(decision: Decision, words: Words, *, by: User, now: datetime) -> Review | None:
    """Save the words as a review of the approver. None if they are the reader's own.

    In the transaction of the caller, before the decision points at it.
    """
    judged = list(decision.review.judgments.all())
    own = words_of(decision.review)
    comments = {key: words.comments.get(key, comment) for key, comment in own.comments.items()}
    if Words(words.summary, comments) == own:
        return None
    wording = Review.objects.create(
        attempt=decision.attempt,
        reviewer=by,
        role=ReaderRole.APPROVER,
        summary=words.summary,
        begun_at=now,
    )
    CriterionJudgment.objects.bulk_create(
        CriterionJudgment(
            review=wording,
            criterion_id=one.criterion_id,
            verdict=one.verdict,
            level_id=one.level_id,
            comment=comments[one.criterion_id],
            reopened_because=one.reopened_because,
        )
        for one in judged
    )
    wording.decision, wording.finished_at = decision.outcome, now
    wording.save(update_fields=["decision", "finished_at"])
    return wording
