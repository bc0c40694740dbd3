"""Nobody gets a role or a workplace at an agency that closes at the same moment."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts import operations as accounts
from accounts.agencies import operations as agencies
from accounts.models import Agency, Membership
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.races import meanwhile

Role = Membership.Role


@pytest.fixture
def district():
    return AgencyFactory(kind=Agency.Kind.DISTRICT)


@pytest.fixture
def school(district):
    return AgencyFactory(kind=Agency.Kind.SCHOOL, parent=district)


@pytest.fixture
def by(district):
    return MembershipFactory(agency=district, role=Role.COORDINATOR).user


def current(agency):
    return Membership.objects.current().filter(agency=agency)


def give(school, by):
    accounts.give_role(UserFactory(), school, Role.REVIEWER, by=by)


def invite(school, by):
    accounts.invite_to_role(
        school, email="new@b.example", name="New", role=Role.REVIEWER, language="en", by=by
    )


def choose(school, by):
    accounts.choose_school(UserFactory(), school)


def bring_back(school, by):
    accounts.bring_back_workplaces(Membership.objects.filter(agency=school), by=by)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [give, invite, choose, bring_back])
def test_whoever_comes_while_it_closes_comes_too_late(school, by, act):
    refused = MembershipFactory(agency=school, confirmed_at=None)
    accounts.refuse_workplaces(Membership.objects.filter(pk=refused.pk), by=by)

    def try_to():
        try:
            act(school, by)
        except agencies.Closed:
            assert act is not bring_back

    with meanwhile(try_to):
        agencies.close(school, by=by)

    assert not current(school).exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_chooses_it_before_it_is_merged_moves_with_the_others(school, district, by):
    person = UserFactory()

    with meanwhile(lambda: agencies.merge(school, district, by=by)):
        accounts.choose_school(person, school)

    assert list(current(district).filter(user=person).values_list("role", flat=True)) == ["earner"]
    assert not current(school).exists()


@pytest.mark.django_db
def test_the_page_says_that_the_school_has_closed(client, school, monkeypatch):
    client.force_login(UserFactory())

    def too_late(*args):
        raise agencies.Closed

    monkeypatch.setattr(accounts, "choose_school", too_late)
    page = client.post(reverse("accounts:school"), {"agency": school.pk})

    assert page.status_code == 422
    assert "This agency has closed. Choose another one." in page.content.decode()
