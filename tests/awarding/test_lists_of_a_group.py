"""A coordinator chooses members of a group for an award list, also those who have no email."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.addresses import operations as addresses
from accounts.classes import operations as classes
from accounts.groups import operations as groups
from awarding.lists.operations import lists
from awarding.models import AwardList
from awarding.tasks import carry_on_award_lists
from issuing.models import Assertion
from mail.no_mailbox import DOMAIN
from tests.accounts.classes import coordinator_of, learner_of
from tests.factories import AgencyFactory, BadgeFactory, UserFactory, coordinator_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def badge():
    return BadgeFactory()


@pytest.fixture
def by(badge, client):
    person = coordinator_for(badge)
    client.force_login(person)
    return person


@pytest.fixture
def group(badge, by):
    return groups.add(badge.issuer.agency, name="Class 4b", by=by)


@pytest.fixture
def ana(group, by):
    [card] = classes.add_learners(group, ["Ana Ruiz"], by=by, language="en")
    return learner_of(group, card)


def page_of(group) -> str:
    return reverse("awarding:manage_group_award", args=[group.public_id])


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def test_members_with_and_without_email_are_awarded_by_a_list(client, badge, by, group, ana):
    other, not_ticked = UserFactory(), UserFactory()
    groups.add_accounts(group, [other, not_ticked], by=by)

    data = {"badge_class": badge.pk, "people": [ana.pk, other.pk]}
    made = client.post(page_of(group), data)
    carry_on_award_lists()
    [award_list] = AwardList.objects.all()
    shown = client.get(made.url)
    lists.start(award_list, by=by)
    carry_on_award_lists()

    assert "Ana Ruiz" in text_of(shown)
    assert DOMAIN not in text_of(shown)
    assert {award.recipient for award in Assertion.objects.all()} == {ana, other}


def test_nobody_ticked_is_refused_with_a_sentence(client, badge, group, ana):
    page = client.post(page_of(group), {"badge_class": badge.pk})

    assert page.status_code == 422
    assert "Tick the people who get the badge." in text_of(page)
    assert not AwardList.objects.exists()


def test_people_of_another_group_are_not_listed(client, badge, group, ana):
    stranger = UserFactory()

    client.post(page_of(group), {"badge_class": badge.pk, "people": [ana.pk, stranger.pk]})

    assert [row.name for row in AwardList.objects.get().rows.all()] == ["Ana Ruiz"]


def test_a_coordinator_of_another_district_finds_no_group(client, badge, group, ana):
    client.force_login(coordinator_of(AgencyFactory()))

    page = client.post(page_of(group), {"badge_class": badge.pk, "people": [ana.pk]})

    assert page.status_code == 404
    assert not AwardList.objects.exists()


def test_a_list_follows_a_person_who_adds_an_email_meanwhile(client, badge, by, group, ana):
    client.post(page_of(group), {"badge_class": badge.pk, "people": [ana.pk]})
    carry_on_award_lists()
    addresses.confirm(addresses.add_first(ana, "ana@home.example"))

    lists.start(AwardList.objects.get(), by=by)
    carry_on_award_lists()

    assert Assertion.objects.get().recipient == ana
    assert Assertion.objects.get().recipient_email == "ana@home.example"
