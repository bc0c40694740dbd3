from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q

from accounts.models import Agency, Membership
from issuing.states import (
    IN_WORK,
    PUBLISHED,
    STANDING,
    AwardStatus,
    EndorsementStatus,
    RowOutcome,
    RowProblem,
)

if TYPE_CHECKING:
    from accounts.models import User


class AssertionQuerySet(models.QuerySet):
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
        agencies = Agency.objects.where(user, Membership.Role.COORDINATOR)
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


class AwardListQuerySet(models.QuerySet):
    def coordinated_by(self, user: User) -> AwardListQuerySet:
        agencies = Agency.objects.where(user, Membership.Role.COORDINATOR)
        return self.filter(badge_class__issuer__agency__in=agencies)

    def in_work(self) -> AwardListQuerySet:
        """What a worker has something to do for."""
        return self.filter(status__in=IN_WORK).order_by("pk")

    def with_badge(self) -> AwardListQuerySet:
        return self.select_related(
            "badge_class__current_version", "badge_class__category", "badge_class__issuer__agency"
        )


# A row of these is left out, and nobody need do anything about it.
NOTHING_TO_MEND = [RowProblem.TWICE, RowProblem.ALREADY]


class AwardListRowQuerySet(models.QuerySet):
    def sound(self) -> AwardListRowQuerySet:
        """What will award something."""
        return self.filter(problem="")

    def waiting(self) -> AwardListRowQuerySet:
        """What is still to be awarded, in the order of the file."""
        return self.filter(problem="", outcome="").order_by("pk")

    def with_problem(self) -> AwardListRowQuerySet:
        return self.exclude(problem="")

    def granted(self) -> AwardListRowQuerySet:
        return self.filter(outcome=RowOutcome.GRANTED)

    def can_be_taken_back(self) -> AwardListRowQuerySet:
        """What it awarded that has not been issued yet."""
        waiting = [AwardStatus.PENDING, AwardStatus.HELD]
        return self.granted().filter(assertion__status__in=waiting).order_by("pk")

    def numbers(self) -> dict[str, int]:
        """How many rows there are of each kind, for the list's page."""
        return self.aggregate(
            rows=Count("pk"),
            problems=Count("pk", filter=~Q(problem="") & ~Q(problem__in=NOTHING_TO_MEND)),
            repeated=Count("pk", filter=Q(problem=RowProblem.TWICE)),
            holding=Count("pk", filter=Q(problem=RowProblem.ALREADY)),
            left_out=Count("pk", filter=~Q(problem="")),
            sound=Count("pk", filter=Q(problem="")),
            to_award=Count("pk", filter=Q(problem="") | ~Q(outcome="")),
            new_people=Count("pk", filter=Q(problem="", is_new_person=True)),
            worked_off=Count("pk", filter=~Q(outcome="")),
            granted=Count("pk", filter=Q(outcome=RowOutcome.GRANTED)),
            already=Count("pk", filter=Q(outcome=RowOutcome.ALREADY)),
            refused=Count("pk", filter=Q(outcome=RowOutcome.REFUSED)),
            issued=Count(
                "pk",
                filter=Q(outcome=RowOutcome.GRANTED)
                & Q(assertion__status__in=[AwardStatus.ISSUED, AwardStatus.REVOKED]),
            ),
            waiting=Count(
                "pk",
                filter=Q(outcome=RowOutcome.GRANTED)
                & Q(assertion__status__in=[AwardStatus.PENDING, AwardStatus.HELD]),
            ),
            cancelled=Count(
                "pk",
                filter=Q(outcome=RowOutcome.GRANTED, assertion__status=AwardStatus.CANCELLED),
            ),
        )


class ClaimCodeQuerySet(models.QuerySet):
    def coordinated_by(self, user: User) -> ClaimCodeQuerySet:
        agencies = Agency.objects.where(user, Membership.Role.COORDINATOR)
        return self.filter(badge_class__issuer__agency__in=agencies)

    def with_badge(self) -> ClaimCodeQuerySet:
        return self.select_related(
            "badge_class__current_version", "badge_class__category", "badge_class__issuer__agency"
        )

    def with_claims_count(self) -> ClaimCodeQuerySet:
        return self.annotate(claimed=Count("claims")).order_by("-made_at", "-pk")


class EndorsementQuerySet(models.QuerySet):
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
        agencies = Agency.objects.where(user, Membership.Role.COORDINATOR)
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
