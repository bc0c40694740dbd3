from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency


class ClosedDay(models.Model):
    """A holiday or another day that is not a working day."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="closed_days")
    date = models.DateField(_("date"))
    name = models.CharField(_("what"), max_length=100)
    # Of the calendar's event that it came with: when the event moves, so does the day.
    uid = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "date"], name="one_closed_day_per_agency_and_date"
            )
        ]

    def __str__(self) -> str:
        return f"{self.date}: {self.name}"
