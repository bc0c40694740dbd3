from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Criterion
from reviewing.querysets import AssignmentQuerySet, ReviewQuerySet
from submissions.models import Attempt, Submission


class Assignment(models.Model):
    """A reviewer has taken a submission. It ends when they decide or give it back."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    assigned_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["-assigned_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(released_at__isnull=True, decided_at__isnull=True),
                name="one_active_assignment_per_submission",
            ),
            models.CheckConstraint(
                name="assignment_is_released_or_decided_not_both",
                condition=Q(released_at__isnull=True) | Q(decided_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} with {self.reviewer}"


class Review(models.Model):
    """One reviewer's reading of one attempt. A draft until sent; then it never changes."""

    class Decision(models.TextChoices):
        APPROVE = "approve", _("approve")
        RETURN = "return", _("return")
        DECLINE = "decline", _("decline")

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="reviews")
    summary = models.TextField(_("overall comment"), blank=True)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    begun_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "reviewer"], name="one_review_per_attempt_and_reviewer"
            ),
            # One reviewer decides. Two presses of the button, or two people, are one decision.
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(sent_at__isnull=False),
                name="one_decision_per_attempt",
            ),
            models.CheckConstraint(
                name="review_has_a_decision_exactly_when_sent",
                condition=Q(sent_at__isnull=True, decision="")
                | (Q(sent_at__isnull=False) & ~Q(decision="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="sent_review_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__sent_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.decision or 'being read'}"


class CriterionJudgment(models.Model):
    """ "Met" or "not yet" for one criterion, with the words that help the earner on."""

    class Verdict(models.TextChoices):
        MET = "met", _("met")
        NOT_YET = "not_yet", _("not yet")

    review = models.ForeignKey(Review, models.CASCADE, related_name="judgments")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "criterion"], name="one_judgment_per_criterion"
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="sent_judgment_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("the_row", "RECORD")],
                func="""
                    IF TG_OP = 'DELETE' THEN the_row := OLD; ELSE the_row := NEW; END IF;
                    IF EXISTS (
                        SELECT 1 FROM reviewing_review
                        WHERE id = the_row.review_id AND sent_at IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'a review that was sent does not change';
                    END IF;
                    RETURN the_row;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.get_verdict_display()}"

    @property
    def is_complete(self) -> bool:
        """A "not yet" without a word of help would leave the earner alone."""
        return self.verdict == self.Verdict.MET or bool(self.verdict and self.comment.strip())
