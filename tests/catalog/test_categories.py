"""The categories of the program: added, renamed, ordered, merged, retired by its managers."""

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from catalog import operations as catalog
from catalog.categories import operations as categories
from catalog.models import BadgeClass, Category
from editing.forms import Edit
from issuing.models import Assertion
from tests.factories import (
    AgencyFactory,
    BadgeFactory,
    CategoryFactory,
    DraftBadgeFactory,
    MembershipFactory,
    UserFactory,
    coordinator_for,
)
from tests.races import at_once, meanwhile
from tests.rewards.drawing_factories import announced

LIST = "catalog:manage_categories"
FIELDS = {"name": "Media", "name_es": "Medios", "palette": "", "icon": ""}


def url(name, *args):
    return reverse(f"catalog:manage_{name}", args=args)


@pytest.fixture
def manager(db):
    agency = AgencyFactory(name="Juniper County Office of Education")
    return MembershipFactory(agency=agency, role="coordinator").user


@pytest.fixture
def browser(client, manager):
    client.force_login(manager)
    return client


def names():
    return [str(category) for category in Category.objects.offered()]


def acts():
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))


def test_a_new_category_is_the_last_and_is_in_the_activity_log(browser):
    CategoryFactory(name="Accessibility", position=7)

    browser.post(url("category_new"), FIELDS)

    assert names() == ["Accessibility", "Media"]
    assert Category.objects.get(name="Media").slug == "media"
    assert acts() == ["category added"]


def test_two_categories_cannot_have_one_name(browser):
    CategoryFactory(name="Media")

    page = browser.post(url("category_new"), {**FIELDS, "name": "MEDIA"})

    assert page.status_code == 422
    assert "Another category has this name." in page.content.decode()
    assert 'value="MEDIA"' in page.content.decode()
    assert len(names()) == 1


def test_a_category_called_new_has_another_address(browser):
    browser.post(url("category_new"), {**FIELDS, "name": "New"})

    assert Category.objects.get().slug == "new-2"


def test_a_renamed_category_keeps_its_address(browser):
    media = CategoryFactory(name="Media")

    browser.post(url("category", media.slug), {**FIELDS, "name": "Pictures", "icon": "quote"})

    kept = Category.objects.get()
    assert (kept.name, kept.slug, kept.icon) == ("Pictures", media.slug, "quote")
    assert AuditEntry.objects.get().note == "Media → Pictures"


def test_buttons_change_the_order(browser):
    for name in ("One", "Two", "Three"):
        browser.post(url("category_new"), {**FIELDS, "name": name})

    browser.post(url("category_act", "three"), {"act": "up"})
    browser.post(url("category_act", "three"), {"act": "up"})
    browser.post(url("category_act", "three"), {"act": "up"})  # it is the first already
    browser.post(url("category_act", "one"), {"act": "down"})

    assert names() == ["Three", "Two", "One"]


def test_a_retired_category_stays_on_its_badges_and_is_not_offered(browser, client):
    badge = DraftBadgeFactory(category=CategoryFactory(name="Media"))

    browser.post(url("category_act", badge.category.slug), {"act": "retire"})

    client.force_login(coordinator_for(badge))
    assert "Media" in client.get(reverse("catalog:manage_edit", args=[badge.slug])).content.decode()
    assert ">Media<" not in client.get(reverse("catalog:manage_create")).content.decode()
    badge.refresh_from_db()
    assert badge.category.name == "Media"


def test_a_retired_category_can_be_brought_back(browser):
    media = CategoryFactory(name="Media")

    for act in ("retire", "retire", "bring-back"):
        browser.post(url("category_act", media.slug), {"act": act})

    assert names() == ["Media"]
    assert acts() == ["category retired", "category brought back"]


