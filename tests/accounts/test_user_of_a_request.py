"""The user of a request is read by a statement that is built once, and equals what models say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.backends import ModelBackend
from accounts.models import Authenticator, Membership, User
from tests.accounts.links import link
from tests.accounts.minors import mark, member
from tests.factories import AgencyFactory, MembershipFactory, UserFactory

Role = Membership.Role
pytestmark = pytest.mark.django_db


def of_request(user: User) -> User:
    found = ModelBackend().get_user(user.pk)
    assert found is not None
    return found


def assert_same(user: User) -> None:
    """Field by field, and what `with_memberships` adds."""
    read, expected = of_request(user), User.objects.with_memberships().get(pk=user.pk)
    names = [field.attname for field in User._meta.concrete_fields]
    names += ["known_as_minor", "known_accounts", "may_need_second_step"]
    assert {n: getattr(read, n) for n in names} == {n: getattr(expected, n) for n in names}
    assert sorted(map(repr, read.known_memberships)) == sorted(
        map(repr, expected.known_memberships)
    )


def test_everything_is_as_the_models_say():
    agency = AgencyFactory(second_step_roles=["coordinator"])
    coordinator = MembershipFactory(agency=agency, role=Role.COORDINATOR).user
    learner = member(AgencyFactory(parent=agency))
    mark(learner, coordinator)
    other = UserFactory()
    link(other, coordinator)
    Authenticator.objects.create(user=other, type=Authenticator.Type.TOTP, data={})

    for user in (coordinator, learner, other):
        assert_same(user)
    assert of_request(learner).known_as_minor
    assert of_request(coordinator).known_accounts == [coordinator.pk, other.pk]


def test_a_minor_comes_of_age_at_midnight(monkeypatch):
    agency = AgencyFactory()
    coordinator = MembershipFactory(agency=agency, role=Role.COORDINATOR).user
    learner = member(agency)
    tomorrow = timezone.localdate() + timedelta(days=1)
    mark(learner, coordinator, of_age_on=tomorrow)
    before = of_request(learner).known_as_minor

    monkeypatch.setattr(timezone, "localdate", lambda *args: tomorrow)

    assert (before, of_request(learner).known_as_minor) == (True, False)


def test_who_is_gone_or_may_not_sign_in_is_nobody():
    closed = UserFactory(is_active=False)

    assert ModelBackend().get_user(closed.pk) is None
    assert ModelBackend().get_user(closed.pk + 1000) is None
