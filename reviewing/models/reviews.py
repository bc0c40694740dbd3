from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Criterion, RubricLevel
from postgres.erasure import ProtectUnlessErased
from postgres.history_triggers import FrozenWithParent
from reviewing.querysets import ReviewQuerySet
from reviewing.states import Outcome, ReaderRole
from reviewing.triggers import (
    OF_ATTEMPT,
    FrozenOnceFinished,
    FrozenWhileDecided,
    NotTheEarner,
    SentByADecision,
)
from submissions.models import Attempt


class Review(models.Model):
    """One reviewer's review of one attempt. It can be changed until the reviewer has finished.

    It is sent, and the earner can read it, when the decision takes effect. Of several reviews of
    an attempt, one is sent. What an approver wrote in place of a reader is a review, too.
    """

    Role = ReaderRole

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="reviews")
    role = models.CharField(max_length=8, choices=ReaderRole, default=ReaderRole.READER)
    summary = models.TextField(_("overall comment"), blank=True)
    decision = models.CharField(max_length=10, choices=Outcome, blank=True)
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(
        null=True, help_text="When the reviewer had decided. It is frozen from then on."
    )
    others_shown_at = models.DateTimeField(
        null=True, help_text="When a third reader, who had judged the evidence, saw both reviews."
    )
    sent_at = models.DateTimeField(null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "reviewer"],
                condition=~Q(role=ReaderRole.APPROVER),
                name="one_review_per_attempt_and_reviewer",
            ),
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(sent_at__isnull=False),
                name="one_sent_review_per_attempt",
            ),
            models.CheckConstraint(
                name="review_has_a_decision_exactly_when_finished",
                condition=Q(finished_at__isnull=True, decision="")
                | (Q(finished_at__isnull=False) & ~Q(decision="")),
            ),
            models.CheckConstraint(
                name="a_sent_review_is_finished",
                condition=Q(sent_at__isnull=True) | Q(finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_third_reader_sees_the_others",
                condition=Q(others_shown_at__isnull=True) | Q(role=ReaderRole.THIRD),
            ),
        ]
        triggers = [
            NotTheEarner(
                name="nobody_reviews_their_own_submission",
                submission=OF_ATTEMPT,
                with_any_account=False,
            ),
            FrozenOnceFinished(name="finished_review_is_frozen"),
            SentByADecision(name="review_is_sent_by_a_decision"),
            FrozenWhileDecided(name="decided_review_is_frozen", review="the_row.id"),
            ProtectUnlessErased(
                personal=["summary"],
                name="sent_review_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.decision or 'being read'}"


class CriterionJudgment(models.Model):
    """ "Met" or "not yet" for one criterion, with a comment for the earner."""

    class Verdict(models.TextChoices):
        MET = "met", _("met")
        NOT_YET = "not_yet", _("not yet")

    review = models.ForeignKey(Review, models.CASCADE, related_name="judgments")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    comment = models.TextField(blank=True)
    level = models.ForeignKey(
        RubricLevel, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="How far it was reached, if the criterion has a rubric and the reviewer chose.",
    )  # fmt: skip

    reopened_because = models.TextField(
        blank=True, help_text="Why it was judged, although it was met in an earlier attempt."
    )

    class Meta:
        verbose_name = _("judgment of a criterion")
        verbose_name_plural = _("judgments of criteria")
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "criterion"], name="one_judgment_per_criterion"
            )
        ]
        triggers = [
            FrozenWithParent(
                name="finished_judgment_is_frozen",
                table="reviewing_review",
                parent_id="the_row.review_id",
                since="finished_at",
                refusal="a review that is finished does not change",
                personal=["comment", "reopened_because"],
            ),
            FrozenWhileDecided(name="decided_judgment_is_frozen", review="the_row.review_id"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.get_verdict_display()}"
