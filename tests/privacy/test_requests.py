"""People ask to be erased, and a coordinator of the root does it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Membership, User
from privacy import operations
from privacy.models import PrivacyRequest
from privacy.operations import is_erased
from tests.factories import AgencyFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
OWN, LOG = "/account/privacy/", "/manage/privacy/"


@pytest.fixture
def root():
    return MembershipFactory(agency=AgencyFactory(), role=Membership.Role.COORDINATOR).user


def test_a_person_asks_once_and_takes_it_back(client):
    person = UserFactory()
    client.force_login(person)

    statuses = [client.post(OWN, {"sure": "on"}).status_code for _ in range(2)]
    asked = PrivacyRequest.objects.get()
    client.post(OWN, {"withdraw": "1"})

    assert statuses == [302, 302]
    assert (asked.person, asked.status, asked.recorded_by) == (person, "open", None)
    asked.refresh_from_db()
    assert asked.status == "withdrawn"


def test_nobody_asks_without_saying_that_they_are_sure(client):
    client.force_login(UserFactory())

    assert client.post(OWN, {}).status_code == 422
    assert not PrivacyRequest.objects.exists()


def test_a_coordinator_sees_what_would_change_and_erases(client, root):
    person = UserFactory(name="Zenobia Quill")
    asked = operations.ask(person, by=person)
    client.force_login(root)

    log, page = client.get(LOG), client.get(asked.get_absolute_url())
    unsure = client.post(asked.get_absolute_url(), {})
    done = client.post(asked.get_absolute_url(), {"sure": "on"})

    assert "Zenobia Quill" in log.content.decode()
    assert "Your email addresses" in page.content.decode()
    assert (unsure.status_code, done.status_code) == (422, 302)
    asked.refresh_from_db()
    assert (asked.status, asked.handled_by) == ("done", root)
    assert is_erased(User.objects.get(pk=person.pk))
    assert "Zenobia" not in client.get(LOG).content.decode()


def test_a_request_that_was_taken_back_meanwhile_erases_nobody(client, root):
    person = UserFactory()
    asked = operations.ask(person, by=person)
    operations.withdraw(asked, by=person)
    client.force_login(root)

    client.post(asked.get_absolute_url(), {"sure": "on"})

    assert not is_erased(User.objects.get(pk=person.pk))


def test_a_coordinator_records_a_letter(client, root):
    person = UserFactory()
    client.force_login(root)

    client.post(LOG, {"email": person.email.upper()})
    nobody = client.post(LOG, {"email": "nobody@school.example"})

    asked = PrivacyRequest.objects.get()
    assert (asked.person, asked.recorded_by) == (person, root)
    assert nobody.status_code == 422
    assert "nobody@school.example" in nobody.content.decode()


def test_people_of_another_program_are_not_found(client, root):
    person = MembershipFactory(agency=AgencyFactory(), role=Membership.Role.EARNER).user
    asked = operations.ask(person, by=person)
    client.force_login(root)

    assert client.get(asked.get_absolute_url()).status_code == 404
    assert client.post(LOG, {"email": person.email}).status_code == 422
    assert person.name not in client.get(LOG).content.decode()


def test_coordinators_below_the_root_have_no_log(client, root):
    district = AgencyFactory(parent=root.memberships.get().agency)
    client.force_login(MembershipFactory(agency=district, role=Membership.Role.COORDINATOR).user)

    assert client.get(reverse("privacy:manage_requests")).status_code == 403
