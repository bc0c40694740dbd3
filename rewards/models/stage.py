from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from rewards.models.draws import Draw


class StageStep(models.Model):
    """What is on stage now: the small document that the phones in the room ask for.

    It has nothing that was not on the screen.
    """

    draw = models.OneToOneField(Draw, models.CASCADE, related_name="stage")
    step = models.PositiveIntegerField(default=0)
    shown = models.JSONField(default=dict)
    shown_at = models.DateTimeField(default=timezone.now)
    shown_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("step on stage")
        verbose_name_plural = _("steps on stage")

    def __str__(self) -> str:
        return f"{self.draw}, step {self.step}"
