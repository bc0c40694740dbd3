"""Learners are marked as minors where the agency says so, whichever way they come in."""

from __future__ import annotations

import pytest

from accounts import operations as accounts
from accounts.groups import operations as groups
from accounts.models import Membership, User
from accounts.permissions import is_minor
from tests.factories import AgencyFactory, MembershipFactory, SchoolFactory

Role = Membership.Role
pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return SchoolFactory(learners_are_minors=True, parent=AgencyFactory())


@pytest.fixture
def by(school):
    return MembershipFactory(agency=school.parent, role=Role.COORDINATOR).user


@pytest.fixture
def group(school, by):
    return groups.add(school, name="Class 4b", by=by)


def test_people_who_are_new_in_a_group_are_minors(by, group):
    known = MembershipFactory(agency=AgencyFactory()).user
    groups.add_people(group, [("new@x.example", "", "en"), (known.email, "", "en")], by=by)

    new = User.objects.get(email="new@x.example")
    assert (is_minor(new), is_minor(known)) == (True, False)


def test_an_invited_learner_is_a_minor_and_a_reviewer_is_not(by, school):
    for email, role in (("learner@x.example", Role.EARNER), ("adult@x.example", Role.REVIEWER)):
        accounts.invite_to_role(school, email=email, name="", role=role, language="en", by=by)

    found = User.objects.minors().values_list("email", flat=True)
    assert list(found) == ["learner@x.example"]