def test_the_preview_of_a_merge_says_how_many_badges_move(browser):
    media, pictures = CategoryFactory(name="Media"), CategoryFactory(name="Pictures")
    for _ in range(3):
        DraftBadgeFactory(category=media)

    page = browser.get(url("category_merge", media.slug), {"into": pictures.slug})

    assert "3 badges move from “Media” to “Pictures”." in page.content.decode()
    assert BadgeClass.objects.filter(category=media).count() == 3


def merge_as_shown(browser, category, into, **changed):
    mark = categories.merge_mark(category, into)
    data = {"into": into.slug, "shown": mark, **changed}
    return browser.post(url("category_merge", category.slug), data, follow=True)


def test_a_merge_moves_the_badges_and_the_old_address_leads_on(browser):
    media, pictures = CategoryFactory(name="Media"), CategoryFactory(name="Pictures")
    badge = BadgeFactory(category=media)

    page = merge_as_shown(browser, media, pictures)

    badge.refresh_from_db()
    assert badge.category == pictures
    assert "1 badge is now in “Pictures”." in page.content.decode()
    assert browser.get(media.get_absolute_url()).url == pictures.get_absolute_url()
    assert AuditEntry.objects.get(act="category merged").note == "Media → Pictures: 1"


def test_a_merge_of_more_badges_than_were_shown_asks_again(browser):
    media, pictures = CategoryFactory(), CategoryFactory()
    stale = categories.merge_mark(media, pictures)
    badge = DraftBadgeFactory(category=media)

    page = merge_as_shown(browser, media, pictures, shown=stale)

    assert page.status_code == 422
    badge.refresh_from_db()
    assert badge.category == media


def test_no_merge_while_a_drawing_counts_badges_by_the_category(browser):
    drawing = announced()
    media, pictures = CategoryFactory(), CategoryFactory()
    rules = drawing.rules
    rules.categories.through.objects.create(drawingrules=rules, category=media)

    page = merge_as_shown(browser, media, pictures)

    assert page.status_code == 422
    assert drawing.title in page.content.decode()
    assert Category.objects.offered().contains(media)


@pytest.mark.django_db(transaction=True)
def test_two_people_merge_two_categories_into_each_other_at_once():
    """One of them wins; the badges are in a category that is offered."""
    one, other = CategoryFactory(name="One"), CategoryFactory(name="Other")
    badges = [DraftBadgeFactory(category=each) for each in (one, other)]
    by = MembershipFactory(role="coordinator").user

    at_once(
        lambda: categories.merge(one, into=other, by=by, agency=None),
        lambda: categories.merge(other, into=one, by=by, agency=None),
    )

    [offered] = Category.objects.offered()
    assert {BadgeClass.objects.get(pk=badge.pk).category for badge in badges} == {offered}
    assert not Assertion.objects.exists()


@pytest.mark.parametrize("name", ["categories", "category_new"])
def test_coordinators_of_a_district_do_not_change_the_programs_categories(client, db, name):
    district = AgencyFactory(parent=AgencyFactory())
    client.force_login(MembershipFactory(agency=district, role="coordinator").user)

    assert client.get(url(name)).status_code == 403
    assert (
        client.post(url("category_act", CategoryFactory().slug), {"act": "retire"}).status_code
        == 403
    )
    assert Category.objects.offered().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["made", "moved"])
def test_a_badge_that_gets_a_category_while_it_is_merged_gets_the_other_one(way):
    media, pictures = CategoryFactory(name="Media"), CategoryFactory(name="Pictures")
    badge = DraftBadgeFactory()
    by = UserFactory()

    def act():
        if way == "made":
            catalog.create_badge(
                slug="screens", issuer=badge.issuer, category=media, by=by, name="Screens"
            )
        else:
            catalog.save_details(badge, number=1, by=by, edit=Edit({"category": media}))

    with meanwhile(act):
        categories.merge(media, into=pictures, by=by, agency=None)

    found = BadgeClass.objects.get(slug="screens" if way == "made" else badge.slug)
    assert found.category == pictures
