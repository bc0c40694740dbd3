"""Signing in with the provider of an agency: whom its word is enough for, and what it can't do."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import IdentityProvider, Membership, ProviderAccount, User
from accounts.operations import find_or_invite, sign_up_as_invited, take_role
from accounts.providers import views
from accounts.providers.operations import providers as operations
from audit.models import AuditEntry
from mail.models import OutgoingEmail
from tests.accounts.provider_elsewhere import ISSUER, OTHER_KEY, ProviderElsewhere
from tests.accounts.signing_in import (
    AFTER_SIGNING_IN,
    SECOND_STEP,
    TYPE_CODE,
    come_back,
    mailed_code,
    sign_in,
    signed_in_as,
    start,
    with_app,
)
from tests.factories import AgencyFactory, MembershipFactory, SchoolFactory, UserFactory

Role = Membership.Role
pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return AgencyFactory(name="Juniper County")


@pytest.fixture
def district(county):
    return AgencyFactory(name="Alder Unified", parent=county)


@pytest.fixture
def operator():
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def provider(district, operator) -> IdentityProvider:
    operations.declare_domain(district, "alder.example", by=operator)
    return added(district, operator)


@pytest.fixture
def elsewhere(monkeypatch) -> ProviderElsewhere:
    made = ProviderElsewhere()
    monkeypatch.setattr(views, "fetcher", made)
    return made


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


# --- Vouched for ----------------------------------------------------------------------------------


def test_a_new_person_of_a_declared_domain_joins_and_is_signed_in(client, provider, elsewhere):
    response = arrive(client, provider, elsewhere, name="Ann Lee")

    ann = User.objects.get(email="ann@alder.example")
    assert signed_in_as(client) == ann.email
    assert (ann.name, ann.is_invited, ann.has_usable_password()) == ("Ann Lee", False, False)
    assert ann.emailaddress_set.get().verified
    assert response.status_code == 302
    assert ProviderAccount.objects.get().user == ann
    assert AuditEntry.objects.filter(act="provider linked", note="Alder").count() == 1


def test_somebody_who_has_an_account_in_the_district_is_signed_in_to_it(
    client, provider, elsewhere, district
):
    ann = UserFactory(email="ann@alder.example")
    MembershipFactory(user=ann, agency=SchoolFactory(parent=district), role=Role.REVIEWER)

    arrive(client, provider, elsewhere)

    assert signed_in_as(client) == ann.email
    assert User.objects.filter(email__endswith="alder.example").count() == 1
    ann.refresh_from_db()
    assert ann.has_usable_password()


def test_the_person_is_known_by_the_subject_after_a_change_of_address(client, provider, elsewhere):
    arrive(client, provider, elsewhere)
    later = Client()

    arrive(later, provider, elsewhere, email="ann.lee@alder.example")

    assert signed_in_as(later) == "ann@alder.example"


def test_a_password_typed_by_somebody_else_before_does_not_count_any_more(
    client, provider, elsewhere
):
    hijacked = UserFactory(email="ann@alder.example")
    hijacked.emailaddress_set.update(verified=False)

    arrive(client, provider, elsewhere)

    hijacked.refresh_from_db()
    assert signed_in_as(client) == hijacked.email
    assert not hijacked.has_usable_password()


def test_an_invited_person_accepts_with_the_provider(client, provider, elsewhere):
    [invited] = find_or_invite([("ann@alder.example", "", "en")]).values()
    sign_up_as_invited(invited, name="Mallory", password="known to mallory", language="en")

    arrive(client, provider, elsewhere, name="Ann Lee")

    invited.refresh_from_db()
    assert signed_in_as(client) == invited.email
    assert (invited.is_invited, invited.has_usable_password()) == (False, False)


def test_the_second_step_is_asked_for_all_the_same(client, provider, elsewhere):
    with_app(UserFactory(email="ann@alder.example"))

    assert arrive(client, provider, elsewhere).url == SECOND_STEP
    assert signed_in_as(client) is None


# --- Otherwise the mailbox confirms ---------------------------------------------------------------


def confirmed_only_by_the_mailbox(client, provider, elsewhere, **person):
    """Not signed in by the provider's word; signed in after the mailed code."""
    response = arrive(client, provider, elsewhere, **person)

    assert response.url.startswith(TYPE_CODE)
    assert signed_in_as(client) is None
    assert not ProviderAccount.objects.exists()
    client.post(TYPE_CODE, {"code": mailed_code()})
    return signed_in_as(client)


def test_an_address_of_a_foreign_domain_is_confirmed_by_the_mailbox(client, provider, elsewhere):
    person = {"email": "eve@birch.example", "sub": "eve"}

    assert confirmed_only_by_the_mailbox(client, provider, elsewhere, **person)
    assert not Membership.objects.filter(user__email="eve@birch.example").exists()


