from __future__ import annotations

from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Criterion, RubricLevel
from postgres.erasure import ProtectUnlessErased
from postgres.history_triggers import FrozenWithParent
from reviewing.querysets import (
    AssignmentQuerySet,
    DecisionQuerySet,
    ReviewQuerySet,
    SubmissionNoteQuerySet,
)
from reviewing.states import COUNTING_DECISIONS, OPEN_DECISIONS, DecisionStatus, Outcome
from reviewing.triggers import (
    OF_ATTEMPT,
    FrozenWhileDecided,
    NoColleague,
    NotTheEarner,
    SentByADecision,
)
from submissions.models import Attempt, Submission


class Assignment(models.Model):
    """A submission claimed by a reviewer, until they decide or release it."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    assigned_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    waiting_status: str | None  # annotated by `with_waiting_decision`

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
            NotTheEarner(
                name="nobody_takes_their_own_submission",
                submission="NEW.submission_id",
            ),
            NoColleague(
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
    """One reviewer's review of one attempt. It can be changed until the reviewer decides.

    It is sent, and the earner can read it, when the decision takes effect.
    """

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="reviews")
    summary = models.TextField(_("overall comment"), blank=True)
    decision = models.CharField(max_length=10, choices=Outcome, blank=True)
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
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(sent_at__isnull=False),
                name="one_sent_review_per_attempt",
            ),
            models.CheckConstraint(
                name="review_has_a_decision_exactly_when_sent",
                condition=Q(sent_at__isnull=True, decision="")
                | (Q(sent_at__isnull=False) & ~Q(decision="")),
            ),
        ]
        triggers = [
            NotTheEarner(
                name="nobody_reviews_their_own_submission",
                submission=OF_ATTEMPT,
                with_any_account=False,
            ),
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
                personal=["comment"],
            ),
            FrozenWhileDecided(name="decided_judgment_is_frozen", review="the_row.review_id"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.get_verdict_display()}"


class Decision(models.Model):
    """What follows from the review of an attempt, as soon as it is in effect.

    The row is written when the reviewer sends the review. Until it takes effect, it can be taken
    back, and the earner learns nothing of it.
    """

    Status = DecisionStatus

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="decisions")
    review = models.ForeignKey(Review, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome)
    status = models.CharField(max_length=12, choices=DecisionStatus)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    takes_effect_at = models.DateTimeField(
        null=True, help_text="Due from then on; empty while a second person has to confirm it."
    )
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(
        null=True, help_text="When it took effect, or was taken back, sent back or dropped."
    )
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+",
        help_text="Nobody, if it took effect or the educator withdrew.",
    )  # fmt: skip
    note = models.TextField(
        blank=True, help_text="What the second person wrote when they sent it back."
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-pk"]
        constraints = [
            # Even if two reviewers send at the same moment.
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(status__in=sorted(COUNTING_DECISIONS)),
                name="one_decision_per_attempt",
            ),
            models.CheckConstraint(
                name="only_a_decline_waits_for_a_second_person",
                condition=~Q(status=DecisionStatus.UNCONFIRMED)
                | Q(
                    outcome=Outcome.DECLINE,
                    takes_effect_at__isnull=True,
                    confirmed_by__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="a_decision_in_force_has_its_moment",
                condition=~Q(status__in=[DecisionStatus.DUE, DecisionStatus.IN_EFFECT])
                | Q(takes_effect_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_decline_in_force_is_confirmed",
                condition=~Q(
                    status__in=[DecisionStatus.DUE, DecisionStatus.IN_EFFECT],
                    outcome=Outcome.DECLINE,
                )
                | Q(confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="only_declines_are_confirmed",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(
                    outcome=Outcome.DECLINE,
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="nobody_confirms_their_own_decision",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("decided_by")),
            ),
            models.CheckConstraint(
                name="a_decision_has_ended_unless_open",
                condition=Q(status__in=sorted(OPEN_DECISIONS), ended_at__isnull=True)
                | (~Q(status__in=sorted(OPEN_DECISIONS)) & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["takes_effect_at"],
                condition=Q(status=DecisionStatus.DUE),
                name="decisions_due",
            )
        ]
        triggers = [
            NotTheEarner(
                name="nobody_decides_their_own_submission",
                submission=OF_ATTEMPT,
                person="decided_by_id",
            ),
            NotTheEarner(
                name="nobody_confirms_about_their_own_submission",
                submission=OF_ATTEMPT,
                person="confirmed_by_id",
            ),
            NoColleague(
                name="nobody_decides_the_submission_of_a_colleague",
                submission=OF_ATTEMPT,
                person="decided_by_id",
                operation=pgtrigger.Insert,
            ),
            NoColleague(
                name="nobody_confirms_about_a_colleague",
                submission=OF_ATTEMPT,
                person="confirmed_by_id",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("confirmed_by"),
            ),
            pgtrigger.Protect(
                name="what_was_decided_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "attempt", "review", "outcome", "decided_by", "decided_at"
                ),
            ),
            ProtectUnlessErased(
                personal=["note"],
                name="ended_decision_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Protect(name="decision_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.get_outcome_display()}"

    def get_absolute_url(self) -> str:
        """The page on which a second person looks at it."""
        return reverse("reviewing:second_look", args=[self.pk])

    @property
    def submission(self) -> Submission:
        return self.attempt.submission

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_DECISIONS

    @property
    def waits_for_second_person(self) -> bool:
        return self.status == DecisionStatus.UNCONFIRMED

    def can_be_taken_back(self, *, now: datetime) -> bool:
        """Until it takes effect: by the time that was promised, even if the worker is late."""
        return self.is_open and not (self.takes_effect_at and self.takes_effect_at <= now)


class SubmissionNote(models.Model):
    """What coordinators and the reviewers of a submission tell each other. Never its earner."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="internal_notes")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    objects = SubmissionNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.submission}, note of {self.author}"
