from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from django.contrib.auth.models import AnonymousUser

    from accounts.models import (
        AccountLink,
        AddressChange,
        Agency,
        ClassCode,
        ClassSignIn,
        Group,
        GroupMember,
        GuardianConsent,
        Membership,
        MinorMark,
        User,
    )

# Agencies are a tree. A recursive statement walks it in a single query, however deep it is.
_DOWN_FROM_MEMBERSHIPS = """
    WITH RECURSIVE below AS (
        SELECT agency_id AS id FROM accounts_membership
        WHERE user_id = %s AND role = ANY(%s)
          AND (%s OR (confirmed_at IS NOT NULL AND ended_at IS NULL
                      AND (ends_on IS NULL OR ends_on >= %s)))
        UNION
        SELECT agency.id FROM accounts_agency agency JOIN below ON agency.parent_id = below.id
    )
    SELECT id FROM below
"""
_DOWN_FROM_AGENCIES = """
    WITH RECURSIVE below AS (
        SELECT unnest(%s::bigint[]) AS id
        UNION
        SELECT agency.id FROM accounts_agency agency JOIN below ON agency.parent_id = below.id
    )
    SELECT id FROM below
"""
_UP_FROM_AGENCIES = """
    WITH RECURSIVE above AS (
        SELECT id, parent_id FROM accounts_agency WHERE id = ANY(%s)
        UNION
        SELECT agency.id, agency.parent_id
        FROM accounts_agency agency JOIN above ON agency.id = above.parent_id
    )
    SELECT id FROM above
"""
_UP_FROM_MEMBERSHIPS = """
    WITH RECURSIVE above AS (
        SELECT agency.id, agency.parent_id
        FROM accounts_agency agency JOIN accounts_membership held ON held.agency_id = agency.id
        WHERE held.user_id = %s AND held.role = ANY(%s)
          AND held.confirmed_at IS NOT NULL AND held.ended_at IS NULL
        UNION
        SELECT agency.id, agency.parent_id
        FROM accounts_agency agency JOIN above ON agency.id = above.parent_id
    )
    SELECT id FROM above
"""

_DEPTH = """
    WITH RECURSIVE path AS (
        SELECT accounts_agency.parent_id AS up, 0 AS depth
        UNION ALL
        SELECT above.parent_id, depth + 1
        FROM accounts_agency above JOIN path ON above.id = path.up
    )
    SELECT max(depth) FROM path
"""
# The key tells agencies of the same name apart.
_NAMES_ABOVE = """
    WITH RECURSIVE path AS (
        SELECT accounts_agency.parent_id AS up, 0 AS depth,
               lower(accounts_agency.name) || ' ' || accounts_agency.id AS place
        UNION ALL
        SELECT above.parent_id, depth + 1, lower(above.name) || ' ' || above.id
        FROM accounts_agency above JOIN path ON above.id = path.up
    )
    SELECT array_agg(place ORDER BY depth DESC) FROM path
"""

# Memberships whose agency, or one above it, requires a second step of their role.
_SECOND_STEP = """
    WITH RECURSIVE above AS (
        SELECT id AS membership, role, agency_id AS id FROM accounts_membership
        WHERE user_id = %s AND confirmed_at IS NOT NULL AND ended_at IS NULL
        UNION
        SELECT above.membership, above.role, agency.parent_id
        FROM above JOIN accounts_agency agency ON agency.id = above.id
        WHERE agency.parent_id IS NOT NULL
    )
    SELECT above.membership FROM above JOIN accounts_agency agency ON agency.id = above.id
    WHERE above.role = ANY(agency.second_step_roles)
"""


def until(day: date) -> Q:
    """For memberships: the last day, if there is one, is this day or later."""
    return Q(ends_on=None) | Q(ends_on__gte=day)