def test_a_subdomain_of_a_declared_domain_is_another_domain(client, provider, elsewhere):
    person = {"email": "eve@evil.alder.example", "sub": "eve"}

    assert confirmed_only_by_the_mailbox(client, provider, elsewhere, **person)


def test_a_domain_of_a_neighbor_is_a_foreign_domain(client, provider, elsewhere, county, operator):
    operations.declare_domain(AgencyFactory(parent=county), "birch.example", by=operator)
    UserFactory(email="bob@birch.example")
    person = {"email": "bob@birch.example", "sub": "bob"}

    assert confirmed_only_by_the_mailbox(client, provider, elsewhere, **person)


@pytest.mark.parametrize("email_verified", [False, None, "false", 1])
def test_an_unverified_address_is_confirmed_by_the_mailbox(
    client, provider, elsewhere, email_verified
):
    assert confirmed_only_by_the_mailbox(client, provider, elsewhere, email_verified=email_verified)


def beyond_reach(where, ann, county, district):
    if where == "operator":
        User.objects.filter(pk=ann.pk).update(is_staff=True, is_superuser=True)
    elif where == "the root":
        MembershipFactory(user=ann, agency=county, role=Role.COORDINATOR)
    elif where == "a neighbor":
        MembershipFactory(user=ann, agency=AgencyFactory(parent=county), role=Role.REVIEWER)
    elif where == "a linked account":
        other = MembershipFactory(agency=county, role=Role.COORDINATOR).user
        User.objects.filter(pk=ann.pk).update(linked_to=other)
    elif where == "a workplace elsewhere":
        MembershipFactory(user=ann, agency=SchoolFactory(), role=Role.EARNER)
    else:
        MembershipFactory(user=ann, agency=AgencyFactory(), role=Role.COORDINATOR)
        MembershipFactory(user=ann, agency=district, role=Role.REVIEWER)


@pytest.mark.parametrize(
    "where",
    [
        "operator",
        "the root",
        "a neighbor",
        "a workplace elsewhere",
        "another county",
        "a linked account",
    ],
)
def test_nobody_with_a_role_outside_is_let_in_by_the_provider_alone(
    client, provider, elsewhere, county, district, where
):
    ann = UserFactory(email="ann@alder.example")
    beyond_reach(where, ann, county, district)

    assert confirmed_only_by_the_mailbox(client, provider, elsewhere) == ann.email
    # Also the next time: the provider never is enough for this account.
    later = Client()
    assert arrive(later, provider, elsewhere).url.startswith(TYPE_CODE)
    assert signed_in_as(later) is None


def test_a_linked_person_who_is_given_a_role_outside_needs_the_mailbox_from_then_on(
    client, provider, elsewhere, county
):
    arrive(client, provider, elsewhere)
    ann = User.objects.get(email="ann@alder.example")
    MembershipFactory(user=ann, agency=county, role=Role.COORDINATOR)
    later = Client()

    arrive(later, provider, elsewhere)

    assert signed_in_as(later) is None
    assert letters(ann.email) == 1


def test_an_address_that_the_provider_gave_to_somebody_new_is_not_enough(
    client, provider, elsewhere
):
    arrive(client, provider, elsewhere)
    later = Client()

    arrive(later, provider, elsewhere, sub="another ann")

    assert signed_in_as(later) is None


def test_a_password_does_not_confirm_what_the_mailbox_should(client, provider, elsewhere):
    eve = UserFactory(email="eve@birch.example")
    arrive(client, provider, elsewhere, email=eve.email, sub="eve")

    client.post(reverse("account_logout"), {"next": reverse("account_login")})
    sign_in(client, eve)

    assert signed_in_as(client) == eve.email
    assert not ProviderAccount.objects.exists()


def test_an_inactive_account_stays_closed(client, provider, elsewhere):
    UserFactory(email="ann@alder.example", is_active=False)

    response = arrive(client, provider, elsewhere)

    assert response.url == reverse("account_inactive")
    assert signed_in_as(client) is None


# --- Answers that are not believed ----------------------------------------------------------------

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


# --- Roles by rule --------------------------------------------------------------------------------


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


# --- Google and Microsoft -------------------------------------------------------------------------


def identity(kind, **claims):
    found = views.identity_of(IdentityProvider(kind=kind), {"sub": "x", **claims})
    return found.email, found.is_email_verified


def test_google_vouches_only_for_accounts_that_the_organization_manages():
    claims = {"email": "ann@alder.example", "email_verified": True}

    assert identity("google", **claims, hd="alder.example") == ("ann@alder.example", True)
    assert identity("google", **claims) == ("ann@alder.example", False)
    assert identity("google", **claims, hd="birch.example") == ("ann@alder.example", False)


def test_the_editable_email_of_entra_does_not_count():
    found = identity(
        "entra", email="root@juniper.example", email_verified=True,
        preferred_username="eve@alder.example",
    )  # fmt: skip

    assert found == ("eve@alder.example", True)
