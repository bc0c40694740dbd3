from __future__ import annotations

from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Agency, Membership, User, second_steps

Role = Membership.Role


class KnownRole(NamedTuple):
    role: str
    agency: int
    is_in_force: bool


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


def is_reviewer(user: User | AnonymousUser) -> bool:
    return Role.REVIEWER in roles_of(user)


def can_place(user: User, agency: Agency) -> bool:
    """Whoever moves, merges, closes or reopens an agency coordinates the one above it."""
    return agency.parent is not None and holds_role(user, agency.parent, Role.COORDINATOR)


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


def _known_roles(user: User | AnonymousUser) -> list[KnownRole]:
    """All memberships, also past and unconfirmed ones.

    The user of a request brings them along (`accounts/backends.py`); for others, they are read now.
    """
    if not user.is_authenticated:
        return []
    memberships = getattr(user, "known_memberships", None)
    if memberships is None:
        fields = ("role", "agency_id", "confirmed_at", "ended_at", "ends_on")
        memberships = user.memberships.values(*fields)
    # As text, because JSON brings dates as text.
    today = str(timezone.localdate())
    return [
        KnownRole(
            one["role"],
            one["agency_id"],
            one["confirmed_at"] is not None
            and one["ended_at"] is None
            and (one["ends_on"] is None or str(one["ends_on"]) >= today),
        )
        for one in memberships
    ]


def _reaches(known: list[KnownRole], agency: Agency, roles: tuple[str, ...]) -> bool:
    agencies = {one.agency for one in known if one.role in roles}
    if not agencies or agency.pk in agencies:
        return bool(agencies)
    return not agencies.isdisjoint(agency.lineage)
