from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from catalog.models.badges import BadgeClass
from catalog.querysets import PathwayQuerySet
from catalog.states import PathwayStatus
from serving.triggers import ChangesPages


class Pathway(models.Model):
    """A set of badges that leads to another one, which is awarded to people who have them all."""

    Status = PathwayStatus

    badge_class = models.OneToOneField(
        BadgeClass, models.PROTECT, related_name="pathway",
        help_text=_("The badge it leads to."),
    )  # fmt: skip
    name = models.CharField(
        _("name"), max_length=120, blank=True, help_text=_("Blank to use the badge’s name.")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=PathwayStatus, default=PathwayStatus.ACTIVE
    )
    suspended_reason = models.TextField(_("why it is suspended"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PathwayQuerySet.as_manager()

    class Meta:
        verbose_name = _("pathway")
        verbose_name_plural = _("pathways")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="pathway_is_suspended_for_a_reason",
                condition=Q(status=PathwayStatus.ACTIVE, suspended_reason="")
                | (Q(status=PathwayStatus.SUSPENDED) & ~Q(suspended_reason="")),
            )
        ]
        triggers = [ChangesPages("pathway_changes_pages")]

    def __str__(self) -> str:
        return self.name or self.badge_class.slug

    def get_absolute_url(self) -> str:
        return reverse("catalog:pathway", args=[self.badge_class.slug])

    @property
    def title(self) -> str:
        """The pathway's own name, or that of its badge."""
        version = self.badge_class.current_version
        return self.name or (version.name if version else str(self))

    @property
    def agency(self) -> Agency:
        return self.badge_class.agency


class PathwayStep(models.Model):
    """One of the badges that a pathway requires. All of them are needed, in any order."""

    pathway = models.ForeignKey(Pathway, models.CASCADE, related_name="steps")
    badge_class = models.ForeignKey(BadgeClass, models.PROTECT, related_name="pathway_steps")
    position = models.PositiveIntegerField(_("position"))

    class Meta:
        ordering = ["position"]
        verbose_name = _("step of a pathway")
        verbose_name_plural = _("steps of pathways")
        constraints = [
            models.UniqueConstraint(
                fields=["pathway", "badge_class"], name="badge_is_one_step_of_a_pathway"
            ),
            models.UniqueConstraint(fields=["pathway", "position"], name="one_step_per_position"),
        ]
        triggers = [ChangesPages("pathway_step_changes_pages")]

    def __str__(self) -> str:
        return f"{self.position}. {self.badge_class}"
