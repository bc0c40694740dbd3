"""Coordinators give and end roles in the agencies of their part."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from mail.composing import compose
from mail.models import OutgoingEmail
from tests.factories import AgencyFactory, MembershipFactory, UserFactory

Role = Membership.Role
pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory(name="Alder Unified")


@pytest.fixture
def coordinator(agency, client):
    person = MembershipFactory(agency=agency, role=Role.COORDINATOR).user
    client.force_login(person)
    return person


def give(client, agency, email, role="reviewer", name=""):
    url = reverse("accounts:manage_agency_role", args=[agency.slug])
    return client.post(url, {"email": email, "role": role, "name": name})


def end(client, membership):
    args = [membership.agency.slug, membership.pk]
    return client.post(reverse("accounts:manage_agency_role_end", args=args))


def roles(user) -> set[str]:
    return set(user.memberships.current().values_list("role", flat=True))


def test_a_known_person_gets_the_role_and_an_email(client, agency, coordinator):
    rosa = UserFactory(name="Rosa Nuñez", language="en")

    give(client, agency, rosa.email.upper())

    assert roles(rosa) == {"reviewer"}
    email = compose(OutgoingEmail.objects.get(to=rosa.email))
    assert email.subject == "Your role at Alder Unified: reviewer"
    assert "Educators’ evidence for its badges is in your queue." in email.body
    assert "create an account" not in email.body.lower()


def test_an_unknown_person_is_invited_and_begins_by_signing_up(client, agency, coordinator):
    give(client, agency, "new@school.example", role="coordinator", name="Noa New")

    invited = User.objects.get(email="new@school.example")
    assert (invited.name, invited.is_invited, roles(invited)) == ("Noa New", True, {"coordinator"})
    email = compose(OutgoingEmail.objects.get(to="new@school.example"))
    assert "create an account with this email address" in email.body
    assert reverse("account_signup") in email.body


def test_a_role_that_is_given_twice_is_one_role_and_one_email(client, agency, coordinator):
    for _ in range(2):
        give(client, agency, "new@school.example")

    assert Membership.objects.filter(agency=agency, role="reviewer").count() == 1
    assert OutgoingEmail.objects.filter(kind="role_given").count() == 1


def test_an_incomplete_form_keeps_what_was_typed(client, agency, coordinator):
    page = give(client, agency, "rosa at school", name="Rosa")

    assert page.status_code == 422
    assert 'value="rosa at school"' in page.content.decode()
    assert 'value="Rosa"' in page.content.decode()
    assert not User.objects.filter(name="Rosa").exists()


def test_a_role_is_ended(client, agency, coordinator):
    reviewer = MembershipFactory(agency=agency, role=Role.REVIEWER)

    end(client, reviewer)

    assert roles(reviewer.user) == set()


def test_nobody_ends_their_own_role_as_coordinator(client, agency, coordinator):
    end(client, coordinator.memberships.get())

    assert roles(coordinator) == {"coordinator"}


def test_where_somebody_works_is_not_ended_as_a_role(client, agency, coordinator):
    works = MembershipFactory(agency=agency, role=Role.EARNER)

    assert end(client, works).status_code == 404
    assert roles(works.user) == {"earner"}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("role", ["reviewer", "coordinator", "reporter"])
def test_the_email_says_what_the_role_may_do(agency, coordinator, client, role, language):
    rosa = UserFactory(language=language)

    give(client, agency, rosa.email, role=role)

    email = compose(OutgoingEmail.objects.get(to=rosa.email))
    [(html, _type)] = [(part.content, part.mimetype) for part in email.alternatives]
    assert "Alder Unified" in email.body
    assert "Alder Unified" in html


def test_no_role_is_given_in_an_agency_that_has_closed(client, agency, coordinator):
    type(agency).objects.filter(pk=agency.pk).update(closed_at=timezone.now())

    page = give(client, agency, "new@school.example")

    assert page.status_code == 422
    assert not User.objects.filter(email="new@school.example").exists()