class AgencyQuerySet(models.QuerySet["Agency"]):
    def where_user_is(self, user: User | AnonymousUser, *roles: str) -> AgencyQuerySet:
        """Agencies in which the user holds one of the roles, directly or in an agency above."""
        return self._where_roles_of(user, roles, ended_too=False)

    def where_user_ever_was(self, user: User | AnonymousUser, *roles: str) -> AgencyQuerySet:
        """As `where_user_is`, with roles that have ended. For conflicts of interest, not rights."""
        return self._where_roles_of(user, roles, ended_too=True)

    def _where_roles_of(
        self, user: User | AnonymousUser, roles: tuple[str, ...], *, ended_too: bool
    ) -> AgencyQuerySet:
        if not user.is_authenticated:
            return self.none()
        arguments = (user.pk, list(roles), ended_too, timezone.localdate())
        return self.filter(pk__in=RawSQL(_DOWN_FROM_MEMBERSHIPS, arguments))  # noqa: S611

    def within(self, agency: Agency) -> AgencyQuerySet:
        """The agency itself and everything below it."""
        return self.within_any([agency.pk])

    def within_any(self, agencies: Collection[int]) -> AgencyQuerySet:
        """The agencies with these keys and everything below them."""
        return self.filter(pk__in=RawSQL(_DOWN_FROM_AGENCIES, (list(agencies),)))  # noqa: S611

    def above(self, agency: Agency) -> AgencyQuerySet:
        """The agency itself and everything it belongs to."""
        return self.above_any([agency.pk])

    def above_any(self, agencies: Collection[int]) -> AgencyQuerySet:
        """The agencies with these keys and everything they belong to."""
        return self.filter(pk__in=RawSQL(_UP_FROM_AGENCIES, (list(agencies),)))  # noqa: S611

    def above_where_user_is(self, user: User, *roles: str) -> AgencyQuerySet:
        """The agencies in which the user holds one of the roles, and those they belong to."""
        arguments = (user.pk, list(roles))
        return self.filter(pk__in=RawSQL(_UP_FROM_MEMBERSHIPS, arguments))  # noqa: S611

    def workplaces(self) -> AgencyQuerySet:
        """Agencies in which people can work, which excludes consortia and closed agencies."""
        working = self.exclude(kind=self.model.Kind.CONSORTIUM).filter(closed_at=None)
        return working.select_related("parent")

    def in_the_order_of_the_tree(self) -> AgencyQuerySet:
        """Each agency after the one it belongs to, with its `depth` below the root.

        `path` is an array for sorting, from the root to the agency itself.
        """
        return self.annotate(
            depth=RawSQL(_DEPTH, ()),  # noqa: S611
            path=RawSQL(_NAMES_ABOVE, ()),  # noqa: S611
        ).order_by("path", "pk")

    def named_like(self, words: str) -> AgencyQuerySet:
        """Agencies that have each of these words in their own name or in their parent's."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(Q(name__icontains=word) | Q(parent__name__icontains=word))
        return found


class LinkQuerySet(models.QuerySet["AccountLink"]):
    def in_force(self) -> LinkQuerySet:
        return self.filter(ended_at=None)

    def in_force_at(self, moment: datetime) -> LinkQuerySet:
        """Links at this moment; for a moment to come, those in force now."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gte=moment), linked_at__lt=moment)

    def of_person(self, user: User) -> LinkQuerySet:
        """The links in force between the accounts of this person."""
        accounts = self.model.account.field.related_model.objects.same_person(user)
        return self.in_force().filter(account__in=accounts).order_by("pk")


class MembershipQuerySet(models.QuerySet["Membership"]):
    """All memberships, also past and unconfirmed ones, unless one of these methods is called."""

    def current(self) -> MembershipQuerySet:
        """Rows that have no end, also those whose last day is over and that a task ends soon."""
        return self.filter(ended_at=None)

    def confirmed(self) -> MembershipQuerySet:
        """In force: confirmed, if it is a workplace, and until midnight after the last day."""
        return self.current().exclude(confirmed_at=None).filter(until(timezone.localdate()))

    def confirmed_by(self, moment: datetime) -> MembershipQuerySet:
        """Memberships in force at this moment; for a moment to come, those in force now."""
        day = min(timezone.localdate(moment), timezone.localdate())
        return self.filter(
            Q(ended_at=None) | Q(ended_at__gt=moment), until(day), confirmed_at__lte=moment
        )

    def unconfirmed(self) -> MembershipQuerySet:
        """Workplaces that wait for a coordinator, oldest first."""
        return self.current().filter(confirmed_at=None).order_by("begun_at", "pk")

    def workplaces(self) -> MembershipQuerySet:
        return self.filter(role=self.model.Role.EARNER)

    def given_roles(self) -> MembershipQuerySet:
        """Roles in force that somebody gave: reviewer, coordinator, reporter."""
        return self.confirmed().exclude(role=self.model.Role.EARNER)

    def turned_down(self) -> MembershipQuerySet:
        """Workplaces that a coordinator refused or ended, and after which the person named none."""
        later = self.model.objects.workplaces().filter(user=OuterRef("user"), pk__gt=OuterRef("pk"))
        ended = self.workplaces().filter(Q(is_refused=True) | Q(is_removed=True), ~Exists(later))
        return ended.order_by("-ended_at", "-pk")

    def can_be_brought_back(self) -> MembershipQuerySet:
        return self.turned_down().filter(agency__closed_at=None)

    def requiring_second_step(self, user: User) -> MembershipQuerySet:
        """The user's roles for which their agency, or one above it, requires a second step."""
        return self.filter(pk__in=RawSQL(_SECOND_STEP, (user.pk,)))  # noqa: S611

    def coordinated_by(self, user: User) -> MembershipQuerySet:
        """Memberships in agencies that the user coordinates."""
        agencies = self.model.agency.field.related_model.objects
        coordinated = agencies.where_user_is(user, self.model.Role.COORDINATOR)
        return self.filter(agency__in=coordinated)

    def matching(self, words: str) -> MembershipQuerySet:
        """Memberships with each of these words in the name, the address or the agency."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(user__name__icontains=word)
                | Q(user__email__icontains=word)
                | Q(agency__name__icontains=word)
            )
        return found


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    def open(self) -> AddressChangeQuerySet:
        """Those that wait for the new mailbox."""
        return self.filter(confirmed_at=None, withdrawn_at=None)


class GroupQuerySet(models.QuerySet["Group"]):
    def open(self) -> GroupQuerySet:
        return self.filter(closed_at=None)

    def coordinated_by(self, user: User | AnonymousUser) -> GroupQuerySet:
        """Groups of the agencies that the user coordinates, also closed ones."""
        agencies = self.model.agency.field.related_model.objects
        return self.filter(agency__in=agencies.where_user_is(user, "coordinator"))

    def taught_by(self, user: User | AnonymousUser) -> GroupQuerySet:
        """Open groups of which the user is an instructor, with the role in force at the agency."""
        if not user.is_authenticated:
            return self.none()
        agencies = self.model.agency.field.related_model.objects
        taught = self.filter(people__user=user, people__part="instructor", people__ended_at=None)
        return taught.open().filter(agency__in=agencies.where_user_is(user, "instructor"))

    def named_like(self, words: str) -> GroupQuerySet:
        """Groups with each of these words in the name, the school year or the agency."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(name__icontains=word)
                | Q(school_year__icontains=word)
                | Q(agency__name__icontains=word)
            )
        return found


