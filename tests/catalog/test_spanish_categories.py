"""Categories have a Spanish name, which Spanish pages show and the search finds."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from catalog.models import BadgeClass, Category
from demo import content
from tests.factories import BadgeFactory

pytestmark = pytest.mark.django_db

SPANISH = "Ciudadanía digital y biblioteca escolar"


@pytest.fixture
def badge() -> BadgeClass:
    badge = BadgeFactory(name="Zines", category__name="Digital citizenship and library media")
    Category.objects.filter(pk=badge.category_id).update(
        name_es=SPANISH, description_es="Para vivir bien en línea."
    )
    return badge


def page(client, address: str, language: str) -> str:
    client.cookies = SimpleCookie({settings.LANGUAGE_COOKIE_NAME: language})
    return client.get(address).content.decode()


@pytest.mark.parametrize(
    "name", ["catalog:home", "catalog:badge_list", "catalog:category", "badge"]
)
def test_pages_name_a_category_in_their_language(client, badge, name):
    addresses = {
        "badge": badge.get_absolute_url(),
        "catalog:category": badge.category.get_absolute_url(),
    }
    address = addresses.get(name) or reverse(name)

    spanish, english = (page(client, address, language) for language in ("es", "en"))

    assert SPANISH in spanish
    assert "Digital citizenship" not in spanish
    assert "Digital citizenship and library media" in english
    assert SPANISH not in english


def test_without_a_spanish_name_the_other_is_shown(badge):
    badge.category.name_es = ""

    with translation.override("es"):
        assert str(badge.category) == "Digital citizenship and library media"


@pytest.mark.parametrize("words", ["ciudadania digital", "Biblioteca Escolar", "bibliotca"])
def test_the_search_finds_a_badge_by_the_spanish_name_of_its_category(badge, words):
    BadgeFactory(name="Algebra Talks", category__name="Mathematics")

    assert list(BadgeClass.objects.published().matching(words)) == [badge]


def test_cards_say_in_which_language_a_badge_is(client, badge):
    card = page(client, reverse("catalog:badge_list"), "es")

    assert 'class="badge-card__name" lang="en"' in card


def test_every_category_of_the_demo_has_its_spanish():
    categories = content.read().categories

    assert [row["slug"] for row in categories if not row.get("name_es")] == []
    assert [row["slug"] for row in categories if not row.get("description_es")] == []
