"""Announced rules keep the names of agencies, categories and badges that they mention."""

from __future__ import annotations

import pytest

from accounts.models import Agency
from catalog import operations as catalog
from catalog.models import Category
from tests.factories import BadgeFactory, CategoryFactory, UserFactory
from tests.rewards.drawing_factories import announced, drafted

pytestmark = pytest.mark.django_db


def test_announced_rules_keep_the_names_that_they_mention(client):
    badge, excluded = BadgeFactory(name="Media Balance"), BadgeFactory(name="Paid Course")
    drawing = drafted()
    rules = drawing.rules_versions.get()
    rules.agencies.add(drawing.agency)
    rules.badge_classes.add(badge)
    rules.excluded_badge_classes.add(excluded)
    announced(drawing=drawing)
    before = drawing.agency.name

    Agency.objects.filter(pk=drawing.agency.pk).update(name="Renamed Office")
    for renamed in (badge, excluded):
        draft = catalog.draft_version(renamed, by=UserFactory())
        catalog.edit_version(draft, name="Renamed Badge")
        catalog.publish(renamed, by=UserFactory())

    page = client.get(drawing.get_absolute_url()).text
    facts = page.partition("Badges that count")[2].partition("</dl>")[0]
    assert all(name in facts for name in ("Media Balance", "Paid Course", before))
    assert "Renamed" not in facts
    assert f"Run by {before}" in page
    assert "Renamed" not in client.get("/drawings/").text


def test_categories_in_announced_rules_keep_their_names(client):
    drawing = drafted()
    category = CategoryFactory(name="Digital citizenship")
    drawing.rules_versions.get().categories.add(category)
    announced(drawing=drawing)

    Category.objects.filter(pk=category.pk).update(name="Renamed Category")

    page = client.get(drawing.get_absolute_url()).text
    assert "Digital citizenship" in page
    assert "Renamed Category" not in page
