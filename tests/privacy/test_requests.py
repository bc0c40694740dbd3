"""People ask to be erased, and a coordinator of the root does it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from mail.composing import compose
from mail.models import OutgoingEmail
from office.today.counting import counts
from office.today.kinds import BY_NAME
from privacy import operations
from privacy.models import PrivacyRequest
from privacy.operations import is_erased
from program.models import Program
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


def answer(client, asked, button, reason="We need a proof first."):
    return client.post(asked.get_absolute_url(), {button: "1", "reason": reason})


@pytest.mark.parametrize(("button", "status"), [("refuse", "refused"), ("hold", "held")])
def test_a_refusal_or_hold_has_a_reason_that_its_person_reads(client, root, button, status):
    asked = operations.ask(person := UserFactory(), by=person)
    client.force_login(root)

    without = answer(client, asked, button, reason=" ")
    done = answer(client, asked, button)
    asked.refresh_from_db()
    client.force_login(person)
    own = client.get(OWN).content.decode()

    assert (without.status_code, done.status_code) == (422, 302)
    assert (asked.status, asked.reason, asked.handled_by) == (
        status, "We need a proof first.", root,
    )  # fmt: skip
    assert "We need a proof first." in own
    email = OutgoingEmail.objects.get(kind="privacy_answer")
    assert email.to == person.email
    assert "Sign in to read why" in compose(email).body
    assert "proof" not in compose(email).body


def test_a_request_on_hold_goes_on_and_is_erased(client, root):
    asked = operations.ask(person := UserFactory(), by=person)
    client.force_login(root)
    answer(client, asked, "hold")

    client.post(asked.get_absolute_url(), {"go_on": "1"})
    asked.refresh_from_db()
    goes_on = asked.status, asked.reason
    answer(client, asked, "hold")
    client.post(asked.get_absolute_url(), {"sure": "on"})

    asked.refresh_from_db()
    assert goes_on == ("open", "")
    assert (asked.status, asked.reason) == ("done", "")


def test_what_was_decided_meanwhile_is_not_decided_again(client, root):
    asked = operations.ask(person := UserFactory(), by=person)
    operations.withdraw(asked, by=person)
    client.force_login(root)

    page = client.post(asked.get_absolute_url(), {"refuse": "1", "reason": "No."}, follow=True)

    assert "decided already" in page.content.decode()
    asked.refresh_from_db()
    assert asked.status == "withdrawn"


def test_who_was_refused_can_ask_again_and_the_reason_is_gone_with_them(root):
    asked = operations.ask(person := UserFactory(), by=person)
    operations.refuse(asked, reason="Zenobia has a dispute.", by=root)
    operations.carry_out(operations.ask(person, by=person), by=root)

    reasons = PrivacyRequest.objects.order_by("pk").values_list("status", "reason")

    assert list(reasons) == [("refused", "(erased)"), ("done", "")]


def test_the_log_shows_what_waits_and_filters_and_sorts(client, root):
    names = ("Ada", "Bert", "Cleo")
    ada, bert, cleo = (operations.ask(p := UserFactory(name=name), by=p) for name in names)
    operations.put_on_hold(bert, reason="A question.", by=root)
    operations.refuse(cleo, reason="A dispute.", by=root)
    PrivacyRequest.objects.filter(pk=ada.pk).update(due_on="2020-01-01")
    client.force_login(root)

    def shown(**query):
        page = client.get(LOG, query).content.decode()
        return [name for name in sorted(names, key=page.find) if name in page]

    assert shown() == ["Ada", "Bert"]
    assert shown(status="late") == ["Ada"]
    assert shown(status="refused") == ["Cleo"]
    assert shown(status="", sort="-asked") == ["Cleo", "Bert", "Ada"]
    assert shown(status="", q="bert") == ["Bert"]
    assert client.get(LOG, {"status": "nonsense", "sort": "\0", "page": "x"}).status_code == 200


def test_open_requests_are_counted_for_today_for_those_who_answer(client, root):
    for _ in range(2):
        operations.ask(person := UserFactory(), by=person)
    agency = AgencyFactory(parent=root.memberships.get().agency)
    below = MembershipFactory(agency=agency, role=Membership.Role.COORDINATOR).user
    now = timezone.now()

    numbers = [
        {one.kind.name: one.number for one in counts(user, now=now)}["privacy-requests"]
        for user in (root, below)
    ]

    assert numbers == [2, 0]
    client.force_login(root)
    page = client.get(BY_NAME["privacy-requests"].get_absolute_url())
    assert page.context["page"].paginator.count == 2


def test_the_days_until_an_answer_are_a_setting():
    Program.objects.update_or_create(pk=1, defaults={"request_days": 10})

    asked = operations.ask(person := UserFactory(), by=person, now=timezone.now())

    assert asked.due_on == timezone.localdate() + timedelta(days=10)


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
