"""Domains, providers and rules of an agency, as its coordinators set them up."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import IdentityProvider, Membership, User
from accounts.operations import take_role
from accounts.providers.operations import providers as operations
from audit.models import AuditEntry
from tests.accounts.provider_elsewhere import ISSUER
from tests.accounts.providers.arriving import added, arrive, confirmed_only_by_the_mailbox
from tests.accounts.signing_in import (
    signed_in_as,
)
from tests.factories import AgencyFactory, MembershipFactory, SchoolFactory, UserFactory

Role = Membership.Role
pytestmark = pytest.mark.django_db


def rule(provider, agency, role=Role.REVIEWER, by=None, value="science"):
    by = by or UserFactory()
    operations.add_rule(provider, claim="groups", value=value, role=role, agency=agency, by=by)


def roles(email="ann@alder.example"):
    held = Membership.objects.filter(user__email=email, ended_at=None)
    return set(held.values_list("role", "agency__name"))


def test_a_rule_gives_a_role_inside_the_district(client, provider, elsewhere, district):
    school = SchoolFactory(name="Creekside", parent=district)
    rule(provider, school)
    rule(provider, school, role=Role.EARNER, value="teachers")
    rule(provider, district, value="art")

    arrive(client, provider, elsewhere, groups=["teachers", "science"])

    assert roles() == {("reviewer", "Creekside"), ("earner", "Creekside")}
    given = AuditEntry.objects.filter(act="role given at sign-in")
    assert sorted(entry.note for entry in given) == ["earner: Alder", "reviewer: Alder"]


def test_no_rule_gives_a_role_outside_or_at_the_root(
    client, provider, elsewhere, county, district, operator
):
    """Rules that no form would take, as if the tree had changed since."""
    for agency in (county, AgencyFactory(parent=county), AgencyFactory()):
        rule(provider, agency, role=Role.COORDINATOR)

    arrive(client, provider, elsewhere, groups="science")

    assert roles() == set()
    # The same for the provider of the root itself.
    of_the_root = added(county, operator, name="County")
    operations.declare_domain(county, "juniper.example", by=operator)
    rule(of_the_root, county, role=Role.COORDINATOR)
    browser = Client()
    joe = "joe@juniper.example"
    arrive(browser, of_the_root, elsewhere, email=joe, sub="joe", groups="science")
    assert signed_in_as(browser) == joe
    assert roles(joe) == set()


def test_no_rule_gives_a_role_to_somebody_of_a_foreign_domain(
    client, provider, elsewhere, district
):
    rule(provider, district)
    person = {"email": "eve@birch.example", "sub": "eve", "groups": "science"}

    assert confirmed_only_by_the_mailbox(client, provider, elsewhere, **person)
    assert roles("eve@birch.example") == set()


def test_a_role_that_a_coordinator_took_stays_taken(client, provider, elsewhere, district):
    rule(provider, district)
    arrive(client, provider, elsewhere, groups="science")
    take_role(Membership.objects.get(role=Role.REVIEWER), by=UserFactory())

    arrive(Client(), provider, elsewhere, groups="science")

    assert roles() == set()


# --- Coordinators ---------------------------------------------------------------------------------


def coordinator(agency, client):
    person = MembershipFactory(agency=agency, role=Role.COORDINATOR).user
    client.force_login(person)
    return person


def test_only_a_coordinator_above_declares_the_domains_of_an_agency(client, county, district):
    url = reverse("accounts:manage_domains", args=[district.slug])
    coordinator(district, client)
    assert client.post(url, {"domain": "alder.example"}).status_code == 403

    coordinator(county, client)
    assert client.post(url, {"domain": " @Alder.Example "}).status_code == 302

    assert [str(one) for one in district.domains.all()] == ["alder.example"]


@pytest.mark.parametrize("domain", ["gmail.com", "localhost", "a@alder.example", "", "a b.example"])
def test_what_is_no_domain_of_an_agency_is_refused_and_stays_in_the_form(
    client, county, district, domain
):
    coordinator(county, client)
    url = reverse("accounts:manage_domains", args=[district.slug])

    response = client.post(url, {"domain": domain})

    assert response.status_code == 422
    assert not district.domains.exists()


def test_a_domain_belongs_to_one_agency(client, county, district, provider):
    coordinator(county, client)
    other = AgencyFactory(parent=county)

    response = client.post(
        reverse("accounts:manage_domains", args=[other.slug]), {"domain": "alder.example"}
    )

    assert response.status_code == 422
    assert "Another agency has declared this domain" in response.content.decode()


def new_provider(client, agency, **changes):
    given = {
        "kind": "oidc",
        "name": "Alder",
        "issuer": ISSUER,
        "client_id": "badges",
        "secret": "a secret",
        **changes,
    }
    return client.post(reverse("accounts:manage_provider_new", args=[agency.slug]), given)


def test_a_coordinator_adds_a_provider_and_its_secret_is_never_shown(client, district):
    coordinator(district, client)

    page = client.get(new_provider(client, district).url)

    made = IdentityProvider.objects.get()
    assert "a secret" not in made.sealed_secret
    assert "a secret" not in page.content.decode()
    assert made.return_to in page.content.decode()


@pytest.mark.parametrize(
    ("kind", "issuer"),
    [
        ("oidc", "http://idp.alder.example"),
        ("oidc", "https://idp.alder.example?x=1"),
        ("oidc", "https://user:word@idp.alder.example"),
        ("oidc", "https://idp.alder.example:8443"),
        ("oidc", ""),
        ("entra", "https://login.microsoftonline.com/common/v2.0"),
        ("entra", "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"),
        ("entra", "https://idp.alder.example"),
    ],
)
def test_an_issuer_that_cannot_be_right_is_refused(client, district, kind, issuer):
    coordinator(district, client)

    assert new_provider(client, district, kind=kind, issuer=issuer).status_code == 422
    assert not IdentityProvider.objects.exists()


def test_google_needs_no_issuer(client, district):
    coordinator(district, client)

    new_provider(client, district, kind="google", issuer="")

    assert IdentityProvider.objects.get().issuer == "https://accounts.google.com"


def test_a_coordinator_of_a_neighbor_touches_nothing(client, county, district, provider):
    rule(provider, district)
    [declared] = district.domains.all()
    coordinator(AgencyFactory(parent=county), client)
    mine = provider.public_id

    answers = [
        client.get(reverse("accounts:manage_provider", args=[mine])),
        client.post(reverse("accounts:manage_provider", args=[mine]), {"name": "Mine"}),
        client.post(reverse("accounts:manage_rule_add", args=[mine]), {}),
        client.post(reverse("accounts:manage_rule_remove", args=[mine, provider.rules.get().pk])),
        client.post(reverse("accounts:manage_provider_trial", args=[mine]), {"claims": "{}"}),
        client.post(reverse("accounts:manage_provider_new", args=[district.slug]), {}),
        client.post(reverse("accounts:manage_domain_withdraw", args=[district.slug, declared.pk])),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert (district.domains.count(), provider.rules.count()) == (1, 1)


def test_the_form_of_rules_offers_only_places_of_the_district(client, county, district, provider):
    coordinator(county, client)
    school, neighbor = SchoolFactory(parent=district), AgencyFactory(parent=county)

    def add(agency):
        return client.post(
            reverse("accounts:manage_rule_add", args=[provider.public_id]),
            {"claim": "groups", "value": "x", "role": "reviewer", "agency": agency.pk},
        ).status_code

    assert [add(school), add(district), add(neighbor), add(county)] == [302, 302, 422, 422]


def test_a_coordinator_tries_the_rules_and_nothing_is_written(client, district, provider):
    school = SchoolFactory(name="Creekside", parent=district)
    rule(provider, school)
    coordinator(district, client)
    url = reverse("accounts:manage_provider_trial", args=[provider.public_id])

    def page(claims):
        return client.post(url, {"claims": claims}).content.decode()

    people = User.objects.count()
    vouched = page('{"email": "Ann@alder.example", "email_verified": true, "groups": ["science"]}')
    foreign = page('{"email": "eve@birch.example", "email_verified": true, "groups": ["science"]}')
    assert "The provider is believed" in vouched
    assert "reviewer at Creekside" in vouched
    assert "A code by email confirms this person" in foreign
    assert "reviewer at Creekside" not in foreign
    assert client.post(url, {"claims": "no JSON"}).status_code == 422
    assert client.post(url, {"claims": "[" * 9_000}).status_code == 422
    assert client.post(url, {"claims": "{}"}).status_code == 422
    assert User.objects.count() == people
    assert not Membership.objects.filter(agency=school).exists()
