"""Coordinators find the people of their part of the tree, and nobody else."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts import operations as accounts
from accounts.models import Membership, User
from awarding.models import PersonId
from tests.factories import (
    AgencyFactory,
    BadgeFactory,
    IssuerFactory,
    MembershipFactory,
    SentSubmissionFactory,
    UserFactory,
)
from tests.office.people import issued_by

Role = Membership.Role
pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return AgencyFactory(name="Alder Unified")


@pytest.fixture
def coordinator(district, client):
    person = MembershipFactory(agency=district, role=Role.COORDINATOR, user__name="Cora").user
    client.force_login(person)
    return person


def found(client, **asked) -> set[str]:
    answer = client.get(reverse("office:manage_people"), asked)
    assert answer.status_code == 200
    return {row.user.name for row in answer.context["rows"]}


def test_a_coordinator_sees_who_belongs_submitted_or_holds_a_badge(client, district, coordinator):
    school = AgencyFactory(parent=district)
    issuer = IssuerFactory(agency=district)
    works = MembershipFactory(agency=school, user__name="Works").user
    left = MembershipFactory(agency=school, user__name="Left")
    accounts.take_role(left, by=coordinator)
    sent = SentSubmissionFactory(
        badge_class=BadgeFactory(issuer=issuer), earner=UserFactory(name="Sent")
    )
    MembershipFactory(agency=AgencyFactory(), user__name="Elsewhere")
    MembershipFactory(agency=AgencyFactory(), role=Role.COORDINATOR, user__name="Other")
    UserFactory(name="Nowhere")

    assert found(client) == {"Cora", works.name, "Left", sent.earner.name}


def test_a_coordinator_of_a_school_does_not_see_the_county(client, district):
    school, sibling = AgencyFactory(parent=district), AgencyFactory(parent=district)
    own = MembershipFactory(agency=school, role=Role.COORDINATOR, user__name="Own").user
    MembershipFactory(agency=school, user__name="Near")
    MembershipFactory(agency=sibling, user__name="Far")
    MembershipFactory(agency=district, user__name="Above")
    client.force_login(own)

    assert found(client) == {"Own", "Near"}


@pytest.mark.parametrize(
    "words", ["rosa alv", "R.ALVAREZ@home", "S-1234", "alder high", "rosa high s-1234"]
)
def test_people_are_found_by_name_address_id_and_school(client, district, coordinator, words):
    school = AgencyFactory(parent=district, name="Alder High")
    rosa = MembershipFactory(agency=school, user__name="Rosa Alvarez").user
    EmailAddress.objects.create(user=rosa, email="r.alvarez@home.example", verified=True)
    PersonId.objects.create(
        agency=district, identifier="S-1234", person=rosa, email=rosa.email,
        made_by=coordinator, made_at=timezone.now(),
    )  # fmt: skip
    MembershipFactory(agency=district, user__name="Someone Else")

    assert found(client, q=words) == {"Rosa Alvarez"}


def test_ids_of_other_agencies_and_unconfirmed_addresses_find_nobody(client, district, coordinator):
    rosa = MembershipFactory(agency=district, user__name="Rosa Alvarez").user
    EmailAddress.objects.create(user=rosa, email="typed@home.example", verified=False)
    PersonId.objects.create(
        agency=AgencyFactory(), identifier="X-77", person=rosa, email=rosa.email,
        made_by=coordinator, made_at=timezone.now(),
    )  # fmt: skip

    assert found(client, q="X-77") == found(client, q="typed@home") == set()


def test_the_list_is_filtered_by_role_agency_badge_and_account(client, district, coordinator):
    school = AgencyFactory(parent=district)
    award = issued_by(district, earner=UserFactory(name="Holder"))
    MembershipFactory(agency=school, role=Role.REVIEWER, user__name="Reviewer")
    accounts.invite_to_role(
        school, email="i@x.example", name="Invited", role="reporter", language="en", by=coordinator
    )
    MembershipFactory(agency=district, user__name="Off", user__is_active=False)

    assert found(client, role="reporter") == {"Invited"}
    assert found(client, school=school.slug) == {"Reviewer", "Invited"}
    assert found(client, badge=award.badge_class.slug) == {"Holder"}
    assert found(client, state="invited") == {"Invited"}
    assert found(client, state="inactive") == {"Off"}
    # An unknown choice is a filter that is not set.
    assert len(found(client, role="king", school="none", sort="--", badge="x", state="?")) == 6


def test_the_list_is_sorted_both_ways(client, district, coordinator):
    for name in ("Bea", "Ann"):
        MembershipFactory(agency=district, user__name=name)
    url = reverse("office:manage_people")

    names = [
        [row.user.name for row in client.get(url, {"sort": sort}).context["rows"]]
        for sort in ("name", "-name")
    ]

    assert names == [["Ann", "Bea", "Cora"], ["Cora", "Bea", "Ann"]]


def test_the_page_of_a_person_shows_only_what_is_the_coordinators(client, district, coordinator):
    elsewhere = AgencyFactory(name="Far Away Unified")
    person = MembershipFactory(agency=district).user
    MembershipFactory(agency=elsewhere, user=person, role=Role.REVIEWER)
    own = issued_by(district, earner=person)
    other = issued_by(elsewhere, earner=person)

    page = client.get(reverse("office:manage_person", args=[person.public_id]))

    assert page.status_code == 200
    assert own.version.name in page.text
    assert other.version.name not in page.text
    assert "Far Away Unified" not in page.text
    emails = page.context["emails"]
    assert {email.context.get("assertion", own.pk) for email in emails} == {own.pk}


def test_a_person_elsewhere_is_not_found(client, coordinator):
    stranger = MembershipFactory(agency=AgencyFactory()).user
    names = ["manage_person", "manage_person_name"]

    answers = [
        client.get(reverse(f"office:{name}", args=[stranger.public_id])).status_code
        for name in names
    ]

    assert answers == [404, 404]
    assert User.objects.get(pk=stranger.pk).name == stranger.name
