"""Signing in with the provider of an agency: whom its word is enough for."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.joining.operations import sign_up_as_invited
from accounts.models import IdentityProvider, Membership, ProviderAccount, User
from accounts.operations import find_or_invite
from accounts.providers import views
from accounts.providers.operations import providers as operations
from audit.models import AuditEntry
from tests.accounts.providers.arriving import arrive, confirmed_only_by_the_mailbox, letters
from tests.accounts.signing_in import (
    SECOND_STEP,
    TYPE_CODE,
    sign_in,
    signed_in_as,
    with_app,
)
from tests.factories import AgencyFactory, MembershipFactory, SchoolFactory, UserFactory

Role = Membership.Role
pytestmark = pytest.mark.django_db


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
