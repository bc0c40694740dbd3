from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import operations
from catalog.criteria_content import AlignmentContent, CriterionContent, LevelContent
from catalog.models import BadgeClass
from editing.forms import Edit
from tests.factories import (
    BadgeFactory,
    CategoryFactory,
    DraftBadgeFactory,
    DraftFactory,
    IssuerFactory,
    coordinator_for,
)

pytestmark = pytest.mark.django_db


def search(words):
    found = BadgeClass.objects.published().matching(words)
    return [badge_class.current_version.name for badge_class in found]


def listed_slugs(response):
    return [badge_class.slug for badge_class in response.context["page"]]


def count_queries(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.fixture
def category():
    return CategoryFactory(name="Digital citizenship", slug="digital-citizenship")


@pytest.fixture
def three_badges(category):
    library = CategoryFactory(name="Biblioteca", slug="biblioteca")
    return [
        BadgeFactory(name="Media Balance", slug="media-balance", category=category),
        BadgeFactory(name="Accessible Documents", slug="accessible-documents", category=category),
        BadgeFactory(name="Evaluación formativa", slug="evaluacion", category=library),
    ]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("media balance", "Media Balance"),
        ("medai balnce", "Media Balance"),
        ("acessible", "Accessible Documents"),
        ("documants acessible", "Accessible Documents"),
        ("evaluacion", "Evaluación formativa"),
        ("EVALUACIÓN FORMATÍVA", "Evaluación formativa"),
        ("biblioteca", "Evaluación formativa"),
    ],
)
def test_search_forgives_typos_and_missing_accents(three_badges, words, name):
    assert search(words)[0] == name


@pytest.mark.parametrize("words", ["plumbing", "media plumbing", "%%%", "'; --", "\\", "x" * 500])
def test_search_finds_nothing_for_words_that_match_nothing(three_badges, words):
    assert search(words) == []


def test_every_word_of_a_search_must_be_found(three_badges, category):
    BadgeFactory(name="Media Literacy", slug="media-literacy", category=category)

    assert search("media literacy") == ["Media Literacy"]


def test_search_includes_tags(category):
    BadgeFactory(name="Circles", category=category, version={"tags": ["restorative practice"]})

    assert search("restorative") == ["Circles"]


def test_the_search_form_keeps_its_words_and_filters(client, three_badges):
    response = client.get("/badges/?q=documants&category=digital-citizenship&sort=name")

    assert listed_slugs(response) == ["accessible-documents"]
    assert response.context["form"].chosen == {
        "q": "documants",
        "category": "digital-citizenship",
        "sort": "name",
    }


def test_badges_can_be_filtered_by_each_property(client, category):
    other = IssuerFactory(name="Poppy School District")
    kept = BadgeFactory(
        slug="kept",
        category=category,
        issuer=other,
        version={"level": "leader", "hours": 20, "language": "es"},
    )
    BadgeFactory(slug="other", version={"level": "foundation", "hours": 3})
    filters = [
        f"category={category.slug}",
        "level=leader",
        "hours=15-30",
        "language=es",
        f"issuer={other.public_id}",
    ]

    found = {query: listed_slugs(client.get(f"/badges/?{query}")) for query in filters}

    assert found == {query: [kept.slug] for query in filters}
    assert listed_slugs(client.get("/badges/?framework=Standards+for+Educators&sort=short")) == [
        "other",
        "kept",
    ]


def test_invalid_filters_are_ignored(client, three_badges):
    response = client.get("/badges/?level=wizard&issuer=nobody&hours=9-9&page=999")

    assert response.context["total"] == 3
    assert response.context["form"].chosen == {}


def test_a_search_without_results_offers_other_links(client, three_badges):
    response = client.get("/badges/?q=plumbing&level=foundation")

    assert response.status_code == 200
    assert "No badges match your search" in response.text
    assert "/categories/digital-citizenship/" in response.text
    assert "Check the spelling, try fewer words, or remove a filter." in response.text
    assert 'href="/badges/?q=plumbing"' in response.text


