"""A badge to print: criteria, what they ask for, levels, and room to write."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import BadgeFactory, DraftBadgeFactory

pytestmark = pytest.mark.django_db


def test_the_worksheet_has_criteria_prompts_levels_and_room_to_write(client):
    badge = BadgeFactory(version={"ai_use": "none"})

    text = client.get(reverse("catalog:worksheet", args=[badge.slug])).content.decode()

    for words in (
        "Plan a lesson", "The lesson plan, as a file or a link.", "Names a topic.",
        "AI is not allowed for this badge.", "Not yet",
    ):  # fmt: skip
        assert words in text
    assert text.count('class="worksheet__room"') == 3


def test_the_page_of_a_badge_leads_to_it(client):
    badge = BadgeFactory()
    address = reverse("catalog:worksheet", args=[badge.slug])

    assert address in client.get(badge.get_absolute_url()).content.decode()


def test_a_draft_has_none(client):
    badge = DraftBadgeFactory()

    assert client.get(reverse("catalog:worksheet", args=[badge.slug])).status_code == 404
