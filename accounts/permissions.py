from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AccountLink, Agency, Membership, MinorMark, User, second_steps

Role = Membership.Role


class KnownRole(NamedTuple):
    role: str
    agency: int
    is_in_force: bool
    is_at_the_root: bool


def holds_role(user: User | AnonymousUser, agency: Agency, *roles: str) -> bool:
    """True if the user holds one of the roles in this agency or in one it belongs to."""
    held = [known for known in _known_roles(user) if known.is_in_force]
    return _reaches(held, agency, roles)


def ever_held_role(user: User | AnonymousUser, agency: Agency, *roles: str) -> bool:
    """As `holds_role`, also if the role has ended. For conflicts of interest, not for rights."""
    return _reaches(_known_roles(user), agency, roles)


def roles_of(user: User | AnonymousUser) -> set[str]:
    """The roles that the user holds in any agency. The menu depends on them."""
    return {known.role for known in _known_roles(user) if known.is_in_force}


def is_coordinator(user: User | AnonymousUser) -> bool:
    return Role.COORDINATOR in roles_of(user)


def manages_program(user: User | AnonymousUser) -> bool:
    """Coordinators of an agency that is part of no other one set what the program is."""
    return bool(_roots_of(user))


def root_of(user: User) -> Agency | None:
    """The agency for which this person manages the program."""
    return Agency.objects.filter(pk__in=_roots_of(user)).order_by("pk").first()


def _roots_of(user: User | AnonymousUser) -> set[int]:
    return {
        known.agency
        for known in _known_roles(user)
        if known.role == Role.COORDINATOR and known.is_in_force and known.is_at_the_root
    }


def is_instructor(user: User | AnonymousUser) -> bool:
    return Role.INSTRUCTOR in roles_of(user)


def is_reviewer(user: User | AnonymousUser) -> bool:
    return Role.REVIEWER in roles_of(user)


def are_one_person(user: User | AnonymousUser, account_id: int | None) -> bool:
    """True if this is the user's own account, or another one of the same person.

    The user of a request brings their accounts along, as their memberships.
    """
    if not user.is_authenticated or account_id is None:
        return False
    if account_id == user.pk:
        return True
    known = getattr(user, "known_accounts", None)
    if known is not None:
        return account_id in known
    return User.objects.same_person(user).filter(pk=account_id).exists()


def is_minor(user: User | AnonymousUser) -> bool:
    """True if an agency says that this person, known by any of their accounts, is a minor.

    For sets: `User.objects.minors()`, and in SQL `MinorMark.objects.in_force().of_person(...)`.
    """
    if not user.is_authenticated:
        return False
    known = getattr(user, "known_as_minor", None)
    return User.objects.minors().filter(pk=user.pk).exists() if known is None else known


def markable_by(user: User) -> QuerySet[Membership]:
    """Places of learners whom this coordinator may mark as minors.

    Nobody who has another role: reviewers, coordinators and reporters are adults.
    """
    roles = Membership.objects.given_roles().filter(user__person_key=OuterRef("user__person_key"))
    places = Membership.objects.current().workplaces().coordinated_by(user)
    return places.filter(~Exists(roles), user__is_active=True, user__is_staff=False)


def can_place(user: User, agency: Agency) -> bool:
    """Only coordinators of the agency above move, merge, close or reopen an agency."""
    return agency.parent is not None and holds_role(user, agency.parent, Role.COORDINATOR)


def accounts_known_to(user: User) -> QuerySet[User]:
    """Accounts that this person may look up: members of their agencies; for operators, all."""
    if user.is_staff:
        return User.objects.all()
    reach = Agency.objects.where_user_is(user, Role.COORDINATOR)
    return User.objects.filter(
        Exists(Membership.objects.confirmed().filter(user=OuterRef("pk"), agency__in=reach))
    )


# Later apps append look-ups: accounts that nobody has joined, and that only this coordinator's
# agencies know, because they awarded a badge to the address.
known_account_lookups: list[Callable[[User], QuerySet[User]]] = []


def accounts_linkable_by(user: User) -> QuerySet[User]:
    """Accounts that this coordinator may name in order to link them."""
    known = Q(pk__in=accounts_known_to(user).values("pk"))
    for lookup in known_account_lookups:
        known |= Q(pk__in=lookup(user).values("pk"))
    return User.objects.filter(known, is_active=True)


