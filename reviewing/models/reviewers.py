"""What a reviewer says of themselves: what they know, when they have time, whom they know."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from catalog.models import BadgeClass, Category
from reviewing.querysets import AbsenceQuerySet, NamedConflictQuerySet
from reviewing.triggers import OnlyASchool
from submissions.models import Submission

MOST_IN_A_WEEK = 100


class ReviewerSettings(models.Model):
    """Written by the reviewer, or by a coordinator of theirs. Without a row, nothing is chosen."""

    user = models.OneToOneField(User, models.PROTECT, related_name="reviewer_settings")
    weekly_maximum = models.PositiveSmallIntegerField(
        _("at most so many new submissions a week"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_IN_A_WEEK)],
    )
    languages = ArrayField(
        models.CharField(max_length=10), default=list, blank=True,
        verbose_name=_("languages that you read"), help_text="Empty for every language.",
    )  # fmt: skip
    categories = models.ManyToManyField(
        Category, blank=True, related_name="+", verbose_name=_("categories that you know well")
    )
    badges = models.ManyToManyField(
        BadgeClass, blank=True, related_name="+", verbose_name=_("badges that you know well")
    )
    never_at_a_school_at = models.DateTimeField(
        null=True, help_text="When they said that they never worked or learned at a school."
    )

    class Meta:
        verbose_name = _("settings of a reviewer")
        verbose_name_plural = _("settings of reviewers")
        constraints = [
            models.CheckConstraint(
                name="a_weekly_maximum_lets_somebody_review",
                condition=Q(weekly_maximum=None) | Q(weekly_maximum__range=(1, MOST_IN_A_WEEK)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}"


class Absence(models.Model):
    """Days on which a reviewer is given nothing, the first and the last one included."""

    user = models.ForeignKey(User, models.PROTECT, related_name="reviewing_absences")
    first_day = models.DateField(_("first day away"))
    last_day = models.DateField(_("last day away"))

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence of a reviewer")
        verbose_name_plural = _("absences of reviewers")
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                name="an_absence_ends_after_it_begins", condition=Q(last_day__gte=F("first_day"))
            ),
            models.UniqueConstraint(
                fields=["user", "first_day", "last_day"], name="an_absence_is_named_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.first_day} – {self.last_day}"


class PastSchool(models.Model):
    """A school at which a reviewer says they worked or learned. It gives no rights there."""

    user = models.ForeignKey(User, models.PROTECT, related_name="past_schools")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        verbose_name = _("school where a reviewer was")
        verbose_name_plural = _("schools where reviewers were")
        ordering = ["agency__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "agency"], name="a_past_school_is_named_once")
        ]
        triggers = [OnlyASchool(name="a_past_school_is_a_school")]

    def __str__(self) -> str:
        return f"{self.user}: {self.agency}"


class NamedConflict(models.Model):
    """Two people who do not judge each other's work, because one of them or a coordinator said so.

    The other one is not told. A reviewer who recognized somebody in a submission names them by it
    and does not learn who they are. An address without an account waits until somebody has it.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    other = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    address = models.EmailField(
        blank=True, help_text="Of somebody who has no account yet. Empty once `other` is known."
    )
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="+",
        help_text="In which the person recognized the other one.",
    )  # fmt: skip
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = NamedConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("people who do not judge each other")
        verbose_name_plural = _("people who do not judge each other")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="a_conflict_is_with_an_account_or_an_address",
                condition=Q(other__isnull=False, address="")
                | Q(other__isnull=True, address=Lower("address")) & ~Q(address=""),
            ),
            models.CheckConstraint(
                name="nobody_names_themselves", condition=Q(other=None) | ~Q(other=F("person"))
            ),
            models.UniqueConstraint(
                fields=["person", "other"],
                condition=Q(ended_at=None, other__isnull=False),
                name="a_conflict_is_named_once",
            ),
            models.UniqueConstraint(
                fields=["person", "address"],
                condition=Q(ended_at=None) & ~Q(address=""),
                name="a_conflict_is_named_once_by_address",
            ),
        ]
        indexes = [
            models.Index(
                fields=["address"],
                condition=Q(ended_at=None) & ~Q(address=""),
                name="conflicts_without_an_account",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="an_ended_conflict_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.other or self.address}"
