"""A coordinator asks for another address; it takes effect when its mailbox presses a button."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts import operations as accounts
from accounts.addresses import operations
from accounts.addresses.links import link_for
from accounts.models import AddressChange, Membership, User
from audit.models import AuditEntry
from mail.composing import compose
from mail.models import OutgoingEmail
from mail.operations import queue_email
from tests.accounts.signing_in import sign_in
from tests.factories import PASSWORD, AgencyFactory, MembershipFactory, UserFactory
from tests.races import at_once

Role = Membership.Role
pytestmark = pytest.mark.django_db
NEW = "rosa.new@school.example"


@pytest.fixture
def district():
    return AgencyFactory(name="Alder Unified")


@pytest.fixture
def coordinator(district, client):
    person = MembershipFactory(agency=district, role=Role.COORDINATOR).user
    client.force_login(person)
    return person


@pytest.fixture
def rosa(district):
    return MembershipFactory(agency=district, user__email="rosa@school.example").user


def asked(rosa, district, email=NEW, *, keeps_old=False, **kwargs) -> AddressChange:
    by = kwargs.pop("by", None) or UserFactory()
    return operations.ask_for_change(
        rosa, email, keeps_old=keeps_old, by=by, agency=district, **kwargs
    )


def path(change) -> str:
    link = link_for(change)
    return link[link.index("/account/") :]


def now_of(rosa) -> tuple:
    addresses = EmailAddress.objects.filter(user=rosa).order_by("email")
    return User.objects.get(pk=rosa.pk).email, [row.email for row in addresses]


def test_the_address_waits_for_its_mailbox_and_opening_the_link_changes_nothing(
    client, rosa, district, coordinator
):
    url = reverse("office:manage_person_address", args=[rosa.public_id])

    client.post(url, {"email": NEW.upper()})
    change = AddressChange.objects.get()
    client.logout()
    answers = [client.get(path(change)).status_code, client.head(path(change)).status_code]
    before = now_of(rosa)
    pressed = [client.post(path(change)).status_code for _ in range(2)]

    assert (answers, pressed) == ([200, 200], [200, 200])
    assert before == ("rosa@school.example", ["rosa@school.example"])
    assert now_of(rosa) == (NEW, [NEW])
    assert AuditEntry.objects.filter(act="address changed").count() == 1
    assert client.login(email=NEW, password=PASSWORD)
    assert not client.login(email="rosa@school.example", password=PASSWORD)


def test_the_old_mailbox_is_told_twice_and_never_learns_the_new_address(rosa, district):
    change = asked(rosa, district)
    operations.confirm(change)

    emails = {email.kind: email for email in OutgoingEmail.objects.filter(to="rosa@school.example")}
    assert set(emails) == {"address_announced", "address_changed"}
    assert all(NEW not in compose(email).body for email in emails.values())
    to_new = OutgoingEmail.objects.get(to=NEW)
    assert path(change) in compose(to_new).body


def test_an_old_address_is_kept_if_it_is_theirs_too(rosa, district):
    operations.confirm(asked(rosa, district, keeps_old=True))

    assert now_of(rosa) == (NEW, [NEW, "rosa@school.example"])
    assert accounts.people_by_address(["rosa@school.example"]) == {"rosa@school.example": rosa}


def test_emails_that_are_due_follow_to_the_new_address(rosa, district):
    queue_email("badge_issued", "x", to=rosa.email, context={"assertion": 1})

    operations.confirm(asked(rosa, district))

    assert OutgoingEmail.objects.get(kind="badge_issued").to == NEW


@pytest.mark.parametrize("taken", ["an account", "a confirmed address"])
def test_an_address_of_another_account_is_refused_only_when_its_mailbox_answers(
    client, rosa, district, taken
):
    other = UserFactory(email=NEW if taken == "an account" else "other@school.example")
    EmailAddress.objects.update_or_create(user=other, email=NEW, defaults={"verified": True})
    change = asked(rosa, district)

    answer = client.post(path(change))

    assert answer.status_code == 409
    assert "Another account has this address." in answer.text
    assert now_of(rosa)[0] == "rosa@school.example"


def test_a_link_that_is_withdrawn_replaced_old_or_broken_changes_nothing(client, rosa, district):
    late = timezone.now() - timedelta(days=8)
    old = asked(rosa, district, now=late)
    too_old = client.post(path(old)).status_code
    replaced = asked(rosa, district, "second@school.example")
    withdrawn = asked(rosa, district, "third@school.example")
    operations.withdraw(rosa, by=UserFactory())

    answers = [client.post(path(change)).status_code for change in (replaced, withdrawn)]
    broken = client.post(reverse("accounts:confirm_change", args=["x"])).status_code

    assert (too_old, answers, broken) == (409, [409, 409], 404)
    assert now_of(rosa)[0] == "rosa@school.example"


def test_the_same_address_and_no_address_are_refused(client, rosa, coordinator):
    url = reverse("office:manage_person_address", args=[rosa.public_id])

    answers = [client.post(url, {"email": email}) for email in (rosa.email, "nobody", "")]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert "This is the address already." in answers[0].text
    assert not AddressChange.objects.exists()


def test_a_request_is_withdrawn_from_the_page(client, rosa, district, coordinator):
    change = asked(rosa, district)
    url = reverse("office:manage_person_address", args=[rosa.public_id])

    shown = NEW in client.get(url).text
    client.post(url, {"withdraw": "1"})

    change.refresh_from_db()
    assert (shown, change.withdrawn_at is not None) == (True, True)


def test_nobody_asks_for_somebody_of_another_district(client, coordinator):
    stranger = MembershipFactory(agency=AgencyFactory()).user
    url = reverse("office:manage_person_address", args=[stranger.public_id])

    assert client.post(url, {"email": NEW}).status_code == 404
    assert not AddressChange.objects.exists()


def test_an_address_that_its_person_changes_takes_effect_everywhere(client, rosa, district):
    client.force_login(rosa)
    EmailAddress.objects.create(user=rosa, email=NEW, verified=True)
    queue_email("badge_issued", "x", to=rosa.email, context={"assertion": 1})

    page = reverse("account_email")
    ask = client.post(page, {"email": NEW, "action_primary": ""})
    client.post(ask.url, {"password": PASSWORD, "next": page})

    assert now_of(rosa)[0] == NEW
    assert OutgoingEmail.objects.get(kind="badge_issued").to == NEW
    assert AuditEntry.objects.get(act="address changed").actor == rosa


@pytest.mark.django_db(transaction=True)
def test_two_people_who_confirm_one_address_at_once_do_not_both_get_it():
    district = AgencyFactory()
    people = [MembershipFactory(agency=district).user for _ in range(2)]
    changes = [asked(person, district) for person in people]

    outcomes = at_once(*[lambda change=change: operations.confirm(change) for change in changes])

    refused = [outcome for outcome in outcomes if isinstance(outcome, operations.AddressTaken)]
    assert len(refused) == 1
    assert User.objects.filter(email=NEW).count() == 1


def test_an_address_with_which_another_account_signs_in_is_refused_with_a_sentence(client):
    """No page of ours has the button: the request is made by hand."""
    [other] = accounts.find_or_invite([("rosa@home.example", "", "en")]).values()
    rosa = UserFactory()
    rosa.emailaddress_set.create(email=other.email, verified=True)
    sign_in(client, rosa)
    before = rosa.email
    page = reverse("account_email")

    response = client.post(page, {"email": other.email, "action_primary": ""}, follow=True)

    assert "Another account signs in with this address" in response.content.decode()
    rosa.refresh_from_db()
    assert rosa.email == before
    assert rosa.emailaddress_set.get(primary=True).email == before
    assert client.post(page, {"action_primary": ""}).url == page
