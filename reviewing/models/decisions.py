from __future__ import annotations

from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from postgres.erasure import ProtectUnlessErased
from reviewing.due_process_triggers import InEffectUnlessHeld
from reviewing.models.reviews import Review
from reviewing.querysets import DecisionQuerySet
from reviewing.states import COUNTING_DECISIONS, OPEN_DECISIONS, DecisionStatus, HoldStatus, Outcome
from reviewing.triggers import (
    OF_ATTEMPT,
    NoConflict,
    NotTheEarner,
    OfTheSameAttempt,
    RestsOnAReview,
    TwoPeople,
    WordedByTheApprover,
)
from submissions.models import Attempt, Submission

NEEDS_SECOND_PERSON = Q(outcome=Outcome.DECLINE) | Q(needs_approver=True)


class Decision(models.Model):
    """What follows from the reviews of an attempt, as soon as it is in effect.

    The row is written when the last review that it rests on is finished. Until it takes effect,
    the earner learns nothing of it, and a reviewer who decided alone can take it back.
    """

    Status = DecisionStatus

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="decisions")
    review = models.ForeignKey(
        Review, models.PROTECT, related_name="decisions", help_text="Of those it rests on, the one "
        "that is sent to the earner.",
    )  # fmt: skip
    rests_on = models.ManyToManyField(Review, through="DecisionBasis", related_name="supports")
    wording = models.ForeignKey(
        Review, models.PROTECT, null=True, related_name="worded_decisions",
        help_text="What the earner reads in place of the review, if the approver reworded it.",
    )  # fmt: skip
    needs_approver = models.BooleanField(
        default=False, help_text="A second person confirms it, whatever the outcome is."
    )
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
                name="only_what_is_confirmed_waits_for_a_second_person",
                condition=~Q(status=DecisionStatus.UNCONFIRMED)
                | Q(takes_effect_at__isnull=True, confirmed_by__isnull=True) & NEEDS_SECOND_PERSON,
            ),
            models.CheckConstraint(
                name="a_decision_in_force_has_its_moment",
                condition=~Q(status__in=[DecisionStatus.DUE, DecisionStatus.IN_EFFECT])
                | Q(takes_effect_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_second_person_confirmed_what_is_in_force",
                condition=~Q(status__in=[DecisionStatus.DUE, DecisionStatus.IN_EFFECT])
                | ~NEEDS_SECOND_PERSON
                | Q(confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="only_what_needs_a_second_person_is_confirmed",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & NEEDS_SECOND_PERSON,
            ),
            models.CheckConstraint(
                name="only_an_approver_rewords",
                condition=Q(wording__isnull=True)
                | Q(needs_approver=True, confirmed_by__isnull=False),
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
            NoConflict(
                name="nobody_decides_the_submission_of_a_colleague",
                submission=OF_ATTEMPT,
                person="decided_by_id",
                operation=pgtrigger.Insert,
            ),
            NoConflict(
                name="nobody_confirms_about_a_colleague",
                submission=OF_ATTEMPT,
                person="confirmed_by_id",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("confirmed_by"),
            ),
            TwoPeople(
                name="nobody_confirms_with_another_account",
                first="decided_by_id",
                second="confirmed_by_id",
                condition=pgtrigger.AnyChange("confirmed_by"),
            ),
            pgtrigger.Protect(
                name="what_was_decided_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "attempt", "review", "outcome", "needs_approver", "decided_by", "decided_at"
                ),
            ),
            ProtectUnlessErased(
                personal=["note"],
                name="ended_decision_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Protect(name="decision_is_kept", operation=pgtrigger.Delete),
            InEffectUnlessHeld(name="no_decision_takes_effect_under_a_hold"),
            RestsOnAReview(name="a_decision_rests_on_a_review"),
            WordedByTheApprover(name="only_the_approver_rewords_and_judges_nothing"),
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
    def shown_review(self) -> Review:
        """What the earner reads: the words of the approver, or else of the reviewer."""
        return self.wording or self.review

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_DECISIONS

    @property
    def waits_for_second_person(self) -> bool:
        return self.status == DecisionStatus.UNCONFIRMED

    @property
    def is_held(self) -> bool:
        """It waits until the hold of its submission has ended, which its lock makes certain."""
        return self.submission.holds.filter(status=HoldStatus.OPEN).exists()

    def can_be_taken_back(self, *, now: datetime) -> bool:
        """Until it takes effect: by the time that was promised, even if the worker is late."""
        return self.is_open and not (self.takes_effect_at and self.takes_effect_at <= now)


class DecisionBasis(models.Model):
    """One of the reviews that a decision rests on."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="basis")
    review = models.ForeignKey(Review, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("review that a decision rests on")
        verbose_name_plural = _("reviews that decisions rest on")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "review"], name="a_decision_rests_on_a_review_once"
            )
        ]
        triggers = [
            OfTheSameAttempt(name="a_decision_rests_on_finished_reviews"),
            pgtrigger.Protect(
                name="what_a_decision_rests_on_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision}, by {self.review.reviewer}"
