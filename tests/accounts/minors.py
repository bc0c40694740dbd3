"""Minors in tests, marked by a coordinator of their agency."""

from __future__ import annotations

from accounts.minors import operations as minors
from accounts.models import Agency, Membership, User
from tests.factories import MembershipFactory, UserFactory

Role = Membership.Role


def member(agency: Agency, role: str = Role.EARNER, user: User | None = None, **fields) -> User:
    return MembershipFactory(agency=agency, role=role, user=user or UserFactory(**fields)).user


def place_of(person: User) -> Membership:
    return person.memberships.workplaces().current().select_related("user", "agency").get()


def mark(person: User, by: User, **options) -> int:
    return minors.mark([place_of(person)], by=by, **options)
