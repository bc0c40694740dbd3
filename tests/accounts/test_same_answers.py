"""Whether somebody has an account is not seen in the answer, nor in the work it takes."""

from contextlib import contextmanager

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.operations import find_or_invite
from mail.models import OutgoingEmail
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "a long quiet river"
# Reading or writing a row costs a fraction of a millisecond, hashing a password a hundred of them.
SIMILAR = 8


def nobody():
    return "nobody@school.example"


def known():
    return UserFactory(email="known@school.example").email


def invited():
    find_or_invite([("invited@school.example", "Ana", "en")])
    return "invited@school.example"


def inactive():
    return UserFactory(email="inactive@school.example", is_active=False).email


def unconfirmed():
    user = UserFactory(email="unconfirmed@school.example")
    EmailAddress.objects.filter(user=user).update(verified=False)
    return user.email


def second_address():
    user = UserFactory()
    EmailAddress.objects.create(user=user, email="second@school.example", verified=True)
    return "second@school.example"


PEOPLE = [nobody, known, invited, inactive, unconfirmed, second_address]


@contextmanager
def counted_hashes(monkeypatch):
    hashes = []
    original = MD5PasswordHasher.encode

    def encode(self, *args, **kwargs):
        hashes.append(1)
        return original(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(MD5PasswordHasher, "encode", encode)
        yield hashes


def work(monkeypatch, ask, address, *, client=None):
    """(status, location, cookies, hashes, emails), queries."""
    cache.clear()
    client = client or Client()
    emails = OutgoingEmail.objects.count()
    with counted_hashes(monkeypatch) as hashes, CaptureQueriesContext(connection) as queries:
        answer = ask(client, address)
    seen = (
        answer.status_code,
        answer.headers.get("Location"),
        sorted(answer.cookies),
        len(hashes),
        OutgoingEmail.objects.count() - emails,
    )
    return seen, len(queries)


def sign_up(client, address):
    typed = {"name": "Rosa Alvarez", "email": address, "password1": NEW_PASSWORD}
    return client.post(reverse("account_signup"), typed)


def reset_password(client, address):
    return client.post(reverse("account_reset_password"), {"email": address})


def sign_in_wrongly(client, address):
    return client.post(reverse("account_login"), {"login": address, "password": "a wrong one"})


@pytest.mark.parametrize("ask", [sign_up, reset_password, sign_in_wrongly])
def test_the_answer_and_its_work_are_the_same_for_everybody(monkeypatch, ask):
    found = {person.__name__: work(monkeypatch, ask, person()) for person in PEOPLE}

    seen = {name: what for name, (what, _queries) in found.items()}
    queries = {name: count for name, (_what, count) in found.items()}
    assert seen == dict.fromkeys(seen, seen["nobody"])
    assert max(queries.values()) - min(queries.values()) <= SIMILAR, queries


def test_signing_up_with_a_known_address_leaves_no_trace():
    address = known()

    sign_up(Client(), address)

    assert [user.email for user in User.objects.all()] == [address]
    assert EmailAddress.objects.count() == 1


def test_each_sign_up_hashes_once_and_sends_one_email(monkeypatch):
    (*_answer, hashes, emails), _queries = work(monkeypatch, sign_up, known())

    assert (hashes, emails) == (1, 1)


@pytest.mark.parametrize("ask", [sign_up, reset_password, sign_in_wrongly])
def test_the_page_reads_the_same_for_everybody(ask):
    pages = {}
    for person in PEOPLE:
        address = person()
        pages[person.__name__] = ask(Client(), address).text.replace(address, "somebody")

    without_tokens = {name: _without_tokens(page) for name, page in pages.items()}
    assert set(without_tokens.values()) == {without_tokens["nobody"]}


def _without_tokens(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def test_adding_an_address_says_nothing_about_its_owner(monkeypatch):
    def add(client, address):
        return client.post(reverse("account_email"), {"email": address, "action_add": ""})

    found = {}
    for person in (nobody, known, second_address):
        client, owner = Client(), UserFactory()
        client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
        found[person.__name__] = work(monkeypatch, add, person(), client=client)

    seen = {name: what for name, (what, _queries) in found.items()}
    queries = [count for _what, count in found.values()]
    assert seen == dict.fromkeys(seen, seen["nobody"])
    assert max(queries) - min(queries) <= SIMILAR
    assert User.objects.filter(emailaddress__email="known@school.example").count() == 1
