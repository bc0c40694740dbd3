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
                condition=Q(accepts_files=True) | Q(accepts_links=True) | Q(accepts_text=True),
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