def test_an_empty_result_says_what_each_filter_costs(client, category):
    for number in range(3):
        BadgeFactory(name=f"Media {number}", version={"level": "leader"})
    BadgeFactory(name="Media and more", category=category)

    response = client.get(f"/badges/?q=media&level=practitioner&category={category.slug}")
    page = " ".join(response.text.split())

    assert "Without the filter “Level: Practitioner” there is 1." in page
    assert f'href="?q=media&amp;category={category.slug}"' in page
    assert "Without the filter “Category" not in page  # nothing is found without it either

    page = client.get(f"/badges/?q=media&level=leader&category={category.slug}").text
    page = " ".join(page.split())

    assert "Without the filter “Category: Digital citizenship” there are 3." in page
    assert "Without the filter “Level: Leader” there is 1." in page


def test_without_filters_an_empty_result_speaks_of_spelling(client, three_badges):
    page = client.get("/badges/?q=plumbing").text

    assert "Check the spelling, or try fewer words or another word for the same thing." in page
    assert "Without the filter" not in page


STANDARDS = {
    "Every Voice": ("ISTE Standards for Educators", "2.3.b", "Citizen"),
    "Quiet Rooms": ("California Standards for the Teaching Profession", "2", "Environments"),
    "Lead the Way": ("California Professional Standards for Education Leaders", "4", "Families"),
    "Marco": ("Marco común de la competencia digital docente", "B1", "Evaluación"),
}


@pytest.fixture
def aligned_badges():
    for name, (framework, code, standard) in STANDARDS.items():
        badge = DraftBadgeFactory(name=name)
        alignment = AlignmentContent(
            target_name=standard, target_url="https://standards.example/",
            target_code=code, target_framework=framework,
        )  # fmt: skip
        operations.set_alignments(badge.versions.get(), [alignment])
        operations.publish(badge, by=None)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("ISTE", ["Every Voice"]),
        ("iste educators", ["Every Voice"]),
        ("2.3", ["Every Voice"]),
        ("ISTE 2.3.b", ["Every Voice"]),
        ("CSTP", ["Quiet Rooms"]),
        ("cstp 2", ["Quiet Rooms"]),
        ("teaching profession", ["Quiet Rooms"]),
        ("teachnig profesion", ["Quiet Rooms"]),
        ("environments", ["Quiet Rooms"]),
        ("CPSEL", ["Lead the Way"]),
        ("california standards", ["Lead the Way", "Quiet Rooms"]),
        ("competencia digital", ["Marco"]),
        ("mccdd", ["Marco"]),
        ("EVALUACION", ["Marco"]),
        ("comun", ["Marco"]),
        ("WCAG", []),
        ("iste.", ["Every Voice"]),
        ("(iste", ["Every Voice"]),
        ("[iste", ["Every Voice"]),
    ],
)
def test_search_finds_standards(aligned_badges, words, names):
    assert sorted(search(words)) == sorted(names)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("español", ["Andamiaje"]),
        ("espanol", ["Andamiaje"]),
        ("Spanish", ["Andamiaje"]),
        ("gimnasio", ["Andamiaje"]),
        ("oracion", ["Andamiaje"]),
        ("evaluación", ["Formative Assessment"]),
        ("evaluaciones", ["Formative Assessment"]),
        ("maestras", ["Mentor of New Teachers"]),
    ],
)
def test_search_understands_spanish(words, names):
    for name in ("Formative Assessment", "Mentor of New Teachers"):
        badge = DraftBadgeFactory(name=name)
        operations.edit_version(badge.versions.get(), about="", description="For all of us.")
        operations.publish(badge, by=None)
    badge = DraftBadgeFactory(name="Andamiaje", version={"language": "es"})
    about = "El español también necesita sus horas de gimnasio, y marcos de oración."
    operations.edit_version(badge.versions.get(), about=about, description="Apoyos.")
    operations.publish(badge, by=None)

    assert search(words) == names


def test_the_catalog_needs_as_many_queries_for_thirty_badges_as_for_one(client):
    first = BadgeFactory()
    urls = ["/badges/", "/badges/?q=media", "/", first.category.get_absolute_url()]
    client.force_login(coordinator_for(first))
    before = [count_queries(client, url) for url in urls]

    for _ in range(29):
        BadgeFactory(category=first.category)

    assert [count_queries(client, url) for url in urls] == before
    assert max(before) <= 9


