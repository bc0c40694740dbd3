"""Computers of a class are left open: changes of how somebody signs in ask for the secret again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.classes.sessions import SESSION_NAME
from accounts.models import AddressChange, ClassSignIn
from tests.accounts.classes import class_of, learner_of, sign_in, type_secret_again
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ADDRESSES = reverse("account_email")
AGAIN = reverse("accounts:class_again")


@pytest.fixture
def card(client):
    group, [card] = class_of("Ana Ruiz")
    sign_in(client, group, card)
    return card


def again(page: str) -> str:
    return reverse("accounts:class_again", query={"next": page})


def let_pass(client, minutes: int) -> None:
    session = client.session
    earlier = session[SESSION_NAME]["again"] - timedelta(minutes=minutes).total_seconds()
    session[SESSION_NAME] |= {"again": earlier}
    session.save()


@pytest.mark.parametrize(
    "name",
    ["account_email", "account_set_password", "mfa_index", "mfa_add_webauthn", "privacy:closing"],
)
def test_pages_that_change_how_somebody_signs_in_ask_for_the_secret_first(client, card, name):
    page = reverse(name)
    asked = client.get(page)
    assert (asked.status_code, asked["Location"]) == (302, again(page))

    typed = type_secret_again(client, card, next_page=page)

    assert (typed.status_code, typed["Location"]) == (302, page)
    assert client.get(page).get("Location") != again(page)


def test_what_is_sent_without_the_secret_changes_nothing(client, card):
    answers = [
        client.post(ADDRESSES, {"email": "thief@home.example"}),
        client.post(reverse("privacy:closing"), {"badges": "erase", "sure": "on"}),
        client.post(reverse("accounts:class_end")),
    ]

    assert [answer["Location"] for answer in answers] == [
        again(ADDRESSES), again(reverse("privacy:closing")), again(reverse("accounts:profile")),
    ]  # fmt: skip
    assert not AddressChange.objects.exists()
    assert ClassSignIn.objects.current().get().user.closes_at is None


def test_a_wrong_secret_is_refused_and_counted_as_when_signing_in(client, card):
    wrong = "".join(str((int(one) + 1) % 10) for one in card.secret)

    answers = [type_secret_again(client, card, secret=wrong) for _ in range(11)]

    assert {answer.status_code for answer in answers} == {422}
    assert "This is not the number on your card." in answers[0].content.decode()
    assert "Too many wrong tries." in answers[-1].content.decode()
    assert client.get(ADDRESSES).status_code == 302


def test_the_page_stays_open_for_minutes_and_what_was_typed_meanwhile_counts(client, card):
    type_secret_again(client, card)

    let_pass(client, minutes=6)
    opened = client.get(ADDRESSES)
    sent = client.post(ADDRESSES, {"email": "ana@home.example"})
    let_pass(client, minutes=10)
    late = client.post(ADDRESSES, {"withdraw": ""})

    assert (opened["Location"], sent["Location"]) == (again(ADDRESSES), ADDRESSES)
    assert late["Location"] == again(ADDRESSES)
    assert AddressChange.objects.open().count() == 1


def test_it_leads_to_no_other_site(client, card):
    typed = type_secret_again(client, card, next_page="https://elsewhere.example/")

    assert typed["Location"] == reverse("accounts:profile")


def test_nobody_else_is_asked(client):
    client.force_login(UserFactory())

    assert client.get(AGAIN)["Location"] == reverse("accounts:profile")
    assert client.get(reverse("privacy:closing")).status_code == 200
    assert Client().get(AGAIN)["Location"].startswith(reverse("account_login"))


def test_a_new_card_ends_the_session_and_its_second_chance(client, card):
    ClassSignIn.objects.update(salt="2d9f1a3e-32a0-4b41-8f4e-0d3d6c2ad001", set_at=timezone.now())

    client.get(AGAIN)

    assert SESSION_NAME not in client.session
    assert learner_of(ClassSignIn.objects.get().group, card).has_email is False
