from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership, User
from awarding.states import Ladder, ResultRemark, RowProblem
from catalog.models import BadgeClass


class ScoreRuleQuerySet(models.QuerySet):
    def coordinated_by(self, user: User) -> ScoreRuleQuerySet:
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(badge_class__issuer__agency__in=agencies)

    def within(self, agency: Agency) -> ScoreRuleQuerySet:
        """Rules of published badges of an agency and its descendants."""
        return self.filter(
            badge_class__issuer__agency__in=Agency.objects.within(agency),
            badge_class__status=BadgeClass.Status.PUBLISHED,
        )

    def with_badge(self) -> ScoreRuleQuerySet:
        return self.select_related("badge_class__current_version", "badge_class__issuer__agency")


@dataclass(frozen=True)
class Condition:
    """What one result must be: of a test, and a score, gain or level."""

    test: str
    kind: str
    at_least: Decimal | None = None
    in_percent: bool = False
    levels: Sequence[str] = ()

    def __str__(self) -> str:
        words = f"{ScoreRule.Kind(self.kind).label} {self.value}"
        return f"{self.test}: {words}" if self.test else words

    @property
    def value(self) -> str:
        """What is needed, as in the form: 228, 80%, or levels."""
        if self.levels:
            return ", ".join(self.levels)
        return f"{self.at_least.normalize():f}{'%' if self.in_percent else ''}"

    def as_json(self) -> dict[str, Any]:
        at_least = None if self.at_least is None else str(self.at_least)
        return asdict(self) | {"at_least": at_least, "levels": list(self.levels)}


class ScoreRule(models.Model):
    """The test result that earns a badge. With several rules for a badge, one is enough."""

    class Kind(models.TextChoices):
        SCORE = "score", _("a score of at least")
        GAIN = "gain", _("a gain (after minus before) of at least")
        LEVEL = "level", _("a level of at least")
        LEVELS = "levels", _("one of these levels")

    badge_class = models.ForeignKey(BadgeClass, models.PROTECT, related_name="score_rules")
    test = models.CharField(
        max_length=120, blank=True, help_text="Its name, * for any letters; empty for any test."
    )
    kind = models.CharField(max_length=10, choices=Kind)
    at_least = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    in_percent = models.BooleanField(default=False, help_text="Else the score counts in points.")
    levels = models.JSONField(default=list, help_text="One for “at least”; several for “one of”.")
    also = models.JSONField(
        default=list, help_text="What further results must be; each is as this one's fields."
    )
    needed = models.PositiveSmallIntegerField(
        null=True, help_text="How many of the results are enough; empty for all."
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ScoreRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule for test results")
        verbose_name_plural = _("rules for test results")
        ordering = ["badge_class", "pk"]
        constraints = [
            models.CheckConstraint(
                name="score_rule_has_the_value_of_its_kind",
                condition=Q(kind__in=["score", "gain"], at_least__isnull=False, levels=[])
                | (
                    Q(kind__in=["level", "levels"], at_least__isnull=True, in_percent=False)
                    & ~Q(levels=[])
                ),
            )
        ]

    def __str__(self) -> str:
        parts = [str(condition) for condition in self.conditions]
        if len(parts) == 1:
            return parts[0]
        if self.needed:
            return gettext("%(number)s of these: %(parts)s") % {
                "number": self.needed, "parts": "; ".join(parts),
            }  # fmt: skip
        return gettext("%(parts)s, and %(last)s") % {
            "parts": "; ".join(parts[:-1]), "last": parts[-1],
        }  # fmt: skip

    @property
    def conditions(self) -> list[Condition]:
        first = Condition(self.test, self.kind, self.at_least, self.in_percent, tuple(self.levels))
        return [first, *(self._condition(values) for values in self.also)]

    @property
    def value(self) -> str:
        return self.conditions[0].value

    @property
    def results_needed(self) -> int:
        return self.needed or 1 + len(self.also)

    @staticmethod
    def _condition(values: dict[str, Any]) -> Condition:
        at_least = values["at_least"]
        return Condition(
            **values | {
                "at_least": None if at_least is None else Decimal(at_least),
                "levels": tuple(values["levels"]),
            }
        )  # fmt: skip


class ScoreImportQuerySet(models.QuerySet):
    def coordinated_by(self, user: User) -> ScoreImportQuerySet:
        return self.filter(
            agency__in=Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        )


class ScoreImport(models.Model):
    """Uploaded test results. There is one award list for each badge that they earn."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    columns = models.JSONField(default=dict)
    ladder = models.CharField(
        max_length=8, choices=Ladder, blank=True, help_text="Of levels that name none."
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ScoreImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload of test results")
        verbose_name_plural = _("uploads of test results")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("awarding:manage_score_import", args=[self.public_id])


class ScoreResult(models.Model):
    """One row of the file."""

    score_import = models.ForeignKey(ScoreImport, models.CASCADE, related_name="results")
    line = models.PositiveIntegerField()
    pre_line = models.PositiveIntegerField(
        null=True, help_text="Of the pre-test, if it has a row of its own."
    )
    email = models.CharField(max_length=320, blank=True)
    name = models.TextField(blank=True)
    identifier = models.CharField(max_length=60, blank=True, help_text="Student or staff ID.")
    is_known_by_id = models.BooleanField(
        default=False, help_text="The address is that of the ID, not of the file."
    )
    known_name = models.CharField(max_length=150, blank=True, help_text="The name with the ID.")
    test = models.CharField(max_length=120, blank=True)
    form = models.CharField(max_length=120, blank=True)
    day_given = models.CharField(max_length=60, blank=True)
    earned_on = models.DateField(null=True)
    pre = models.CharField(max_length=40, blank=True)
    post = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=80, blank=True)
    ladder = models.CharField(
        max_length=8, choices=Ladder, blank=True, help_text="As the heading of its column says."
    )
    problem = models.CharField(max_length=20, choices=RowProblem, blank=True)
    remark = models.CharField(max_length=20, choices=ResultRemark, blank=True)
    earns = models.PositiveIntegerField(default=0, help_text="By how many badges' rules.")

    class Meta:
        verbose_name = _("test result")
        verbose_name_plural = _("test results")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["email"], name="score_result_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.email}"

    @property
    def shown_name(self) -> str:
        return self.name or self.known_name

    @property
    def problem_words(self) -> str:
        """What to do about the row."""
        if self.problem == RowProblem.NO_PERSON:
            return gettext("No person with the ID %(id)s: add them under IDs.") % {
                "id": self.identifier
            }
        return self.get_problem_display()

    @property
    def full_test(self) -> str:
        return f"{self.test} {self.form}".strip()

    @property
    def lines(self) -> str:
        return f"{self.pre_line}, {self.line}" if self.pre_line else str(self.line)
