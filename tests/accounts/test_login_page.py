"""The page to sign in: few providers have a button each."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import IdentityProvider
from accounts.providers.operations import providers
from tests.factories import AgencyFactory, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")


def add(count):
    agency, by = AgencyFactory(), UserFactory()
    for number in range(count):
        providers.add_provider(
            agency, kind="oidc", name=f"District {number}", issuer="https://idp.alder.example",
            client_id="badges", secret="x", by=by,
        )  # fmt: skip


def buttons(client, **query) -> list[str]:
    page = client.get(LOGIN, query).content.decode()
    return [
        one.public_id
        for one in IdentityProvider.objects.all()
        if reverse("accounts:provider_start", args=[one.public_id]) in page
    ]


def links_to_the_list(client) -> bool:
    return reverse("accounts:providers") + '"' in client.get(LOGIN).content.decode()


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, 1), (3, 3), (4, 0)])
def test_up_to_three_providers_have_a_button_each(client, count, shown):
    add(count)

    assert len(buttons(client)) == shown
    assert links_to_the_list(client) == (shown == 0)


def test_a_provider_that_is_switched_off_has_none(client):
    add(2)
    IdentityProvider.objects.filter(name="District 1").update(is_enabled=False)

    assert len(buttons(client)) == 1


def test_the_button_remembers_where_somebody_came_from(client):
    add(1)

    page = client.get(LOGIN, {"next": "/badges/?q=a&b=c"}).content.decode()

    assert "?next=/badges/%3Fq%3Da%26b%3Dc" in page
