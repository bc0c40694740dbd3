from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import Agency, Membership, User
from awarding.states import IN_WORK, RowOutcome, RowProblem
from issuing.states import ACTIVE, AwardStatus

if TYPE_CHECKING:
    from awarding.models import AwardList, AwardListRow, ClaimCode


class AwardListQuerySet(models.QuerySet["AwardList"]):
    def coordinated_by(self, user: User) -> AwardListQuerySet:
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(badge_class__issuer__agency__in=agencies)

    def in_work(self) -> AwardListQuerySet:
        """Lists for which a worker has something to do."""
        return self.filter(status__in=IN_WORK).order_by("pk")

    def with_badge(self) -> AwardListQuerySet:
        return self.select_related(
            "badge_class__current_version", "badge_class__category", "badge_class__issuer__agency"
        )


# Problems that nobody needs to correct: the row is just left out.
HARMLESS_PROBLEMS = [RowProblem.TWICE, RowProblem.ALREADY, RowProblem.NOT_CHOSEN]


class AwardListRowQuerySet(models.QuerySet["AwardListRow"]):
    def without_problem(self) -> AwardListRowQuerySet:
        return self.filter(problem="")

    def to_award(self) -> AwardListRowQuerySet:
        """Rows still to be awarded, in the order of the file."""
        return self.filter(problem="", outcome="").order_by("pk")

    def with_problem(self) -> AwardListRowQuerySet:
        return self.exclude(problem="")

    def to_fix(self) -> AwardListRowQuerySet:
        """Rows with a problem, without those that a person left out."""
        return self.with_problem().exclude(problem=RowProblem.NOT_CHOSEN)

    def with_public_link(self) -> AwardListRowQuerySet:
        return self.filter(evidence__contains=[[True]])

    def nameless(self) -> AwardListRowQuerySet:
        """Rows to award to people whose name is neither here nor on an account."""
        account = User.objects.filter(email=OuterRef("email"), name="")
        nameless = Q(is_new_person=True) | Exists(account)
        return self.without_problem().filter(nameless, name="")

    def granted(self) -> AwardListRowQuerySet:
        return self.filter(outcome=RowOutcome.GRANTED)

    def to_undo(self) -> AwardListRowQuerySet:
        """Rows whose awards are neither canceled nor revoked."""
        return self.granted().filter(assertion__status__in=sorted(ACTIVE)).order_by("pk")

    def cancellable(self) -> AwardListRowQuerySet:
        """Rows whose awards are not issued yet."""
        not_issued = [AwardStatus.PENDING, AwardStatus.HELD]
        return self.granted().filter(assertion__status__in=not_issued).order_by("pk")

    def counts(self) -> dict[str, int]:
        """Numbers of rows of each kind, for the page of the list."""
        return _with_sums(self.aggregate(**self._kinds()))

    def counts_by_list(self) -> dict[int, dict[str, int]]:
        """The same for each list, by its primary key. A list without rows is not among them."""
        counted = self.order_by().values("award_list").annotate(**self._kinds())
        return {counts.pop("award_list"): _with_sums(counts) for counts in counted}

    def _kinds(self) -> dict[str, Count]:
        return {
            "rows": Count("pk"),
            "problems": Count("pk", filter=~Q(problem="") & ~Q(problem__in=HARMLESS_PROBLEMS)),
            "repeated": Count("pk", filter=Q(problem=RowProblem.TWICE)),
            "holding": Count("pk", filter=Q(problem=RowProblem.ALREADY)),
            "not_chosen": Count("pk", filter=Q(problem=RowProblem.NOT_CHOSEN)),
            "left_out": Count("pk", filter=~Q(problem__in=["", RowProblem.NOT_CHOSEN])),
            "sound": Count("pk", filter=Q(problem="")),
            "to_award": Count("pk", filter=Q(problem="") | ~Q(outcome="")),
            "new_people": Count("pk", filter=Q(problem="", is_new_person=True)),
            "worked_off": Count("pk", filter=~Q(outcome="")),
            "granted": Count("pk", filter=Q(outcome=RowOutcome.GRANTED)),
            "already": Count("pk", filter=Q(outcome=RowOutcome.ALREADY)),
            "refused": Count("pk", filter=Q(outcome=RowOutcome.REFUSED)),
            "issued": Count(
                "pk",
                filter=Q(outcome=RowOutcome.GRANTED)
                & Q(assertion__status__in=[AwardStatus.ISSUED, AwardStatus.REVOKED]),
            ),
            "waiting": Count(
                "pk",
                filter=Q(outcome=RowOutcome.GRANTED)
                & Q(assertion__status__in=[AwardStatus.PENDING, AwardStatus.HELD]),
            ),
            "revoked": Count(
                "pk",
                filter=Q(outcome=RowOutcome.GRANTED, assertion__status=AwardStatus.REVOKED),
            ),
            "cancelled": Count(
                "pk",
                filter=Q(outcome=RowOutcome.GRANTED, assertion__status=AwardStatus.CANCELLED),
            ),
        }


def _with_sums(counts: dict[str, int]) -> dict[str, int]:
    """Add what is still to be revoked, and what is revoked or canceled."""
    counts["to_revoke"] = counts["issued"] - counts["revoked"]
    counts["ended"] = counts["revoked"] + counts["cancelled"]
    return counts


class ClaimCodeQuerySet(models.QuerySet["ClaimCode"]):
    def coordinated_by(self, user: User) -> ClaimCodeQuerySet:
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(badge_class__issuer__agency__in=agencies)

    def with_badge(self) -> ClaimCodeQuerySet:
        return self.select_related(
            "badge_class__current_version", "badge_class__category", "badge_class__issuer__agency"
        )

    def with_claims_count(self) -> ClaimCodeQuerySet:
        return self.annotate(claimed=Count("claims")).order_by("-made_at", "-pk")