def why_not_linked(by: User, people: Collection[User]) -> str:
    """Why this coordinator may not link these accounts of two people; empty if they may."""
    keys = {person.pk for person in people}
    if User.objects.same_person(by).filter(pk__in=keys).exists():
        return _("This would change your own account. Ask another coordinator to do it.")
    if any(person.is_staff or person.is_superuser for person in people):
        return _("The account of an operator can’t be linked.")
    current = Membership.objects.confirmed().filter(user__in=keys)
    reach = Agency.objects.where_user_is(by, Role.COORDINATOR)
    if current.exclude(agency__in=reach).exists():
        return _(
            "One of these accounts also belongs to an agency that you do not coordinate. Ask a "
            "coordinator of an agency above both."
        )
    below = reach.filter(parent__in=reach.values("pk"))
    if current.exclude(role=Role.EARNER).exclude(agency__in=below).exists():
        return _(
            "One of these accounts has a role at your own agency. Ask a coordinator of the agency "
            "above it."
        )
    if any(person.closes_at for person in people):
        return _("One of these accounts is being closed. Link them if its person keeps it.")
    marks = MinorMark.objects.in_force().filter(user__in=keys)
    if current.exclude(role=Role.EARNER).exists() and marks.exists():
        if not marks.coordinated_by(by).exists():  # the mark is none of their business
            return _(
                "These accounts can’t be linked here. Ask a coordinator of an agency above both."
            )
        return _(
            "One of these accounts has a role and the other is marked as a minor, and roles are "
            "for adults. End the mark or the role first."
        )
    return ""


def links_coordinated_by(user: User) -> QuerySet[AccountLink]:
    """Links that a coordinator made and that this one may undo: both accounts are theirs."""
    known = accounts_linkable_by(user).values("pk")
    links = AccountLink.objects.in_force().filter(source=AccountLink.Source.COORDINATOR)
    return links.filter(account__in=known, main__in=known).select_related("account", "main")


def can_hold_role(user: User, role: str) -> bool:
    """Somebody without email learns, and does nothing else: ADR 76."""
    return role == Role.EARNER or user.has_email


def can_end_role(user: User, membership: Membership) -> bool:
    """Coordinators don't lock themselves out: another one ends their role."""
    return membership.user != user or membership.role != Role.COORDINATOR


def changes_own_role(user: User, *, email: str, role: str, **other: object) -> bool:
    """Whether this would give the coordinator's own role again, perhaps with a near last day."""
    addresses = User.objects.filter(pk=user.pk)
    theirs = addresses.filter(email=email) | addresses.filter(
        emailaddress__email=email, emailaddress__verified=True
    )
    return role == Role.COORDINATOR and theirs.exists()


def needs_second_step(user: User | AnonymousUser) -> bool:
    """True if a role of this person needs a second step to sign in, and they have none."""
    if not user.is_authenticated or not getattr(user, "may_need_second_step", True):
        return False
    return (
        Membership.objects.confirmed().requiring_second_step(user).exists()
        and not second_steps().filter(user=user).exists()
    )


def can_reset_second_step(by: User, user: User) -> bool:
    """Who gives a person a way in again could come in with their roles, so must be above them all.

    Coordinators are helped from above: by a coordinator of an agency above theirs, or an operator.
    """
    if by == user or ((user.is_staff or user.is_superuser) and not by.is_superuser):
        return False
    if by.is_superuser:
        return True
    held = user.memberships.confirmed().select_related("agency__parent")
    return bool(held) and all(_coordinates_over(by, membership) for membership in held)


def _coordinates_over(by: User, membership: Membership) -> bool:
    agency = membership.agency
    if membership.role == Role.COORDINATOR:
        return agency.parent is not None and holds_role(by, agency.parent, Role.COORDINATOR)
    return holds_role(by, agency, Role.COORDINATOR)


def can_declare_domain(user: User, agency: Agency) -> bool:
    """A district can't declare its neighbor's addresses: the agency above it says which it has."""
    return user.is_superuser or holds_role(user, agency.parent or agency, Role.COORDINATOR)


def is_within_reach(user: User, agency: Agency) -> bool:
    """Whether a provider of this agency may let this person in by its word alone.

    Not operators, not people with any role outside the agency's part of the tree, and nobody whose
    role at the root reaches everywhere. Linked accounts are one person.
    """
    accounts = User.objects.filter(person_key=user.person_key)
    if accounts.filter(Q(is_staff=True) | Q(is_superuser=True)).exists():
        return False
    held = Membership.objects.current().filter(user__in=accounts)
    at_the_root = held.filter(agency__parent=None).exclude(role=Role.EARNER)
    outside = held.exclude(agency__in=Agency.objects.within(agency))
    return not at_the_root.exists() and not outside.exists()


def _known_roles(user: User | AnonymousUser) -> list[KnownRole]:
    """All memberships, also past and unconfirmed ones.

    The user of a request brings them along (`accounts/backends.py`); for others, they are read now.
    """
    if not user.is_authenticated:
        return []
    memberships = getattr(user, "known_memberships", None)
    if memberships is None:
        fields = ("role", "agency_id", "confirmed_at", "ended_at", "ends_on")
        memberships = user.memberships.values(*fields, above=F("agency__parent_id"))
    # As text, because JSON brings dates as text.
    today = str(timezone.localdate())
    return [
        KnownRole(
            one["role"],
            one["agency_id"],
            one["confirmed_at"] is not None
            and one["ended_at"] is None
            and (one["ends_on"] is None or str(one["ends_on"]) >= today),
            one["above"] is None,
        )
        for one in memberships
    ]


def _reaches(known: list[KnownRole], agency: Agency, roles: tuple[str, ...]) -> bool:
    agencies = {one.agency for one in known if one.role in roles}
    if not agencies or agency.pk in agencies:
        return bool(agencies)
    return not agencies.isdisjoint(agency.lineage)
