from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Agency, Membership
from issuing.states import PUBLISHED, STANDING, AwardStatus, EndorsementStatus

if TYPE_CHECKING:
    from accounts.models import User
    from issuing.models import Assertion, Endorsement


class AssertionQuerySet(models.QuerySet["Assertion"]):
    def due(self, *, now: datetime) -> AssertionQuerySet:
        return self.filter(status=AwardStatus.PENDING, due_at__lte=now).order_by("due_at", "pk")

    def published(self) -> AssertionQuerySet:
        """What anyone may read: issued, and revoked too, because a verifier must be told."""
        return self.filter(status__in=PUBLISHED)

    def standing(self) -> AssertionQuerySet:
        """What keeps its person from being awarded the same badge now, unless it is renewed."""
        return self.filter(status__in=STANDING, renewed_at=None)

    def issued(self) -> AssertionQuerySet:
        return self.filter(status=AwardStatus.ISSUED)

    def readable_by(self, user: User) -> AssertionQuerySet:
        """What has a page for this person: their own from the approval on, others' once issued."""
        return self.filter(Q(status__in=PUBLISHED) | Q(recipient_id=user.pk))

    def matching(self, words: str) -> AssertionQuerySet:
        """Awards of people or of badges of this name, for coordinators."""
        words = words.strip()
        if not words:
            return self
        return self.filter(
            Q(recipient_name__icontains=words)
            | Q(recipient_email__icontains=words)
            | Q(version__name__icontains=words)
        )

    def newest_first(self) -> AssertionQuerySet:
        """What waits stands above what has been issued."""
        return self.order_by(F("issued_on").desc(nulls_first=True), "-due_at", "-pk")

    def of(self, user: User) -> AssertionQuerySet:
        return self.filter(recipient_id=user.pk)

    def coordinated_by(self, user: User) -> AssertionQuerySet:
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(badge_class__issuer__agency__in=agencies)

    def hosted_columns(self) -> AssertionQuerySet:
        """What the hosted document says, but for evidence: few awards show any."""
        shared = self.model.shared_evidence.rel.related_model.objects.order_by()
        return self.order_by().values_list(
            "status",
            "recipient_email",
            "salt",
            "issued_on",
            "expires",
            "narrative",
            "revocation_reason",
            "version__public_id",
            Exists(shared.filter(assertion=OuterRef("pk"))),
        )

    def with_badge(self) -> AssertionQuerySet:
        return self.select_related(
            "version", "badge_class__issuer__agency", "badge_class__category"
        )


class EndorsementQuerySet(models.QuerySet["Endorsement"]):
    def accepted(self) -> EndorsementQuerySet:
        """What is shown and embedded: accepted, and of an award only while the award stands."""
        stands = Q(assertion__isnull=True) | Q(assertion__status=AwardStatus.ISSUED)
        return self.filter(stands, status=EndorsementStatus.ACCEPTED)

    def offered(self) -> EndorsementQuerySet:
        return self.filter(status=EndorsementStatus.OFFERED)

    def by(self, user: User) -> EndorsementQuerySet:
        return self.filter(endorser_id=user.pk)

    def decided_by_word_of(self, user: User) -> EndorsementQuerySet:
        """What this person accepts or declines: of their own awards, and of their agencies'."""
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(
            Q(assertion__recipient_id=user.pk)
            | Q(issuer__agency__in=agencies)
            | Q(version__badge_class__issuer__agency__in=agencies)
        )

    def readable_by(self, user: User) -> EndorsementQuerySet:
        return self.filter(
            Q(pk__in=self.by(user).values("pk"))
            | Q(pk__in=self.decided_by_word_of(user).values("pk"))
        )

    def with_target(self) -> EndorsementQuerySet:
        return self.select_related(
            "endorser",
            "issuer__agency",
            "version__badge_class__issuer__agency",
            "assertion__recipient",
            "assertion__version",
            "assertion__badge_class__issuer__agency",
        )
