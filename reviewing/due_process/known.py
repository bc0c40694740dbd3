"""What has happened to a submission beside its reviews, read once for a page."""

from __future__ import annotations

from functools import cached_property

from reviewing.models import Appeal, Decision, IntegrityHold, Reopening
from reviewing.states import DecisionStatus
from submissions.models import Submission


class Known:
    """Each list is read when it is first asked for. Operations read anew, under their locks."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission

    @cached_property
    def decisions(self) -> list[Decision]:
        """Those that the earner knows, the first one first."""
        found = Decision.objects.filter(
            attempt__submission=self.submission, status=DecisionStatus.IN_EFFECT
        )
        found = found.select_related("appeal", "feedback_answer")
        return list(found.order_by("ended_at", "pk"))

    @cached_property
    def holds(self) -> list[IntegrityHold]:
        found = IntegrityHold.objects.filter(submission=self.submission)
        return list(found.select_related("appeal").order_by("placed_at", "pk"))

    @cached_property
    def appeals(self) -> list[Appeal]:
        return list(Appeal.objects.filter(submission=self.submission).order_by("made_at", "pk"))

    @cached_property
    def reopenings(self) -> list[Reopening]:
        return list(Reopening.objects.filter(submission=self.submission).order_by("pk"))

    @property
    def open_hold(self) -> IntegrityHold | None:
        return next((hold for hold in self.holds if hold.is_open), None)

    @property
    def open_appeal(self) -> Appeal | None:
        return next((appeal for appeal in self.appeals if appeal.is_open), None)


def known(submission: Submission) -> Known:
    if not hasattr(submission, "what_happened"):
        submission.what_happened = Known(submission)
    return submission.what_happened
