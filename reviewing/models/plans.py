"""How an attempt is read, and by how many: written when it is sent in, and never changed."""

from __future__ import annotations

import hashlib

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.states import ReviewScheme
from reviewing.querysets import PlaceQuerySet
from reviewing.states import PlaceReason
from submissions.models import Attempt


class ReadingPlan(models.Model):
    """The rules of the badge as they were when the submission was first sent in."""

    attempt = models.OneToOneField(Attempt, models.PROTECT, related_name="reading_plan")
    scheme = models.CharField(max_length=12, choices=ReviewScheme)
    share = models.PositiveSmallIntegerField(help_text="Percent that is read twice by chance.")
    of_first = models.PositiveSmallIntegerField(help_text="So many first submissions of a badge.")
    of_new_reviewers = models.PositiveSmallIntegerField(help_text="So many first reviews of each.")
    of_declines = models.BooleanField()
    seed = models.CharField(max_length=32, help_text="Anyone can draw again with it: `drawn`.")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("plan of the reviews of an attempt")
        verbose_name_plural = _("plans of the reviews of attempts")
        triggers = [
            pgtrigger.Protect(
                name="reading_plan_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.get_scheme_display()}"

    @property
    def drawn(self) -> float:
        """From 0 up to 100, by the seed alone. Under `share`, the attempt is read twice."""
        return int.from_bytes(hashlib.sha256(self.seed.encode()).digest()[:6]) * 100 / 2**48

    @property
    def needs_approver(self) -> bool:
        return self.scheme == ReviewScheme.READER_AND_APPROVER


class Place(models.Model):
    """The place of one reader of an attempt. It is open until somebody takes it.

    Readers 1 and 2 are independent of each other; reader 3 settles what they differ about.
    Readers don't learn why there is a second place.
    """

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="places")
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=12, choices=PlaceReason)
    opened_at = models.DateTimeField()

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place of a reader")
        verbose_name_plural = _("places of readers")
        ordering = ["attempt", "number"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="one_place_per_number"),
            models.CheckConstraint(
                name="a_place_has_the_reason_of_its_number",
                condition=Q(number=1, reason=PlaceReason.FIRST)
                | Q(number=3, reason=PlaceReason.DIFFER)
                | Q(number=2) & ~Q(reason__in=[PlaceReason.FIRST, PlaceReason.DIFFER]),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="place_of_a_reader_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.attempt}, reader {self.number}"

    @property
    def is_third(self) -> bool:
        return self.reason == PlaceReason.DIFFER


class PutOff(models.Model):
    """An open place for which nobody had time. The automatic assignment looks again later."""

    place = models.OneToOneField(Place, models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("place that waits for a reviewer with time")
        verbose_name_plural = _("places that wait for a reviewer with time")

    def __str__(self) -> str:
        return f"{self.place}: {self.until}"
