"""What a reader sees of the other readers of an attempt: nothing, until it can change nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from catalog.models import Criterion
from reviewing.decisions.operations import has_company
from reviewing.models import Assignment, CriterionJudgment, Review
from reviewing.states import ReaderRole


@dataclass(frozen=True)
class OtherReview:
    label: str
    review: Review
    judgments: dict[int, CriterionJudgment]


@dataclass(frozen=True)
class Others:
    """The reviews of the others. `waits` for a third reader who has to judge the evidence first."""

    reviews: list[OtherReview] = field(default_factory=list)
    waits: bool = False

    def about(self, criterion: Criterion) -> list[tuple[str, CriterionJudgment]]:
        return [
            (other.label, other.judgments[criterion.pk])
            for other in self.reviews
            if criterion.pk in other.judgments and other.judgments[criterion.pk].verdict
        ]


def shown_to(assignment: Assignment, *, own: Review | None = None) -> Others:
    """Two readers see each other's reviews when both have finished, a third one after judging.

    `own` is the reader's review, if the page has it.
    """
    own = own or assignment.review
    if assignment.place.is_third:
        if own is None or own.others_shown_at is None:
            return Others(waits=True)
    elif own is None or own.finished_at is None or not has_company(own):
        return Others()
    finished = Review.objects.of_places().filter(attempt=assignment.place.attempt_id)
    rows = finished.exclude(reviewer=assignment.reviewer_id).prefetch_related(
        "judgments__criterion", "judgments__level"
    )
    return Others(
        [
            OtherReview(_label(row), row, {one.criterion_id: one for one in row.judgments.all()})
            for row in rows
        ]
    )


def _label(review: Review) -> str:
    if review.role == ReaderRole.THIRD:
        return _("Third reader")
    return _("Reader %(number)s") % {"number": review.place_number}