def test_a_badge_page_needs_no_more_queries_for_more_criteria(client):
    few, many = BadgeFactory(), DraftBadgeFactory()
    operations.set_criteria(
        many.versions.get(),
        [
            CriterionContent(f"C{n}", "What", "Evidence", levels=[LevelContent("One", "Step")])
            for n in range(12)
        ],
    )
    operations.publish(many, by=None)

    costs = [count_queries(client, badge.get_absolute_url()) for badge in (few, many)]

    assert costs[0] == costs[1]


def test_a_badge_page_shows_criteria_evidence_and_times(client, settings):
    badge_class = BadgeFactory(
        slug="media-balance", name="Media Balance", turnaround_days=7, waiting_hours=48
    )

    page = client.get("/badges/media-balance/").text

    for words in (
        "Media Balance",
        "<strong>three lessons</strong>",
        "Plan a lesson",
        "The lesson plan, as a file or a link.",
        "Names an aim and how it is seen.",
        "Citizen",
        "within 7 working days",
        "waiting period of 48 hours",
        badge_class.issuer.name,
        f'content="{settings.PUBLIC_ORIGIN}{badge_class.current_version.get_art_url()}"',
    ):
        assert words in page


def test_a_retired_badge_keeps_its_page_and_leaves_the_catalog(client):
    badge_class = BadgeFactory()
    operations.retire(badge_class, by=None)

    assert "This badge is retired" in client.get(badge_class.get_absolute_url()).text
    assert listed_slugs(client.get("/badges/")) == []


def test_a_draft_is_only_visible_to_its_coordinators(client):
    draft = DraftBadgeFactory()
    elsewhere = coordinator_for(DraftBadgeFactory())

    answers = [client.get(draft.get_absolute_url()).status_code]
    for user in (elsewhere, coordinator_for(draft)):
        client.force_login(user)
        answers.append(client.get(draft.get_absolute_url()).status_code)

    assert answers == [404, 404, 200]


def test_an_unpublished_version_is_not_on_the_public_page(client):
    badge_class = BadgeFactory(name="Media Balance")
    draft = operations.draft_version(badge_class, by=coordinator_for(badge_class))
    operations.edit_version(draft, name="Screens and Leaves")

    page = client.get(badge_class.get_absolute_url()).text

    assert "Media Balance" in page
    assert "Screens and Leaves" not in page


def test_public_pages_work_without_any_badge(client):
    for url in ("/", "/badges/", CategoryFactory().get_absolute_url()):
        assert client.get(url).status_code == 200


def test_the_badge_page_says_that_people_finish_under_the_version_they_started(client):
    draft = DraftFactory()
    badge_class, sentence = draft.badge_class, "You started with version 1 and finish with it."
    client.force_login(draft.earner)
    before = sentence in client.get(badge_class.get_absolute_url()).text

    operations.save_details(
        badge_class,
        number=2,
        by=coordinator_for(badge_class),
        edit=Edit({"description": "Now with sleep."}),
    )
    operations.publish(badge_class, by=None)

    assert not before
    assert sentence in client.get(badge_class.get_absolute_url()).text


def sizes_of_art(html: str) -> list[str]:
    return re.findall(r'sizes="\(max-width: 34rem\) (\w+, \w+)"', html)


def test_large_art_is_asked_for_as_large_as_it_is_shown(client, three_badges):
    badge_page = client.get(three_badges[0].get_absolute_url()).content.decode()
    home = client.get("/").content.decode()
    pins = home.partition("home-hero__pins")[2].partition("</ul>")[0]

    assert sizes_of_art(badge_page) == ["30vw, 25rem"]
    assert "-600.webp 600w" in badge_page
    # The first pin is twice as large as the others, of which a phone shows four in a row.
    assert sizes_of_art(pins) == ["30vw, 25rem", "20vw, 12rem", "20vw, 12rem"]
