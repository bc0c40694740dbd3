"""Somebody without email adds an address of their own, and the account becomes an ordinary one."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as sent_by_django
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.classes import operations as classes
from accounts.models import AddressChange, ClassSignIn, User
from audit.models import AuditEntry
from mail.models import Message
from mail.no_mailbox import DOMAIN
from mail.tasks import send_due_emails
from office.people.querysets import seen_by
from tests.accounts.classes import (
    class_of,
    coordinator_of,
    learner_of,
    sign_in,
    type_secret_again,
)
from tests.accounts.links import award_to
from tests.factories import MembershipFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db
ADDRESSES = reverse("account_email")


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def by(school):
    return coordinator_of(school)


@pytest.fixture
def ana(client, school, by):
    group, [card] = class_of("Ana Ruiz", agency=school, by=by)
    sign_in(client, group, card)
    type_secret_again(client, card)
    learner = learner_of(group, card)
    learner.group, learner.card = group, card
    return learner


def link_sent_to(address: str) -> str:
    send_due_emails()
    [email] = [one for one in sent_by_django.outbox if one.to == [address]]
    return re.search(r"https?://[^/]+(/account/address/\S+)", email.body)[1]


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def test_an_address_counts_when_its_mailbox_has_confirmed_it(client, ana):
    badge = award_to(ana)
    client.post(ADDRESSES, {"email": "Ana@Home.example"})
    before = User.objects.get(pk=ana.pk).has_email

    confirmed = Client().post(link_sent_to("ana@home.example"))

    person = User.objects.get(pk=ana.pk)
    assert (before, confirmed.status_code, person.email) == (False, 200, "ana@home.example")
    address = EmailAddress.objects.get(user=person)
    assert (address.email, address.verified, address.primary) == (person.email, True, True)
    assert badge.recipient == person
    # They were told before, in their messages, which stay theirs.
    assert "ana@home.example" not in " ".join(Message.objects.values_list("text", flat=True))
    messages = text_of(client.get(reverse("accounts:messages")))
    assert "about to get another address" in messages


def test_the_coordinator_reads_of_it(client, ana, by):
    client.post(ADDRESSES, {"email": "ana@home.example"})
    Client().post(link_sent_to("ana@home.example"))

    note = AuditEntry.objects.get(act="address changed").note
    assert note == "→ ana@home.example"
    other = Client()
    other.force_login(by)
    page = other.get(reverse("office:manage_person", args=[ana.public_id]))
    assert "ana@home.example" in text_of(page)


def test_they_sign_in_with_the_card_until_they_end_it(client, ana):
    client.post(reverse("accounts:class_end"))
    assert ClassSignIn.objects.current().count() == 1  # it is their only way in
    client.post(ADDRESSES, {"email": "ana@home.example"})
    Client().post(link_sent_to("ana@home.example"))
    assert sign_in(Client(), ana.group, ana.card).status_code == 302

    client.post(reverse("accounts:class_end"))

    # Here they are still signed in.
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert sign_in(Client(), ana.group, ana.card).status_code == 422
    assert not classes.end_own(User.objects.get(pk=ana.pk))


@pytest.mark.parametrize("address", ["nonsense", f"somebody@{DOMAIN}", ""])
def test_what_is_no_address_is_refused_and_kept(client, ana, address):
    page = client.post(ADDRESSES, {"email": address})

    assert page.status_code == 422
    assert page.context["form"]["email"].value() == address
    assert not AddressChange.objects.exists()


def test_an_address_of_somebody_else_stays_theirs(client, ana):
    owner = UserFactory(email="taken@home.example")
    client.post(ADDRESSES, {"email": "taken@home.example"})

    answer = Client().post(link_sent_to("taken@home.example"))

    assert answer.status_code == 409
    assert User.objects.get(email="taken@home.example") == owner


def test_a_pupil_cannot_write_to_many_mailboxes(client, ana):
    pages = [client.post(ADDRESSES, {"email": f"x{n}@home.example"}) for n in range(6)]

    assert [page.status_code for page in pages] == [302] * 5 + [422]


def test_a_request_can_be_withdrawn(client, ana):
    client.post(ADDRESSES, {"email": "ana@home.example"})
    link = link_sent_to("ana@home.example")

    client.post(ADDRESSES, {"withdraw": ""})

    assert Client().post(link).status_code == 409
    assert not User.objects.get(pk=ana.pk).has_email


def test_the_invented_address_is_nowhere_on_their_pages(client, ana):
    names = [
        "accounts:profile", "account_email", "accounts:browsers", "catalog:home",
        "issuing:my_awards", "submissions:list", "accounts:messages", "privacy:own",
    ]  # fmt: skip

    shown = [name for name in names if DOMAIN in client.get(reverse(name)).content.decode()]

    assert shown == []


def test_coordinators_are_not_shown_the_invented_address(ana, by, school):
    award_to(ana)
    other = Client()
    other.force_login(by)
    person = reverse("office:manage_person", args=[ana.public_id])
    pages = [
        person, reverse("office:manage_person_address", args=[ana.public_id]),
        reverse("office:manage_people"), reverse("accounts:manage_minors"),
        reverse("accounts:manage_people"), ana.group.get_absolute_url(),
        reverse("accounts:manage_agency", args=[school.slug]), reverse("reporting:manage_activity"),
        reverse("accounts:manage_links"),
    ]  # fmt: skip

    shown = [page for page in pages if DOMAIN in other.get(page).content.decode()]

    assert seen_by(by, [school.pk]).filter(pk=ana.pk).exists()
    assert shown == []


def test_somebody_without_email_gets_no_other_role(ana, by, school):
    other = Client()
    other.force_login(by)
    page = reverse("office:manage_person_role", args=[ana.public_id])

    answer = other.post(page, {"agency": school.slug, "role": "reviewer"})

    assert answer.status_code == 422
    assert "Somebody without email can only be a learner." in text_of(answer)
    assert ana.memberships.get().role == "earner"
    with pytest.raises(DatabaseError), transaction.atomic():
        MembershipFactory(user=ana, agency=school, role="reviewer")
