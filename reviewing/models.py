from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Criterion, RubricLevel
from postgres.history_triggers import FrozenWithParent
from reviewing.querysets import AssignmentQuerySet, ReviewQuerySet
from submissions.models import Attempt, Submission


class ReviewerIsNotTheEarner(pgtrigger.Trigger):
    """Database trigger that refuses a reviewer who is the earner of the submission."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(self, *, name: str, submission: str) -> None:
        """`submission` is an SQL expression over NEW that gives the submission's primary key."""
        super().__init__(
            name=name,
            func=f"""
                IF EXISTS (
                    SELECT 1 FROM submissions_submission
                    WHERE id = ({submission}) AND earner_id = NEW.reviewer_id
                ) THEN
                    RAISE EXCEPTION 'nobody reviews their own submission';
                END IF;
                RETURN NEW;
            """,  # noqa: S608
        )


class ReviewerIsNoColleague(pgtrigger.Trigger):
    """Database trigger that refuses a reviewer who is or was at the same school as the earner."""

    when = pgtrigger.Before

    def __init__(self, *, name: str, submission: str, **kwargs) -> None:
        """`submission` is an SQL expression over NEW that gives the submission's primary key."""
        super().__init__(
            name=name,
            func=f"""
                IF EXISTS (
                    SELECT 1 FROM submissions_submission submission
                    JOIN accounts_membership theirs ON theirs.user_id = submission.earner_id
                    JOIN accounts_membership own
                        ON own.agency_id = theirs.agency_id AND own.user_id = NEW.reviewer_id
                    JOIN accounts_agency school
                        ON school.id = own.agency_id AND school.kind = 'school'
                    WHERE submission.id = ({submission})
                ) THEN
                    RAISE EXCEPTION 'nobody reviews the submission of a colleague';
                END IF;
                RETURN NEW;
            """,  # noqa: S608
            **kwargs,
        )


class Assignment(models.Model):
    """A submission claimed by a reviewer, until they decide or release it."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    assigned_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-pk"]
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
        triggers = [
            ReviewerIsNotTheEarner(
                name="nobody_takes_their_own_submission",
                submission="NEW.submission_id",
            ),
            ReviewerIsNoColleague(
                name="nobody_takes_the_submission_of_a_colleague",
                submission="NEW.submission_id",
                operation=pgtrigger.Insert,
            ),
            pgtrigger.Protect(
                name="ended_assignment_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__decided_at__isnull=False)
                | pgtrigger.Q(old__released_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} with {self.reviewer}"

    def get_absolute_url(self) -> str:
        return reverse("reviewing:review", args=[self.pk])

    @cached_property
    def attempt(self) -> Attempt:
        """The attempt under review: the latest one sent in, or the one that was decided.

        While the assignment is active, nothing new is sent in.
        """
        sent = self.submission.attempts.exclude(sent_at=None).order_by("-number")
        if self.decided_at:
            # By the review, not by the times: a clock may have been set back in between.
            sent = sent.filter(reviews__reviewer=self.reviewer_id, reviews__sent_at=self.decided_at)
        return sent[0]


class Review(models.Model):
    """One reviewer's review of one attempt. It can be changed until it is sent."""

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
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "reviewer"], name="one_review_per_attempt_and_reviewer"
            ),
            # One decision per attempt, even if two reviewers send at the same moment.
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
            ReviewerIsNotTheEarner(
                name="nobody_reviews_their_own_submission",
                submission=(
                    "SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id"
                ),
            ),
            ReviewerIsNoColleague(
                name="nobody_decides_the_submission_of_a_colleague",
                submission=(
                    "SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id"
                ),
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__sent_at__isnull=False),
            ),
            pgtrigger.Protect(
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
                name="sent_judgment_is_frozen",
                table="reviewing_review",
                parent_id="the_row.review_id",
                since="sent_at",
                refusal="a review that was sent does not change",
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.get_verdict_display()}"
