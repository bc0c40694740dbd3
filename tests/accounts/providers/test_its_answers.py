"""What a provider answers, and what is not believed; a provider that is down."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import IdentityProvider, Membership, User
from accounts.providers import views
from tests.accounts.provider_elsewhere import OTHER_KEY
from tests.accounts.providers.arriving import added, arrive
from tests.accounts.signing_in import (
    AFTER_SIGNING_IN,
    come_back,
    signed_in_as,
    start,
)
from tests.factories import AgencyFactory

Role = Membership.Role
pytestmark = pytest.mark.django_db


NOW = int(time.time())
LIES = {
    "for another audience": {"aud": "somebody else"},
    "for several, issued to another": {"aud": ["badges", "other"], "azp": "other"},
    "for several, issued to nobody": {"aud": ["badges", "other"]},
    "issued to another": {"azp": "other"},
    "of another issuer": {"iss": "https://idp.birch.example"},
    "expired": {"exp": NOW - 3600, "iat": NOW - 3900},
    "issued long ago": {"iat": NOW - 3600},
    "issued tomorrow": {"iat": NOW + 24 * 3600},
    "without an end": {"exp": None},
    "to another question": {"nonce": "another"},
    "to no question": {"nonce": None},
    "about nobody": {"sub": None},
    "about a number": {"sub": 7},
    "without an address": {"email": None},
    "with something else as address": {"email": "ann@@alder.example"},
    "with a line break in the name": {"name": "Ann\u202eLee\x00"},
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_is_refused(client, provider, elsewhere, lie):
    elsewhere.claims = LIES[lie]

    response = arrive(client, provider, elsewhere)

    assert response.status_code == 403
    assert signed_in_as(client) is None
    assert not User.objects.filter(email="ann@alder.example").exists()
    assert "Send me a code by email" in response.content.decode()


@pytest.mark.parametrize(
    "signature",
    [{"algorithm": "none"}, {"key": OTHER_KEY}, {"algorithm": "HS256", "key": "a secret"}],
)
def test_an_answer_that_the_provider_did_not_sign_is_refused(
    client, provider, elsewhere, signature
):
    for name, value in signature.items():
        setattr(elsewhere, name, value)

    assert arrive(client, provider, elsewhere).status_code == 403
    assert signed_in_as(client) is None


def test_an_answer_counts_once(client, provider, elsewhere):
    brought = elsewhere.authorize(start(client, provider).url, sub="ann", email="ann@alder.example")
    come_back(client, provider, brought)
    client.post(reverse("account_logout"))

    assert come_back(client, provider, brought).status_code == 403
    assert signed_in_as(client) is None


def test_an_answer_counts_only_in_the_browser_that_asked(client, provider, elsewhere):
    brought = elsewhere.authorize(start(client, provider).url, sub="eve", email="eve@alder.example")
    victim = Client()
    start(victim, provider)

    assert come_back(victim, provider, brought).status_code == 403
    assert come_back(Client(), provider, brought).status_code == 403
    assert signed_in_as(victim) is None


def test_an_answer_to_one_provider_is_none_to_another(client, provider, elsewhere, operator):
    other = added(AgencyFactory(), operator)
    brought = elsewhere.authorize(start(client, provider).url, sub="ann", email="ann@alder.example")

    assert come_back(client, other, brought).status_code == 403


@pytest.mark.parametrize(
    "brought", [{"error": "access_denied"}, {"iss": "https://idp.birch.example"}, {"code": ""}]
)
def test_what_else_comes_back_is_refused(client, provider, elsewhere, brought):
    right = elsewhere.authorize(start(client, provider).url, sub="ann", email="ann@alder.example")

    assert come_back(client, provider, {**right, **brought}).status_code == 403


def test_an_old_question_is_refused(client, provider, elsewhere):
    brought = elsewhere.authorize(start(client, provider).url, sub="ann", email="ann@alder.example")
    session = client.session
    session[views.QUESTION] = {**session[views.QUESTION], "asked_at": time.time() - 601}
    session.save()

    assert come_back(client, provider, brought).status_code == 403


def test_the_question_has_a_state_a_nonce_and_a_challenge(client, provider, elsewhere):
    query = parse_qs(urlsplit(start(client, provider).url).query)

    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [provider.return_to]
    assert all(len(query[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert "a secret" not in str(query)


def test_after_signing_in_people_are_led_on_but_never_to_another_site(client, provider, elsewhere):
    def led_to(next_page):
        browser = Client()
        address = start(browser, provider, next=next_page).url
        brought = elsewhere.authorize(address, sub="ann", email="ann@alder.example")
        return come_back(browser, provider, brought).url

    assert led_to("/badges/media-balance/") == "/badges/media-balance/"
    assert [led_to("https://evil.example/"), led_to("//evil.example")] == [
        AFTER_SIGNING_IN,
        AFTER_SIGNING_IN,
    ]


# --- Down, or set up wrongly ----------------------------------------------------------------------


def test_a_provider_that_is_down_leaves_the_other_ways_in(client, provider, elsewhere):
    elsewhere.is_down = True

    response = start(client, provider)

    assert response.status_code == 503
    assert "does not answer" in response.content.decode()
    assert reverse("account_request_login_code") in response.content.decode()


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://idp.birch.example"},
        {"token_endpoint": "http://idp.alder.example/token"},
        {"jwks_uri": ""},
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_not_used(
    client, provider, elsewhere, described
):
    elsewhere.described = described

    assert start(client, provider).status_code == 503


def test_the_network_of_this_server_is_not_asked(client, district, operator):
    inside = added(district, operator, issuer="https://127.0.0.1")

    assert start(client, inside).status_code == 503


def test_a_provider_that_is_switched_off_or_whose_agency_closed_is_not_there(
    client, provider, elsewhere, district
):
    IdentityProvider.objects.update(is_enabled=False)
    assert start(client, provider).status_code == 404

    IdentityProvider.objects.update(is_enabled=True)
    type(district).objects.filter(pk=district.pk).update(closed_at="2026-01-01T00:00Z")
    assert start(client, provider).status_code == 404
