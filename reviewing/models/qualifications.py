"""What reviewers said about anchors, and what they qualified for with it."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import BadgeClass, BadgeVersion, Criterion
from postgres.erasure import only_changes
from postgres.history_triggers import FrozenWithParent
from reviewing.models.anchors import AnchorVersion
from reviewing.models.reviews import CriterionJudgment
from reviewing.states import AnchorUse
from submissions.querysets import accounts_of


class QualificationQuerySet(models.QuerySet["Qualification"]):
    def of(self, user: User) -> QualificationQuerySet:
        """Of this person, with any of their accounts."""
        return self.filter(reviewer__in=accounts_of(user))

    def open(self) -> QualificationQuerySet:
        return self.filter(finished_at=None)

    def in_force(self, *, today: date) -> QualificationQuerySet:
        """Reached, and the day of the next check has not passed."""
        return self.filter(is_reached=True).filter(Q(recheck_on=None) | Q(recheck_on__gte=today))


class Qualification(models.Model):
    """One try of a reviewer to qualify for a badge, with anchors chosen when it begins."""

    reviewer = models.ForeignKey(User, models.PROTECT, related_name="qualifications")
    badge_class = models.ForeignKey(BadgeClass, models.PROTECT, related_name="qualifications")
    mark = models.PositiveSmallIntegerField(help_text="As the badge asked when it began.")
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # Of the verdicts about all its anchors.
    judged = models.PositiveIntegerField(default=0)
    as_agreed = models.PositiveIntegerField(default=0)
    musts_missed = models.PositiveIntegerField(default=0)
    is_reached = models.BooleanField(null=True)
    recheck_on = models.DateField(null=True, help_text="Up to this day it counts; empty: always.")
    remind_on = models.DateField(null=True, help_text="When the reviewer is told; empty once told.")

    objects = QualificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("qualification of a reviewer")
        verbose_name_plural = _("qualifications of reviewers")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "badge_class"],
                condition=Q(finished_at=None),
                name="one_open_qualification_per_reviewer_and_badge",
            ),
            models.CheckConstraint(
                name="qualification_has_a_result_exactly_when_finished",
                condition=Q(finished_at=None, is_reached=None)
                | Q(finished_at__isnull=False, is_reached__isnull=False),
            ),
            models.CheckConstraint(
                name="only_what_was_reached_is_checked_again",
                condition=Q(recheck_on=None, remind_on=None) | Q(is_reached=True),
            ),
            models.CheckConstraint(
                name="reached_qualification_has_its_mark_and_no_must_missed",
                condition=~Q(is_reached=True)
                | Q(musts_missed=0, judged__gt=0, as_agreed__lte=F("judged")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_on"], name="rechecks_to_remind_of",
                condition=Q(remind_on__isnull=False),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(
                name="finished_qualification_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"OLD.finished_at IS NOT NULL AND NOT ({only_changes(['remind_on'])})"
                ),
            ),
            pgtrigger.Protect(
                name="finished_qualification_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__finished_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.badge_class}, {self.reviewer}"

    def get_absolute_url(self) -> str:
        return reverse("reviewing:qualification", args=[self.pk])

    @property
    def share(self) -> float:
        return self.as_agreed / self.judged if self.judged else 0


class AnchorReading(models.Model):
    """One reviewer's reading of one version of an anchor. It never changes once answered."""

    reviewer = models.ForeignKey(User, models.PROTECT, related_name="anchor_readings")
    anchor_version = models.ForeignKey(AnchorVersion, models.PROTECT, related_name="readings")
    version = models.ForeignKey(
        BadgeVersion, models.PROTECT, related_name="+", help_text="Whose criteria were shown."
    )
    use = models.CharField(max_length=13, choices=AnchorUse)
    qualification = models.ForeignKey(
        Qualification, models.PROTECT, null=True, related_name="readings"
    )
    position = models.PositiveSmallIntegerField(default=1)
    given_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(
        null=True, help_text="When the anchor was taken out before it was answered."
    )

    class Meta:
        verbose_name = _("reading of an anchor")
        verbose_name_plural = _("readings of anchors")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "anchor_version"],
                condition=Q(use=AnchorUse.PRACTICE),
                name="an_anchor_is_practiced_once",
            ),
            models.UniqueConstraint(
                fields=["qualification", "anchor_version"],
                name="an_anchor_is_in_a_qualification_once",
            ),
            models.CheckConstraint(
                name="a_reading_to_qualify_is_part_of_a_qualification",
                condition=Q(use=AnchorUse.QUALIFICATION, qualification__isnull=False)
                | ~Q(use=AnchorUse.QUALIFICATION) & Q(qualification=None),
            ),
            models.CheckConstraint(
                name="a_reading_is_answered_or_dropped_not_both",
                condition=Q(answered_at=None) | Q(dropped_at=None),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="answered_reading_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.anchor_version}, {self.reviewer}"


class AnchorAnswer(models.Model):
    """What a reviewer said about one criterion of an anchor, next to what was agreed."""

    reading = models.ForeignKey(AnchorReading, models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=CriterionJudgment.Verdict, blank=True)
    agreed = models.CharField(max_length=10, choices=CriterionJudgment.Verdict)
    is_must = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("answer about an anchor")
        verbose_name_plural = _("answers about anchors")
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["reading", "criterion"], name="one_answer_per_criterion_and_reading"
            ),
            models.CheckConstraint(
                name="an_answer_is_compared_with_an_agreed_verdict", condition=~Q(agreed="")
            ),
        ]
        triggers = [
            FrozenWithParent(
                name="answer_about_an_anchor_is_frozen",
                table="reviewing_anchorreading",
                parent_id="the_row.reading_id",
                since="answered_at",
                refusal="an answer about an anchor does not change",
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.get_verdict_display()}"

    @property
    def is_as_agreed(self) -> bool:
        return self.verdict == self.agreed
