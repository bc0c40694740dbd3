from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from accounts.models import Agency, Membership
from issuing.states import PUBLISHED, AwardStatus

if TYPE_CHECKING:
    from accounts.models import User


class AssertionQuerySet(models.QuerySet):
    def due(self, *, now: datetime) -> AssertionQuerySet:
        return self.filter(status=AwardStatus.PENDING, due_at__lte=now).order_by("due_at", "pk")

    def published(self) -> AssertionQuerySet:
        """What anyone may read: issued, and revoked too, because a verifier must be told."""
        return self.filter(status__in=PUBLISHED)

    def issued(self) -> AssertionQuerySet:
        return self.filter(status=AwardStatus.ISSUED)

    def of(self, user: User) -> AssertionQuerySet:
        return self.filter(recipient_id=user.pk)

    def coordinated_by(self, user: User) -> AssertionQuerySet:
        agencies = Agency.objects.where(user, Membership.Role.COORDINATOR)
        return self.filter(badge_class__issuer__agency__in=agencies)

    def with_badge(self) -> AssertionQuerySet:
        return self.select_related(
            "version", "badge_class__issuer__agency", "badge_class__category"
        )