class GroupMemberQuerySet(models.QuerySet["GroupMember"]):
    """All places in groups, also past ones, unless one of these methods is called."""

    def current(self) -> GroupMemberQuerySet:
        return self.filter(ended_at=None)

    def members(self) -> GroupMemberQuerySet:
        return self.filter(part="member")

    def instructors(self) -> GroupMemberQuerySet:
        return self.filter(part="instructor")


class ClassCodeQuerySet(models.QuerySet["ClassCode"]):
    def current(self) -> ClassCodeQuerySet:
        """Codes that open a sign-in page: not of groups that have closed."""
        return self.filter(ended_at=None, group__closed_at=None)


class ClassSignInQuerySet(models.QuerySet["ClassSignIn"]):
    def current(self) -> ClassSignInQuerySet:
        return self.filter(ended_at=None)

    def usable(self) -> ClassSignInQuerySet:
        """Those that work now: of members of an open group that has a code, who only learn.

        Six digits open no account of a person who has a role: ADR 76.
        """
        users = self.model.user.field.related_model
        roles = users.memberships.rel.related_model.objects.current().exclude(role="earner")
        theirs = roles.filter(user__person_key=OuterRef("user__person_key"))
        only_learn = self.current().filter(
            ~Exists(theirs), user__is_staff=False, user__is_superuser=False
        )
        return only_learn.filter(
            group__closed_at=None,
            group__class_codes__ended_at=None,
            group__class_codes__isnull=False,
            group__people__user=F("user"),
            group__people__part="member",
            group__people__ended_at=None,
            user__is_active=True,
        )


class MinorMarkQuerySet(models.QuerySet["MinorMark"]):
    def in_force(self) -> MinorMarkQuerySet:
        """Until midnight before the day on which the person comes of age."""
        young = Q(of_age_on=None) | Q(of_age_on__gt=timezone.localdate())
        return self.filter(young, ended_at=None)

    def of_person(self, person_key: object) -> MinorMarkQuerySet:
        """Marks on any account of this person; the key may be an outer reference."""
        return self.filter(user__person_key=person_key)

    def coordinated_by(self, user: User) -> MinorMarkQuerySet:
        agencies = self.model.agency.field.related_model.objects
        return self.filter(agency__in=agencies.where_user_is(user, "coordinator"))


class GuardianConsentQuerySet(models.QuerySet["GuardianConsent"]):
    def in_force(self) -> GuardianConsentQuerySet:
        return self.filter(withdrawn_at=None)

    def coordinated_by(self, user: User) -> GuardianConsentQuerySet:
        agencies = self.model.agency.field.related_model.objects
        return self.filter(agency__in=agencies.where_user_is(user, "coordinator"))
