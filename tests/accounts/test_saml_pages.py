"""Coordinators set up a SAML provider from its metadata."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import IdentityProvider
from accounts.providers import saml, saml_manage_views
from accounts.providers.operations import saml as saml_operations
from audit.models import AuditEntry
from fetching.safe_fetch import Fetched, Fetcher
from tests.accounts.saml_elsewhere import ENTITY, OTHER_KEY, SIGN_IN_AT, key_pair, metadata
from tests.factories import AgencyFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return AgencyFactory(name="Alder Unified", parent=AgencyFactory())


@pytest.fixture
def coordinator(client, district):
    user = MembershipFactory(agency=district, role="coordinator").user
    client.force_login(user)
    return user


@pytest.fixture
def provider(district) -> IdentityProvider:
    return saml_operations.add_provider(
        district, name="Alder", metadata=saml.read_metadata(metadata()), metadata_address="",
        by=UserFactory(),
    )  # fmt: skip


def add(client, district, content=b"", **typed):
    page = reverse("accounts:manage_saml_new", args=[district.slug])
    typed = {"name": "Alder", **typed}
    if content:
        typed["file"] = SimpleUploadedFile("metadata.xml", content)
    return client.post(page, typed)


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_coordinator_adds_a_provider_with_a_file(client, coordinator, district):
    response = add(client, district, metadata())

    made = IdentityProvider.objects.select_related("saml").get()
    assert (made.kind, made.issuer, made.agency) == ("saml", ENTITY, district)
    assert made.saml.sign_in_address == SIGN_IN_AT
    assert response.url == reverse("accounts:manage_provider", args=[made.public_id])
    page = words(client.get(response.url))
    assert made.our_entity_id in page
    assert made.return_to in page
    assert AuditEntry.objects.get(act="sign-in provider added").actor == coordinator


def test_a_coordinator_adds_a_provider_with_an_address(client, coordinator, district, monkeypatch):
    class Elsewhere(Fetcher):
        def fetch(self, url):
            return Fetched(url, 200 if url.endswith("/metadata") else 404, metadata())

    monkeypatch.setattr(saml_manage_views, "fetcher", Elsewhere())

    wrong = add(client, district, metadata_address="https://idp.alder.example/other")
    right = add(client, district, metadata_address="https://idp.alder.example/metadata")

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "answers with an error" in words(wrong)
    known_at = IdentityProvider.objects.get().saml.metadata_address
    assert known_at == "https://idp.alder.example/metadata"


@pytest.mark.parametrize("address", ["https://127.0.0.1/m", "http://idp.alder.example/m", "x"])
def test_other_addresses_are_not_asked(client, coordinator, district, address):
    response = add(client, district, metadata_address=address)

    assert response.status_code == 422
    assert f'value="{address}"' in response.content.decode()
    assert not IdentityProvider.objects.exists()


METADATA = {
    "with a DTD": (b"<!DOCTYPE x>" + metadata(), "XML without a DTD"),
    "of no provider": (b"<x/>", "This describes 0"),
    "of two": (b"<x>" + metadata() + metadata() + b"</x>", "This describes 2"),
    "without TLS": (metadata(at="http://idp.alder.example/sso"), "no secure address"),
    "without a certificate": (metadata().replace(b"signing", b"encryption"), "no certificate"),
    "with a broken certificate": (metadata().replace(b"MII", b"!!!", 1), "can’t be read"),
    "without a name": (metadata(entity=""), "no entity ID"),
    "too large": (b" " * (1024 * 1024 + 1), "XML without a DTD"),
}  # fmt: skip


@pytest.mark.parametrize("kind", METADATA)
def test_other_files_are_refused_in_plain_words(client, coordinator, district, kind):
    content, sentence = METADATA[kind]

    response = add(client, district, content)

    assert response.status_code == 422
    assert sentence in words(response)
    assert not IdentityProvider.objects.exists()


def test_neither_or_both_are_refused(client, coordinator, district):
    both = add(client, district, metadata(), metadata_address="https://idp.alder.example/m")

    assert [add(client, district).status_code, both.status_code] == [422, 422]


def test_without_the_packages_the_page_says_what_to_install(
    client, coordinator, district, provider, monkeypatch
):
    monkeypatch.setattr(saml, "is_installed", lambda: False)
    page = reverse("accounts:manage_saml_new", args=[district.slug])

    assert "requirements/saml.txt" in words(client.get(page))
    assert add(client, district, metadata()).status_code == 200
    assert IdentityProvider.objects.count() == 1
    answer = reverse("accounts:saml_answer", args=[provider.public_id])
    response = client.post(answer, {"SAMLResponse": "eA=="})
    assert response.status_code == 503
    assert "does not answer, or is not set up correctly" in words(response)


@pytest.mark.long
def test_the_packages_are_not_needed_to_start():
    """Nothing that a page loads imports them: only the process that reads documents does."""
    code = (
        "import sys; sys.modules['xmlsec'] = sys.modules['onelogin'] = None\n"
        "import django; django.setup(); import badgeproject.urls"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr


def test_the_page_says_when_certificates_end(client, coordinator, provider):
    over = key_pair(until=datetime.now(UTC) - timedelta(days=1))[1]
    renew = reverse("accounts:manage_saml_metadata", args=[provider.public_id])
    page = reverse("accounts:manage_provider", args=[provider.public_id])
    assert "past its last day" not in words(client.get(page))

    client.post(renew, {"file": SimpleUploadedFile("m.xml", metadata(over))})

    assert "past its last day" in words(client.get(page))


def test_metadata_of_another_entity_does_not_replace_it(client, coordinator, provider):
    renew = reverse("accounts:manage_saml_metadata", args=[provider.public_id])
    other = metadata(OTHER_KEY[1], entity="https://evil.example")

    response = client.post(renew, {"file": SimpleUploadedFile("m.xml", other)})

    assert response.status_code == 422
    assert "about another entity" in words(response)
    before = provider.saml.certificates
    provider.saml.refresh_from_db()
    assert provider.saml.certificates == before


def test_the_rules_can_be_tried_with_attributes(client, coordinator, provider, district):
    page = reverse("accounts:manage_provider_trial", args=[provider.public_id])

    good = client.post(page, {"claims": '{"email": ["ann@alder.example"], "roles": "x"}'})
    bad = client.post(page, {"claims": '{"roles": ["x"]}'})

    assert (good.status_code, bad.status_code) == (200, 422)
    assert "ann@alder.example" in words(good)
