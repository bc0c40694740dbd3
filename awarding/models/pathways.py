from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Pathway
from issuing.models.assertions import Assertion


class PathwaySweep(models.Model):
    """The next check of everybody who holds the steps of a pathway, and its progress."""

    pathway = models.OneToOneField(Pathway, models.CASCADE, related_name="sweep")
    due_at = models.DateTimeField(db_index=True)
    reached = models.BigIntegerField(
        default=0, help_text="The key of the last person looked at; 0 before the first."
    )

    class Meta:
        verbose_name = _("check of a pathway")
        verbose_name_plural = _("checks of pathways")

    def __str__(self) -> str:
        return f"sweep of {self.pathway}"


class StepToCount(models.Model):
    """A newly issued step; whether it completes a pathway is still to be checked."""

    step = models.ForeignKey(Assertion, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("step to be counted")
        verbose_name_plural = _("steps to be counted")

    def __str__(self) -> str:
        return f"{self.step}, to be counted"
