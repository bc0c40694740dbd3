"""The activity log names badges as people know them, not by the end of their address."""

from __future__ import annotations

import pytest

from audit.operations import record
from awarding.models import ClaimCode
from tests.awarding.lists import checked_list
from tests.factories import BadgeFactory, DraftFactory

pytestmark = pytest.mark.django_db

MAKERS = {
    "list": lambda badge: checked_list(badge, "rosa@school.example"),
    "claim code": lambda badge: ClaimCode(badge_class=badge, label="Spring institute", pk=1),
    "submission": lambda badge: DraftFactory(badge_class=badge),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_what_an_act_is_about_has_the_name_of_its_badge(kind):
    badge = BadgeFactory(name="Student Data Privacy Steward", slug="privacy-steward")

    entry = record("something", MAKERS[kind](badge), by=None)

    assert "Student Data Privacy Steward" in entry.subject
    assert "privacy-steward" not in entry.subject
