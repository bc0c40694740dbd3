"""Signing in with a real OpenID provider that runs next to the tests."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

import pytest
from django.test import Client

from accounts.models import IdentityProvider, Membership, User
from accounts.providers import views
from accounts.providers.operations import providers as operations
from accounts.sign_in.sealing import seal
from fetching.safe_fetch import Fetched
from tests.accounts import running_provider
from tests.accounts.running_provider import ISSUER, RunningProvider
from tests.accounts.signing_in import TYPE_CODE, come_back, signed_in_as, start
from tests.factories import AgencyFactory, SchoolFactory, UserFactory

pytestmark = [pytest.mark.long, pytest.mark.django_db, pytest.mark.xdist_group("real provider")]


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> RunningProvider:
    if problem := running_provider.install():
        pytest.skip(problem)
    started = RunningProvider.start(tmp_path_factory.mktemp("idp"))
    yield started
    started.stop()


@pytest.fixture
def provider(running, monkeypatch) -> IdentityProvider:
    monkeypatch.setattr(views, "fetcher", running.fetcher)
    operator = UserFactory(is_staff=True, is_superuser=True)
    district = AgencyFactory(name="Alder Unified", parent=AgencyFactory())
    operations.declare_domain(district, "alder.example", by=operator)
    return operations.add_provider(
        district, kind="oidc", name="Alder", issuer=ISSUER, client_id="badges",
        secret="a-secret", by=operator,
    )  # fmt: skip


def arrive(client, provider, running, name="ann", **others):
    address = start(client, provider).url
    assert address.startswith(f"{ISSUER}/authorize?")
    return come_back(client, provider, running.sign_in(address, name, **others))


@dataclass
class Tampering:
    """Changes the ID token on its way."""

    fetcher: object
    change: object

    def fetch_with(self, url, *, headers):
        return self.fetcher.fetch_with(url, headers=headers)

    def post(self, url, *, body, headers):
        answer = self.fetcher.post(url, body=body, headers=headers)
        tokens = json.loads(answer.body)
        tokens["id_token"] = self.change(tokens["id_token"])
        return Fetched(url, answer.status, json.dumps(tokens).encode())


def part(found) -> str:
    return base64.urlsafe_b64encode(json.dumps(found).encode()).decode().rstrip("=")


def claims_of(token: str) -> dict:
    middle = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))


def test_somebody_signs_in_and_gets_the_role_of_a_rule(client, provider, running):
    school = SchoolFactory(name="Creekside", parent=provider.agency)
    rule = {"claim": "groups", "value": "science", "role": "reviewer", "agency": school}
    operations.add_rule(provider, by=UserFactory(), **rule)

    arrive(client, provider, running)

    assert signed_in_as(client) == "ann@alder.example"
    assert Membership.objects.get(user__email="ann@alder.example").agency == school


def test_an_answer_is_refused_when_it_comes_again(client, provider, running):
    address = start(client, provider).url
    brought = running.sign_in(address, "ann")
    come_back(client, provider, brought)
    other = Client()
    start(other, provider)

    assert come_back(other, provider, brought).status_code == 403
    # Even where the question is known, the provider takes its code back only once.
    session = client.session
    question = {"state": brought["state"], "nonce": "n", "verifier": "v", "asked_at": 9e12}
    session[views.QUESTION] = {**question, "provider": provider.pk, "next": ""}
    session.save()
    assert come_back(client, provider, brought).status_code == 403


def test_a_foreign_domain_is_confirmed_by_the_mailbox(client, provider, running):
    response = arrive(client, provider, running, name="eve")

    assert response.url.startswith(TYPE_CODE)
    assert signed_in_as(client) is None


def test_a_code_for_another_client_is_refused(client, provider, running):
    assert arrive(client, provider, running, client_id="other").status_code == 403
    assert signed_in_as(client) is None


def test_a_token_for_another_audience_is_refused(client, provider, running):
    """A site that uses the same provider passes on what it was given."""
    IdentityProvider.objects.update(client_id="other", sealed_secret=seal("another-secret"))
    given = []
    tampering = Tampering(running.fetcher, lambda token: given.append(token) or token)
    views.fetcher = tampering
    arrive(Client(), IdentityProvider.objects.get(), running)
    IdentityProvider.objects.update(client_id="badges", sealed_secret=seal("a-secret"))
    assert claims_of(given[0])["aud"] == "other"
    views.fetcher = Tampering(running.fetcher, lambda token: given[0])

    assert arrive(client, provider, running).status_code == 403
    assert signed_in_as(client) is None


LIES = {
    "unsigned": lambda token: f"{part({'alg': 'none'})}.{token.split('.')[1]}.",
    "signature of other claims": lambda token: ".".join(
        [token.split(".")[0], part({**claims_of(token), "sub": "root"}), token.split(".")[2]]
    ),
    "not a token": lambda token: "x",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_was_changed_is_refused(client, provider, running, lie):
    views.fetcher = Tampering(running.fetcher, LIES[lie])

    assert arrive(client, provider, running).status_code == 403
    assert not User.objects.filter(email="ann@alder.example").exists()


def test_a_token_that_has_expired_is_refused(client, provider, running, monkeypatch):
    """The question is as new as the token is old: only the end of the token is in the way."""
    from accounts.providers import oidc

    monkeypatch.setattr(oidc, "LEEWAY", -600)

    assert arrive(client, provider, running).status_code == 403


def test_a_wrong_secret_is_refused_and_says_nothing_of_it(client, provider, running):
    IdentityProvider.objects.update(sealed_secret=seal("wrong"))

    response = arrive(client, provider, running)

    assert response.status_code == 403
    assert "wrong" not in response.content.decode().replace("wrongly", "")
