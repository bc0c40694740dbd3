"""Roles that were given to an address before its owner confirmed it for their account."""

from __future__ import annotations

import pytest

from accounts import operations
from accounts.joining import operations as joining
from accounts.models import User
from audit.models import AuditEntry
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
HOME = "rosa@home.example"


def invite() -> User:
    return operations.find_or_invite([(HOME, "Rosa", "en")])[HOME]


def confirm(user):
    user.emailaddress_set.create(email=HOME, verified=False).set_verified()
    joining.confirm_address(user, HOME)


def test_a_role_that_was_given_to_the_address_counts_for_whoever_confirms_it():
    rosa = UserFactory()
    invited = invite()
    agency = MembershipFactory(user=invited, role="reviewer").agency
    workplace = MembershipFactory(user=invited, role="earner").agency
    MembershipFactory(user=rosa, role="earner")

    confirm(rosa)

    held = rosa.memberships.confirmed().values_list("role", "agency")
    assert ("reviewer", agency.pk) in held
    # Somebody works in one place: that is theirs already.
    assert ("earner", workplace.pk) not in held
    assert not invited.memberships.confirmed().filter(role="reviewer").exists()
    assert AuditEntry.objects.filter(act="role given", actor=rosa).exists()


def test_a_role_that_has_ended_does_not_come_back_with_the_address():
    rosa = UserFactory()
    invited = invite()
    ended = MembershipFactory(user=invited, role="reviewer")
    operations.take_role(ended, by=UserFactory())

    confirm(rosa)

    assert not rosa.memberships.confirmed().filter(role="reviewer").exists()
