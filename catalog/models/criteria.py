from __future__ import annotations

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.badges import BadgeVersion
from catalog.vocabulary import TargetType
from postgres.history_triggers import FrozenWithParent
from serving.triggers import ChangesPages


def _frozen_once_published(name: str, *, version: str = "the_row.version_id") -> FrozenWithParent:
    """A trigger that freezes a part of a published version, under which people earn badges."""
    return FrozenWithParent(
        name=name,
        table="catalog_badgeversion",
        parent_id=version,
        since="published_at",
        refusal="a published badge version does not change",
    )


class Criterion(models.Model):
    """One requirement of a badge, and the evidence that it asks for."""

    version = models.ForeignKey(BadgeVersion, models.CASCADE, related_name="criteria")
    position = models.PositiveIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=150)
    description = models.TextField(_("what must be shown"))
    evidence_prompt = models.TextField(_("the evidence it asks for"))
    accepts_files = models.BooleanField(_("files"), default=True)
    accepts_links = models.BooleanField(_("links"), default=True)
    accepts_text = models.BooleanField(_("text"), default=True)
    # Set with its questions, so that pages ask for these only where there are any.
    asks_questions = models.BooleanField(_("answers to questions"), default=False)
    required = models.BooleanField(_("required"), default=True)
    # The same in each version, and after each change in the editor.
    thread = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("criterion")
        ordering = ["position"]
        verbose_name_plural = _("criteria")
        constraints = [
            # Deferred, so that two criteria can swap positions within one transaction.
            models.UniqueConstraint(
                fields=["version", "position"],
                name="one_criterion_per_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="criterion_accepts_some_evidence",
                condition=Q(accepts_files=True)
                | Q(accepts_links=True)
                | Q(accepts_text=True)
                | Q(asks_questions=True),
            ),
        ]
        triggers = [
            ChangesPages("criterion_changes_pages"),
            _frozen_once_published("published_criterion_is_frozen"),
        ]

    def __str__(self) -> str:
        return self.name


class RubricLevel(models.Model):
    """One level of a criterion's rubric, lowest first, for both earners and reviewers."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="levels")
    position = models.PositiveIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("what it looks like"))
    points = models.DecimalField(
        _("points"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    thread = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("level of a rubric")
        verbose_name_plural = _("levels of rubrics")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "position"], name="one_level_per_position")
        ]
        triggers = [
            ChangesPages("rubric_level_changes_pages"),
            _frozen_once_published(
                "published_level_is_frozen",
                version="SELECT version_id FROM catalog_criterion WHERE id = the_row.criterion_id",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """A question that earners answer on the evidence page, as a part of a criterion."""

    class Kind(models.TextChoices):
        SHORT = "short", _("a short text")
        LONG = "long", _("a long text")
        ONE = "one", _("one choice")
        SEVERAL = "several", _("several choices")
        NUMBER = "number", _("a number")
        DATE = "date", _("a date")

    CHOOSING = (Kind.ONE, Kind.SEVERAL)

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField(_("position"))
    text = models.CharField(_("question"), max_length=300)
    help_text = models.CharField(_("help"), max_length=500, blank=True)
    kind = models.CharField(_("kind of answer"), max_length=7, choices=Kind, default=Kind.SHORT)
    options = models.TextField(_("choices"), blank=True, help_text="One on each line.")
    required = models.BooleanField(_("required"), default=True)
    thread = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "position"], name="one_question_per_position"
            ),
            models.CheckConstraint(
                name="only_questions_with_choices_have_options",
                condition=Q(kind__in=["one", "several"]) & ~Q(options="")
                | ~Q(kind__in=["one", "several"]) & Q(options=""),
            ),
        ]
        triggers = [
            ChangesPages("question_changes_pages"),
            _frozen_once_published(
                "published_question_is_frozen",
                version="SELECT version_id FROM catalog_criterion WHERE id = the_row.criterion_id",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def choices(self) -> list[str]:
        return self.options.splitlines()


class Alignment(models.Model):
    """A link to a standard in a framework (AlignmentObject in Open Badges 2.0, section 4.5)."""

    version = models.ForeignKey(BadgeVersion, models.CASCADE, related_name="alignments")
    target_name = models.CharField(_("standard"), max_length=250)
    target_url = models.URLField(_("web address"))
    target_code = models.CharField(_("code"), max_length=60, blank=True)
    target_framework = models.CharField(_("framework"), max_length=150, blank=True)
    target_description = models.TextField(_("description"), blank=True)
    target_type = models.CharField(
        _("kind of standard"), max_length=30, choices=TargetType, blank=True
    )
    thread = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        ordering = ["target_framework", "target_code", "pk"]
        triggers = [
            ChangesPages("alignment_changes_pages"),
            _frozen_once_published("published_alignment_is_frozen"),
        ]

    def __str__(self) -> str:
        return f"{self.target_code} {self.target_name}".strip()
