from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Group, User
from catalog.models import BadgeClass


class GroupBadge(models.Model):
    """A badge that a coordinator allowed for a group.

    Its instructors see who of the group holds it, and may make claim codes for it.
    """

    group = models.ForeignKey(Group, models.PROTECT, related_name="+")
    badge_class = models.ForeignKey(BadgeClass, models.PROTECT, related_name="+")
    allowed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    allowed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("badge of a group")
        verbose_name_plural = _("badges of groups")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "badge_class"],
                condition=Q(ended_at__isnull=True),
                name="a_badge_is_allowed_once_for_a_group",
            )
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.badge_class}"
