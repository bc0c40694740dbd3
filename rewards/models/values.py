from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from rewards.models.drawings import DrawingRules


class TypedValue(models.Model):
    """The value of an announced source, as one coordinator looked it up and typed it.

    It counts once somebody else typed the same. Whoever types again adds a row.
    """

    rules = models.ForeignKey(DrawingRules, models.PROTECT, related_name="typed_values")
    source = models.PositiveIntegerField(help_text="Its place among the sources, from 0.")
    values = models.JSONField(help_text="The numbers, or one text.")
    typed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    typed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("typed value")
        verbose_name_plural = _("typed values")
        ordering = ["rules", "source", "pk"]
        triggers = [
            pgtrigger.Protect(
                name="typed_value_stays", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.rules}, source {self.source + 1}"
