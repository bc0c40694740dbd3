"""Which people a coordinator sees, and the search among them."""

from __future__ import annotations

from collections.abc import Collection

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Agency, Membership, User
from awarding.models import PersonId
from issuing.models import Assertion
from submissions.models import Submission
from submissions.states import Status

WORDS_AT_MOST = 8


def part_of(coordinator: User) -> list[int]:
    """The keys of the agencies that somebody coordinates, also closed ones."""
    agencies = Agency.objects.where_user_is(coordinator, Membership.Role.COORDINATOR)
    return list(agencies.order_by().values_list("pk", flat=True))


def seen_by(coordinator: User, agencies: Collection[int] | None = None) -> QuerySet[User]:
    """People who belong or belonged to the coordinator's agencies, sent in evidence to their
    issuers, or have an award of theirs.

    `agencies` are the keys of the coordinator's part, if they are known already.
    """
    agencies = part_of(coordinator) if agencies is None else agencies
    belong = Membership.objects.filter(agency__in=agencies)
    submitted = Submission.objects.exclude(status=Status.DRAFT)
    submitted = submitted.filter(badge_class__issuer__agency__in=agencies)
    holding = Assertion.objects.filter(badge_class__issuer__agency__in=agencies)
    known = (
        belong.order_by()
        .values("user")
        .union(submitted.order_by().values("earner"), holding.order_by().values("recipient"))
    )
    return User.objects.filter(pk__in=known)


def matching(people: QuerySet[User], words: str, agencies: Collection[int]) -> QuerySet[User]:
    """People with each of these words in their name, a confirmed address, an ID, or a school.

    IDs and schools of the agencies with these keys. Each place is looked up by its own index.
    """
    for word in words.split()[:WORDS_AT_MOST]:
        schools = Agency.objects.filter(pk__in=agencies, name__icontains=word)
        confirmed = EmailAddress.objects.filter(verified=True, email__icontains=word)
        ids = PersonId.objects.filter(agency__in=agencies, person__isnull=False)
        ids = ids.filter(identifier__icontains=word)
        there = Membership.objects.current().filter(agency__in=schools)
        named = User.objects.filter(name__icontains=word).values("pk")
        found = named.union(
            User.objects.filter(email__icontains=word).values("pk"),
            confirmed.values("user"),
            ids.order_by().values("person"),
            there.values("user"),
        )
        people = people.filter(pk__in=found)
    return people


def at_agency(people: QuerySet[User], agency: Agency) -> QuerySet[User]:
    """People who work or have a role at the agency or below it."""
    below = list(Agency.objects.within(agency).order_by().values_list("pk", flat=True))
    there = Membership.objects.current().filter(agency__in=below)
    return people.filter(pk__in=there.values("user"))


def with_role(people: QuerySet[User], role: str, agencies: Collection[int]) -> QuerySet[User]:
    roles = Membership.objects.confirmed().filter(role=role, agency__in=agencies)
    return people.filter(pk__in=roles.values("user"))


def holding(people: QuerySet[User], badge_class: int) -> QuerySet[User]:
    awards = Assertion.objects.issued().filter(badge_class=badge_class, recipient=OuterRef("pk"))
    return people.filter(Exists(awards))


STATES = {
    "joined": Q(joined_at__isnull=False, is_active=True),
    "invited": Q(joined_at=None, is_active=True),
    "inactive": Q(is_active=False),
}
