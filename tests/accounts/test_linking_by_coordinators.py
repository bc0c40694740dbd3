"""Coordinators link two accounts of a person, in their own part of the program only."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts import operations
from accounts.links import operations as links
from accounts.models import AccountLink, Membership, User
from issuing.models import Assertion
from mail.composing import compose
from mail.models import OutgoingEmail
from tests.accounts.links import award_to
from tests.factories import (
    AgencyFactory,
    BadgeFactory,
    MembershipFactory,
    SchoolFactory,
    UserFactory,
)
from tests.rewards import drawing_factories as rewards

pytestmark = pytest.mark.django_db
Role = Membership.Role
PAGE = reverse("accounts:manage_links")
BECAUSE = "They told us on the phone."


def member(agency, role=Role.EARNER, **user) -> User:
    return MembershipFactory(agency=agency, role=role, user=UserFactory(**user)).user


@pytest.fixture
def county():
    return AgencyFactory()


@pytest.fixture
def school(county):
    return SchoolFactory(parent=county)


@pytest.fixture
def coordinator(client, county):
    user = member(county, Role.COORDINATOR)
    client.force_login(user)
    return user


def typed(account, main, **more):
    return {"account": account.email, "main": main.email, "reason": BECAUSE, **more}


def link(client, account, main):
    return client.post(PAGE, typed(account, main, then="link"))


def test_a_preview_shows_badges_roles_and_chances_and_changes_nothing(
    client, coordinator, school, monkeypatch
):
    badge = BadgeFactory()
    one, main = member(school), member(school)
    rewards.announced()
    monkeypatch.setattr("django.utils.timezone.now", lambda: rewards.IN_THE_PERIOD)
    for person in (one, main):
        rewards.award(person, badge_class=badge)
    rewards.award(one)

    shown = client.post(PAGE, typed(one, main))

    assert shown.status_code == 200
    text = " ".join(re.sub(r"<[^>]+>", " ", shown.text).split())
    assert "Spring drawing 2 1 2" in text
    assert badge.current_version.name in shown.text
    assert not AccountLink.objects.exists()
    assert not OutgoingEmail.objects.filter(kind="accounts_linked").exists()


def test_linking_tells_both_addresses_and_can_be_undone(client, coordinator, school):
    one, main = member(school), member(school)

    link(client, one, main)

    linked = AccountLink.objects.get()
    assert (linked.account, linked.main, linked.reason) == (one, main, BECAUSE)
    told = OutgoingEmail.objects.filter(kind="accounts_linked")
    assert {email.to for email in told} == {one.email, main.email}
    for email in told:
        message = compose(email)
        assert one.email in message.body
        assert main.email in message.body
        assert BECAUSE not in message.body

    client.post(reverse("accounts:manage_link_undo", args=[linked.pk]))

    assert not AccountLink.objects.in_force().exists()
    assert OutgoingEmail.objects.filter(kind="accounts_unlinked").count() == 2


def test_an_account_invited_by_an_award_of_their_badge_can_be_linked(
    client, coordinator, county, school
):
    main = member(school)
    shell = operations.find_or_invite([("rosa@home.example", "Rosa", "en")])["rosa@home.example"]
    badge = BadgeFactory(issuer__agency=county)
    award = award_to(shell, badge)

    link(client, shell, main)

    assert list(Assertion.objects.of(main)) == [award]
    [email] = OutgoingEmail.objects.filter(kind="accounts_linked", to=shell.email)
    assert reverse("account_signup") in compose(email).body


def test_an_account_with_awards_of_others_is_not_theirs_to_link(
    client, coordinator, county, school
):
    shell = operations.find_or_invite([("rosa@home.example", "Rosa", "en")])["rosa@home.example"]
    award_to(shell, BadgeFactory(issuer__agency=county))
    award_to(shell, BadgeFactory())

    shown = link(client, shell, member(school))

    assert shown.status_code == 422
    assert "No account you can see has this address." in shown.text


def test_unknown_and_foreign_addresses_get_the_same_answer(client, coordinator, school):
    main, foreign = member(school), member(AgencyFactory())

    for address in (foreign.email, "nobody@elsewhere.example"):
        shown = link(client, User(email=address), main)
        assert shown.status_code == 422
        assert "No account you can see has this address." in shown.text
    assert not AccountLink.objects.exists()


def test_what_was_typed_stays(client, coordinator, school):
    main = member(school)

    shown = link(client, User(email="nobody@elsewhere.example"), main)

    assert shown.status_code == 422
    for words in ("nobody@elsewhere.example", main.email, BECAUSE):
        assert words in shown.text


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.COORDINATOR, Role.REPORTER])
def test_an_account_with_a_role_at_their_agency_is_not_linked(
    client, coordinator, county, school, role
):
    one, main = member(school), member(school)
    MembershipFactory(user=one, agency=county, role=role)

    for pair in ((one, main), (main, one)):
        shown = link(client, *pair)
        assert (shown.status_code, AccountLink.objects.count()) == (422, 0)
        assert "has a role at your own agency" in shown.text


def test_an_account_with_a_role_below_their_agency_is_linked(client, coordinator, school):
    one, main = member(school, Role.REVIEWER), member(school)

    link(client, one, main)

    assert AccountLink.objects.get().account == one


@pytest.mark.parametrize("role", [Role.EARNER, Role.COORDINATOR])
def test_an_account_that_also_belongs_elsewhere_is_not_linked(client, coordinator, school, role):
    one, main = member(school), member(school)
    MembershipFactory(user=one, role=role)

    assert link(client, one, main).status_code == 422
    assert not AccountLink.objects.exists()


def test_nobody_links_their_own_account_to_anothers(client, coordinator, school):
    one = member(school)

    for pair in ((coordinator, one), (one, coordinator)):
        assert link(client, *pair).status_code == 422
    assert not AccountLink.objects.exists()


def test_operators_are_not_linked(client, coordinator, school):
    one, main = member(school, is_staff=True), member(school)

    assert link(client, one, main).status_code == 422
    assert not AccountLink.objects.exists()


def test_what_is_linked_to_an_account_counts_for_the_refusals(client, coordinator, school):
    one, main, foreign = member(school), member(school), member(AgencyFactory())
    links.link(foreign, one, by=one, source=AccountLink.Source.ADDRESS)

    assert link(client, one, main).status_code == 422


def test_coordinators_of_other_agencies_undo_nothing(client, county, school):
    by = member(county, Role.COORDINATOR)
    linked = links.link(
        member(school), member(school), by=by, source=AccountLink.Source.COORDINATOR, reason=BECAUSE
    )
    client.force_login(member(AgencyFactory(), Role.COORDINATOR))

    shown = client.post(reverse("accounts:manage_link_undo", args=[linked.pk]))

    assert shown.status_code == 404
    assert AccountLink.objects.in_force().exists()
    assert linked.account.email not in client.get(PAGE).text


def test_a_link_without_saying_how_it_is_known_is_refused(client, coordinator, school):
    shown = client.post(PAGE, typed(member(school), member(school)) | {"reason": " "})

    assert shown.status_code == 422


def test_pressing_the_button_twice_says_that_they_are_linked(client, coordinator, school):
    one, main = member(school), member(school)
    link(client, one, main)

    again = link(client, one, main)

    assert again.status_code == 422
    assert "already belong to one person" in again.text
    assert AccountLink.objects.count() == 1
