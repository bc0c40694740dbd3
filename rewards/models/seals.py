from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from rewards.models.draws import Draw
from rewards.querysets import SealQuerySet
from serving.triggers import ChangesPages


class Seal(models.Model):
    """The result of a draw that stays sealed until it was shown on stage, or until a set time."""

    draw = models.OneToOneField(Draw, models.CASCADE, related_name="seal")
    inputs = models.TextField(help_text="inputs.json as it was sealed, byte for byte.")
    sha256 = models.CharField(max_length=64, help_text="Of the sealed inputs, in hexadecimal.")
    opens_at = models.DateTimeField(_("revealed at the latest"))
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="Blank: the time had come."
    )

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = _("sealed result")
        verbose_name_plural = _("sealed results")
        constraints = [
            models.CheckConstraint(
                name="a_seal_opened_by_somebody_is_open",
                condition=Q(opened_by=None) | Q(opened_at__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                fields=["opens_at"], condition=Q(opened_at=None), name="results_still_sealed"
            )
        ]
        triggers = [
            ChangesPages("seal_changes_pages"),
            pgtrigger.Protect(name="seal_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="sealed_result_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("draw", "inputs", "sha256", "opens_at"),
            ),
            pgtrigger.Protect(
                name="a_seal_is_opened_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__opened_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw}, sealed"
