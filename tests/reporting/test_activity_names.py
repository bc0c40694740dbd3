"""A name is found in the activity log however it is written, and with all accounts of a person."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Membership
from audit.operations import record
from awarding.models import AwardList
from issuing.models import Endorsement
from tests.accounts.links import link
from tests.factories import AgencyFactory, UserFactory
from tests.issuing.awards import issued_award

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory()


def found(client, words) -> list[str]:
    answer = client.get(reverse("reporting:manage_activity"), {"person": words})
    return [line.act for line in answer.context["lines"]]


@pytest.mark.parametrize("words", ["alvarez", "Álvarez, Rosa", "ROSA ALV", "muñoz"])
def test_accents_and_the_order_of_names_make_no_difference(client, sign_in, agency, words):
    sign_in(agency, Membership.Role.COORDINATOR)
    record("role given", UserFactory(name="Rosa Álvarez Munoz"), by=None, agency=agency)
    record("role given", UserFactory(name="Ben Ito"), by=None, agency=agency)

    assert found(client, words) == ["Role assigned"]


def test_what_was_done_to_a_linked_account_is_found_as_well(client, sign_in, agency):
    sign_in(agency, Membership.Role.COORDINATOR)
    main = UserFactory(name="Rosa Álvarez")
    other = UserFactory(name="R. A.")
    link(other, main)
    record("role given", other, by=None, agency=agency)

    assert found(client, "Rosa") == ["Role assigned"]


def test_names_of_awards_and_lists_have_no_words_of_one_language():
    """The log keeps them as they are when something is done, and is read in two languages."""
    award = issued_award()
    name = award.version.name

    assert str(award) == f"{name}: {award.recipient_name}"
    assert str(AwardList(badge_class=award.badge_class, name="spring.csv")) == f"{name}: spring.csv"
    assert str(Endorsement(assertion=award, endorser_name="Ana")) == f"{award}: Ana"
