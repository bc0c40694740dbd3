"""Signing in with a second real OpenID provider, oidc-provider, which is certified."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import IdentityProvider, Membership, User
from accounts.providers import views
from accounts.providers.operations import providers as operations
from tests.accounts import running_judge
from tests.accounts.running_judge import ISSUER, RunningJudge
from tests.accounts.signing_in import TYPE_CODE, come_back, signed_in_as, start
from tests.factories import AgencyFactory, SchoolFactory, UserFactory

pytestmark = [pytest.mark.long, pytest.mark.django_db, pytest.mark.xdist_group("second judge")]
ADDRESS = uuid.UUID("11111111-2222-4333-8444-555555555555")


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> RunningJudge:
    if problem := running_judge.install():
        pytest.skip(problem)
    return_to = settings.PUBLIC_ORIGIN + reverse("accounts:provider_return", args=[ADDRESS])
    started = RunningJudge.start(tmp_path_factory.mktemp("judge"), return_to=return_to)
    yield started
    started.stop()


@pytest.fixture
def provider(running, monkeypatch) -> IdentityProvider:
    monkeypatch.setattr(views, "fetcher", running.fetcher)
    operator = UserFactory(is_staff=True, is_superuser=True)
    district = AgencyFactory(name="Alder Unified", parent=AgencyFactory())
    operations.declare_domain(district, "alder.example", by=operator)
    made = operations.add_provider(
        district, kind="oidc", name="Judge", issuer=ISSUER, client_id="badges-RS256",
        secret="a-secret-that-is-long-enough", by=operator,
    )  # fmt: skip
    IdentityProvider.objects.filter(pk=made.pk).update(public_id=ADDRESS)
    return IdentityProvider.objects.select_related("agency").get(pk=made.pk)


def arrive(client, provider, running, name="ann"):
    return come_back(client, provider, running.sign_in(start(client, provider).url, name))


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_somebody_signs_in_with_every_kind_of_signature(client, provider, running, algorithm):
    """The email is in the user info only, as the standard has it for this flow."""
    IdentityProvider.objects.update(client_id=f"badges-{algorithm}")
    school = SchoolFactory(name="Creekside", parent=provider.agency)
    rule = {"claim": "groups", "value": "science", "role": "reviewer", "agency": school}
    operations.add_rule(provider, by=UserFactory(), **rule)

    arrive(client, provider, running)

    assert signed_in_as(client) == "ann@alder.example"
    assert User.objects.get(email="ann@alder.example").name == "Ann Lee"
    assert Membership.objects.get(role="reviewer").agency == school


@pytest.mark.parametrize("name", ["eve", "new"])
def test_a_foreign_domain_and_an_unverified_address_are_confirmed_by_the_mailbox(
    client, provider, running, name
):
    assert arrive(client, provider, running, name).url.startswith(TYPE_CODE)
    assert signed_in_as(client) is None


def test_an_answer_counts_once_and_in_the_browser_that_asked(client, provider, running):
    brought = running.sign_in(start(client, provider).url, "ann")
    other = Client()
    start(other, provider)

    assert come_back(other, provider, brought).status_code == 403
    come_back(client, provider, brought)
    assert signed_in_as(client) == "ann@alder.example"
    client.post(reverse("account_logout"))
    assert come_back(client, provider, brought).status_code == 403


def test_a_code_of_another_client_is_refused(client, provider, running):
    brought = running.sign_in(start(client, provider).url, "ann")
    IdentityProvider.objects.update(client_id="badges-ES256")

    assert come_back(client, provider, brought).status_code == 403
    assert signed_in_as(client) is None
