from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from accounts.models import Agency, Membership
from issuing.states import (
    ACTIVE,
    OPEN_REPLACEMENTS,
    PUBLISHED,
    AwardStatus,
    EndorsementStatus,
    ReplacementStatus,
)

if TYPE_CHECKING:
    from accounts.models import User
    from issuing.models import Assertion, Endorsement, ReplacementRequest


def _accounts_of(user: User) -> models.QuerySet[User]:
    return Membership.user.field.related_model.objects.same_person(user)


class AssertionQuerySet(models.QuerySet["Assertion"]):
    def due(self, *, now: datetime) -> AssertionQuerySet:
        """Awards to issue now. One that was due at once while a clock was ahead does not wait."""
        is_due = Q(due_at__lte=now) | Q(created_at__gt=now, due_at__lte=F("created_at"))
        return self.filter(is_due, status=AwardStatus.PENDING).order_by("due_at", "pk")

    def published(self) -> AssertionQuerySet:
        """Public awards: issued ones, and revoked ones so that verifiers learn of it."""
        return self.filter(status__in=PUBLISHED)

    def active(self) -> AssertionQuerySet:
        """Pending, held or issued, and not renewed. A person has at most one per badge."""
        return self.filter(status__in=ACTIVE, renewed_at=None)

    def issued(self) -> AssertionQuerySet:
        return self.filter(status=AwardStatus.ISSUED)

    def readable_by(self, user: User) -> AssertionQuerySet:
        """Awards whose page this user may see: their own, and published ones of others.

        A private one has a page for its earner and for coordinators of its issuer.
        """
        return self.filter(
            Q(status__in=PUBLISHED, is_private=False)
            | Q(recipient__in=_accounts_of(user))
            | Q(status__in=PUBLISHED, pk__in=self.model.objects.coordinated_by(user).values("pk"))
        )

    def matching(self, words: str) -> AssertionQuerySet:
        """Awards whose recipient name, email or badge name contains these words."""
        words = words.strip()
        if not words:
            return self
        return self.filter(
            Q(recipient_name__icontains=words)
            | Q(recipient_email__icontains=words)
            | Q(version__name__icontains=words)
            # Coordinators alone search here, so they also find people by an earlier name.
            | Exists(
                self.model.replaced_credentials.rel.related_model.objects.filter(
                    Q(recipient_name__icontains=words) | Q(recipient_email__icontains=words),
                    assertion=OuterRef("pk"),
                )
            )
        )

    def with_names_now(self) -> AssertionQuerySet:
        """With the name and address of the recipient as they are now.

        The name is the person's, of their main account; the address is that of the account that
        has the award.
        """
        return self.annotate(
            name_now=Coalesce("recipient__linked_to__name", "recipient__name"),
            email_now=F("recipient__email"),
        )

    def with_earlier_names(self) -> AssertionQuerySet:
        """Issued awards that carry another name or address than the person has now."""
        other_name = ~Q(name_now="") & ~Q(recipient_name=F("name_now"))
        return (
            self.with_names_now().issued().filter(other_name | ~Q(recipient_email=F("email_now")))
        )

    def newest_first(self) -> AssertionQuerySet:
        """Awards that are not issued yet first, then the newest."""
        return self.order_by(F("issued_on").desc(nulls_first=True), "-due_at", "-pk")

    def of(self, user: User) -> AssertionQuerySet:
        """Awards of this person, to any of their accounts."""
        return self.filter(recipient__in=_accounts_of(user))

    def coordinated_by(self, user: User) -> AssertionQuerySet:
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(badge_class__issuer__agency__in=agencies)

    def hosted_columns(self, *more: str | Exists) -> AssertionQuerySet:
        """The columns for the hosted document and its pictures, and what else is asked for.

        The last of them is a flag for evidence, which few awards show.
        """
        shared = self.model.shared_evidence.rel.related_model.objects.order_by()
        return self.order_by().values_list(
            "status",
            "recipient_email",
            "salt",
            "earned_on",
            "issued_on",
            "expires",
            "narrative",
            "revocation_reason",
            "version__public_id",
            "version__image",
            "version__vector",
            Exists(shared.filter(assertion=OuterRef("pk"))),
            *more,
        )

    def with_badge(self) -> AssertionQuerySet:
        return self.select_related(
            "version", "badge_class__issuer__agency", "badge_class__category"
        )


class ReplacementRequestQuerySet(models.QuerySet["ReplacementRequest"]):
    def open(self) -> ReplacementRequestQuerySet:
        return self.filter(status__in=OPEN_REPLACEMENTS)

    def due(self, *, now: datetime) -> ReplacementRequestQuerySet:
        """Requests to work off now. One that was due at once while a clock was ahead, too."""
        is_due = Q(due_at__lte=now) | Q(asked_at__gt=now, due_at__lte=F("asked_at"))
        return self.filter(is_due, status=ReplacementStatus.DUE).order_by("due_at", "pk")

    def coordinated_by(self, user: User) -> ReplacementRequestQuerySet:
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(assertion__badge_class__issuer__agency__in=agencies)

    def of(self, user: User) -> ReplacementRequestQuerySet:
        return self.filter(assertion__recipient__in=_accounts_of(user))


class EndorsementQuerySet(models.QuerySet["Endorsement"]):
    def accepted(self) -> EndorsementQuerySet:
        """Accepted endorsements, not of a revoked or private award: they are shown and embedded."""
        is_shown = Q(assertion__isnull=True) | Q(
            assertion__status=AwardStatus.ISSUED, assertion__is_private=False
        )
        return self.filter(is_shown, status=EndorsementStatus.ACCEPTED)

    def offered(self) -> EndorsementQuerySet:
        return self.filter(status=EndorsementStatus.OFFERED)

    def by(self, user: User) -> EndorsementQuerySet:
        return self.filter(endorser_id=user.pk)

    def decidable_by(self, user: User) -> EndorsementQuerySet:
        """Endorsements that this user may accept: of their awards and of their agencies' badges."""
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(
            Q(assertion__recipient__in=_accounts_of(user))
            | Q(issuer__agency__in=agencies)
            | Q(version__badge_class__issuer__agency__in=agencies)
        )

    def readable_by(self, user: User) -> EndorsementQuerySet:
        return self.filter(
            Q(pk__in=self.by(user).values("pk")) | Q(pk__in=self.decidable_by(user).values("pk"))
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
