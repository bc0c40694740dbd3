from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership, User


class ApiTokenQuerySet(models.QuerySet):
    def in_force(self) -> ApiTokenQuerySet:
        return self.filter(revoked_at=None)

    def coordinated_by(self, user: User) -> ApiTokenQuerySet:
        return self.filter(
            agency__in=Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        )


class ApiToken(models.Model):
    """Lets another program award the badges of an agency and of its descendants.

    Only the digest is stored. The token itself is long, random and shown once.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False, help_text="SHA-256.")
    ending = models.CharField(max_length=4, editable=False, help_text="By which people know it.")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    hour_began_at = models.DateTimeField(
        null=True, help_text="Awards from then on are counted together, for an hour."
    )
    awards_in_hour = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                condition=Q(revoked_at=None),
                name="one_token_in_force_of_a_name",
            ),
            models.CheckConstraint(
                name="token_is_revoked_by_somebody",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (…{self.ending})"
