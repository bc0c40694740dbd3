"""Somebody comes from a provider."""

from __future__ import annotations

from accounts.models import IdentityProvider, ProviderAccount
from accounts.providers.operations import providers as operations
from mail.models import OutgoingEmail
from tests.accounts.provider_elsewhere import ISSUER
from tests.accounts.signing_in import TYPE_CODE, come_back, mailed_code, signed_in_as, start


def added(agency, by, **changes) -> IdentityProvider:
    given = {
        "kind": "oidc",
        "name": "Alder",
        "issuer": ISSUER,
        "client_id": "badges",
        "secret": "a secret",
        **changes,
    }
    return operations.add_provider(agency, by=by, **given)


def arrive(client, provider, elsewhere, email="ann@alder.example", sub="ann", **person):
    address = start(client, provider).url
    brought = elsewhere.authorize(address, sub=sub, email=email, **person)
    return come_back(client, provider, brought)


def letters(to) -> int:
    return OutgoingEmail.objects.filter(to=to, context__subject="Your code to sign in").count()


def confirmed_only_by_the_mailbox(client, provider, elsewhere, **person):
    """Not signed in by the provider's word; signed in after the mailed code."""
    response = arrive(client, provider, elsewhere, **person)

    assert response.url.startswith(TYPE_CODE)
    assert signed_in_as(client) is None
    assert not ProviderAccount.objects.exists()
    client.post(TYPE_CODE, {"code": mailed_code()})
    return signed_in_as(client)
