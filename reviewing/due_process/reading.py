"""What the reader of an appeal sees: every attempt, and every review of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reviewing.attempt_comparison import ComparedItem, CriterionEvidence, labels_of
from reviewing.models import CriterionJudgment, Review
from reviewing.states import ReaderRole
from submissions.answers import Answer, answers_by_attempt
from submissions.models import Attempt, EvidenceItem, Submission


@dataclass(frozen=True)
class ReadAttempt:
    attempt: Attempt
    reviews: list[tuple[str, Review, list[CriterionJudgment]]]
    evidence: list[CriterionEvidence]


def attempts_of(submission: Submission) -> list[ReadAttempt]:
    """Newest first. Names of files are left out: they may reveal the earner."""
    criteria = list(submission.version.criteria.prefetch_related("levels"))
    finished = Review.objects.finished().filter(attempt__submission=submission)
    finished = finished.prefetch_related("judgments__criterion", "judgments__level")
    reviews: dict[int, list[Review]] = {}
    for review in finished.order_by("finished_at", "pk"):
        reviews.setdefault(review.attempt_id, []).append(review)
    numbers = dict(
        EvidenceItem.objects.filter(attempt__submission=submission)
        .numbered()
        .values_list("pk", "number")
    )
    return [
        ReadAttempt(
            attempt,
            _labeled(reviews.get(attempt.pk, [])),
            [_compared(each, numbers) for each in answers],
        )
        for attempt, answers in answers_by_attempt(submission, criteria=criteria)
    ]


def _labeled(reviews: list[Review]) -> list[tuple[str, Review, list[CriterionJudgment]]]:
    found, number = [], 0
    for review in reviews:
        if review.role == ReaderRole.READER:
            number += 1
            label = _("Reader %(number)s") % {"number": number}
        elif review.role == ReaderRole.THIRD:
            label = _("Third reader")
        else:
            label = _("Approver")
        found.append((label, review, [one for one in review.judgments.all() if one.verdict]))
    return found


def _compared(answer: Answer, numbers: dict[int, int]) -> CriterionEvidence:
    items = [each.item for each in answer.items]
    for item in items:
        item.number = numbers[item.pk]
    labels = labels_of(items)
    compared = [
        ComparedItem(each.item, labels[each.item.pk], "new" if each.is_new else "")
        for each in answer.items
    ]
    return CriterionEvidence(criterion=answer.criterion, items=compared, past=[], met_in=None)
