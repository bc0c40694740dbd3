from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from rewards.models.drawings import Drawing


class Dispute(models.Model):
    """An objection to the published list, and its answer."""

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="disputes")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(_("what is wrong"))
    created_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(_("answer"), blank=True)
    upheld = models.BooleanField(_("the list is corrected"), null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_dispute_is_answered_whole",
                condition=Q(answered_at__isnull=True, answer="", upheld__isnull=True)
                | (Q(answered_at__isnull=False, upheld__isnull=False) & ~Q(answer="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.text[:60]}"
