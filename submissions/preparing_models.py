"""What helps an earner before they send: their own marks, and what the machine looked at."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Criterion, RubricLevel


class SelfMark(models.Model):
    """What the earner thinks of their evidence for a criterion. Nobody else reads it."""

    class Verdict(models.TextChoices):
        MET = "met", _("met")
        NOT_YET = "not_yet", _("not yet")

    attempt = models.ForeignKey("submissions.Attempt", models.CASCADE, related_name="self_marks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    # A level where the rubric has levels, else a verdict.
    level = models.ForeignKey(RubricLevel, models.PROTECT, null=True, related_name="+")
    verdict = models.CharField(max_length=7, choices=Verdict, blank=True)

    class Meta:
        verbose_name = _("own mark")
        verbose_name_plural = _("own marks")
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "criterion"], name="one_own_mark_per_criterion"
            ),
            models.CheckConstraint(
                name="own_mark_is_a_level_or_a_verdict",
                condition=Q(level__isnull=False, verdict="")
                | Q(level__isnull=True, verdict__in=["met", "not_yet"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.level or self.get_verdict_display()}"


class ItemCheck(models.Model):
    """What the worker found when it looked at a link or a file. It judges nothing."""

    class Outcome(models.TextChoices):
        FINE = "fine", _("nothing found")
        GONE = "gone", _("there is nothing at the address")
        PRIVATE = "private", _("only some people can open it")
        UNSURE = "unsure", _("it could not be opened just now")
        UNREADABLE = "unreadable", _("it could not be read")
        PROTECTED = "protected", _("it needs a password")

    item = models.OneToOneField("submissions.EvidenceItem", models.CASCADE, related_name="check_of")
    due_at = models.DateTimeField(null=True, help_text="Empty once it was looked at.")
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    names = models.JSONField(default=list, help_text="Names found in it, until it is sent.")
    words = models.PositiveIntegerField(null=True, help_text="How many words its text has.")
    digest = models.CharField(max_length=64, blank=True, help_text="Of the file or the address.")

    class Meta:
        verbose_name = _("look at a piece of evidence")
        verbose_name_plural = _("looks at pieces of evidence")
        constraints = [
            models.CheckConstraint(
                name="look_is_due_until_it_has_an_outcome",
                condition=Q(due_at__isnull=False, outcome="")
                | Q(due_at__isnull=True) & ~Q(outcome=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="looks_that_are_due", condition=Q(due_at__isnull=False)
            ),
            models.Index(fields=["digest"], name="looks_by_digest", condition=~Q(digest="")),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_outcome_display()}"
