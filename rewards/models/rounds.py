from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from rewards.models.drawings import Drawing
from rewards.querysets import DrandRoundQuerySet


class DrandRound(models.Model):
    """A drand round that a drawing needs, and its signature once found."""

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="rounds")
    number = models.PositiveBigIntegerField(_("round"))
    due_at = models.DateTimeField(help_text="When the program asks for it next.")
    tries = models.PositiveIntegerField(default=0)
    signature = models.CharField(max_length=96, blank=True, help_text="In hexadecimal; checked.")
    found_at = models.DateTimeField(null=True)
    found_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+",
        help_text="Who asked for it or pasted it; empty: the schedule did.",
    )  # fmt: skip

    objects = DrandRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("drand round")
        verbose_name_plural = _("drand rounds")
        ordering = ["drawing", "number"]
        constraints = [
            models.UniqueConstraint(fields=["drawing", "number"], name="one_wait_for_a_round"),
            models.CheckConstraint(
                name="a_round_is_found_with_its_signature",
                condition=Q(signature="", found_at__isnull=True, found_by__isnull=True)
                | (~Q(signature="") & Q(found_at__isnull=False)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="a_signature_once_found_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__signature=""),
            )
        ]

    def __str__(self) -> str:
        return f"drand {self.number}"
