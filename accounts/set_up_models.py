"""How far the set-up of this installation is. `accounts.models` includes it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SetUp(models.Model):
    """The first hour of this installation: one row, kept for good once it is finished.

    `accounts.set_up.operations` changes it. An installation that had an agency before it had this
    row counts as finished.
    """

    # Of the one-time code; empty once it is used. The number tells sessions of an older code.
    code_hash = models.CharField(max_length=128, blank=True)
    code_number = models.PositiveIntegerField(default=0)
    coordinator = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+",
        verbose_name=_("first coordinator"),
    )  # fmt: skip
    agency = models.ForeignKey(
        "accounts.Agency", models.PROTECT, null=True, related_name="+",
        verbose_name=_("agency at the root"),
    )  # fmt: skip
    finished_at = models.DateTimeField(null=True)
    # Of the checklist that follows.
    texts_read_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("set-up")
        verbose_name_plural = _("set-up")
        constraints = [
            models.CheckConstraint(name="one_set_up", condition=Q(pk=1)),
            models.CheckConstraint(
                name="finished_set_up_has_a_coordinator_and_no_code",
                condition=Q(finished_at=None)
                | Q(coordinator__isnull=False, agency__isnull=False, code_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return str(_("set-up"))
