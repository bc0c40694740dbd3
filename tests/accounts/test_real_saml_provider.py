"""Signing in with a real SAML provider that runs next to the tests."""

from __future__ import annotations

import base64

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import IdentityProvider, Membership, SamlAnswer, User
from accounts.providers import saml_manage_views
from accounts.providers.operations import providers as operations
from tests.accounts import running_provider
from tests.accounts.running_provider import ISSUER, RunningProvider
from tests.accounts.saml_elsewhere import bring
from tests.accounts.signing_in import TYPE_CODE, signed_in_as, start
from tests.factories import AgencyFactory, MembershipFactory, SchoolFactory, UserFactory

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
    """Set up as a coordinator does: from the address of its metadata."""
    monkeypatch.setattr(saml_manage_views, "fetcher", running.fetcher)
    district = AgencyFactory(name="Alder Unified", parent=AgencyFactory())
    operator = UserFactory(is_staff=True, is_superuser=True)
    operations.declare_domain(district, "alder.example", by=operator)
    browser = Client()
    browser.force_login(MembershipFactory(agency=district, role="coordinator").user)
    browser.post(
        reverse("accounts:manage_saml_new", args=[district.slug]),
        {"name": "Alder", "metadata_address": f"{ISSUER}/saml/metadata"},
    )
    return IdentityProvider.objects.select_related("saml", "agency").get()


def arrive(client, provider, running, name="ann", change=lambda answer: answer):
    brought = running.sign_in_by_saml(start(client, provider).url, name)
    return bring(client, provider, change(brought))


def replaced(old: str, new: str):
    def change(answer: str) -> str:
        text = base64.b64decode(answer).decode()
        assert old in text, text
        return base64.b64encode(text.replace(old, new).encode()).decode()

    return change


def test_somebody_signs_in_and_gets_the_role_of_a_rule(client, provider, running):
    school = SchoolFactory(name="Creekside", parent=provider.agency)
    rule = {"claim": "groups", "value": "science", "role": "reviewer", "agency": school}
    operations.add_rule(provider, by=UserFactory(), **rule)

    arrive(client, provider, running)

    assert signed_in_as(client) == "ann@alder.example"
    given = Membership.objects.get(user__email="ann@alder.example", role="reviewer")
    assert given.agency == school


def test_a_foreign_domain_is_confirmed_by_the_mailbox(client, provider, running):
    response = arrive(client, provider, running, name="eve")

    assert response.url.startswith(TYPE_CODE)
    assert signed_in_as(client) is None


def test_an_answer_that_comes_again_is_refused(client, provider, running):
    brought = running.sign_in_by_saml(start(client, provider).url, "ann")
    bring(client, provider, brought)
    other = Client()
    start(other, provider)

    response = bring(other, provider, brought)

    assert response.status_code == 403
    assert "was used before" in response.content.decode()
    assert signed_in_as(other) is None
    assert SamlAnswer.objects.count() == 1


def test_an_answer_for_another_browser_is_refused(client, provider, running):
    brought = running.sign_in_by_saml(start(client, provider).url, "ann")
    other = Client()
    start(other, provider)

    assert bring(other, provider, brought).status_code == 403
    assert signed_in_as(other) is None


def test_an_answer_for_another_site_is_refused(client, provider, running):
    """Another agency has the same provider: what it was given is not for this one."""
    other = IdentityProvider.objects.get()
    details = other.saml
    other.pk = other._state.adding = None
    other.public_id = "11111111-2222-4333-8444-555555555555"
    other.agency = AgencyFactory()
    other.save(force_insert=True)
    details.pk, details.provider = None, other
    details.save(force_insert=True)
    brought = running.sign_in_by_saml(start(Client(), other).url, "ann")
    start(client, provider)

    response = bring(client, provider, brought)

    assert response.status_code == 403
    assert "made for another site" in response.content.decode()


CHANGES = {
    "the person": replaced("ann@alder.example", "root@alder.example"),
    "a comment in the person": replaced("ann@alder.example", "ann@alder.example<!-- x -->"),
    "no signature": lambda answer: base64.b64encode(
        base64.b64decode(answer).split(b"<ds:Signature")[0]
        + base64.b64decode(answer).split(b"</ds:Signature>")[1]
    ).decode(),
    "an entity": lambda answer: base64.b64encode(
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        + base64.b64decode(answer).partition(b"?>")[2]
    ).decode(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_an_answer_that_was_changed_is_refused(client, provider, running, what):
    response = arrive(client, provider, running, change=CHANGES[what])

    assert response.status_code == 403
    assert not User.objects.filter(email__endswith="alder.example").exists()
