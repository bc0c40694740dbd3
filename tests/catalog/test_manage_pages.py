"""The badge editor: access, details and slugs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Agency, Membership
from audit.models import AuditEntry
from catalog import operations
from catalog.forms import RESERVED_SLUGS, slug_for
from catalog.models import BadgeClass
from tests.catalog.manage_pages import details, page
from tests.factories import (
    AgencyFactory,
    BadgeFactory,
    DraftBadgeFactory,
    IssuerFactory,
    MembershipFactory,
    UserFactory,
    coordinator_for,
)

pytestmark = pytest.mark.django_db

PAGES = ["edit", "criteria", "art", "preview", "publish", "retire", "bring_back"]


# --- Access ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_the_editor_is_only_for_the_coordinators_of_the_badge(client, published, name):
    reviewer = MembershipFactory(agency=published.issuer.agency, role=Membership.Role.REVIEWER).user
    elsewhere = coordinator_for(DraftBadgeFactory())
    for user, refusal in ((UserFactory(), 403), (reviewer, 403), (elsewhere, 404)):
        client.force_login(user)

        assert client.get(page(name)).status_code == refusal
        assert client.post(page(name)).status_code in {refusal, 405}

    published.refresh_from_db()
    assert published.status == BadgeClass.Status.PUBLISHED


@pytest.mark.parametrize("name", PAGES)
def test_the_editor_asks_visitors_to_sign_in(client, published, name):
    response = client.get(page(name))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_people_without_the_role_cannot_open_the_editor(client):
    client.force_login(UserFactory())

    urls = [reverse(f"catalog:manage_{name}") for name in ("list", "create", "art_preview")]

    assert [client.get(url).status_code for url in urls] == [403, 403, 403]


def test_a_county_manages_the_badges_of_its_districts_but_not_vice_versa(client):
    county = AgencyFactory()
    district = AgencyFactory(parent=county, kind=Agency.Kind.DISTRICT)
    DraftBadgeFactory(slug="of-the-county", issuer=IssuerFactory(agency=county))
    DraftBadgeFactory(slug="of-the-district", issuer=IssuerFactory(agency=district))
    seen = {}
    for agency in (county, district):
        user = MembershipFactory(agency=agency, role=Membership.Role.COORDINATOR).user
        client.force_login(user)
        seen[agency] = [
            client.get(page("edit", slug)).status_code
            for slug in ("of-the-county", "of-the-district")
        ]

    assert seen == {county: [200, 200], district: [404, 200]}


def test_the_list_shows_only_badges_of_the_coordinators_agencies(client, coordinator, issuer):
    BadgeFactory(slug="open", issuer=issuer)
    DraftBadgeFactory(slug="draft", issuer=issuer)
    DraftBadgeFactory(slug="elsewhere")

    response = client.get(reverse("catalog:manage_list"))

    assert {badge_class.slug for badge_class in response.context["page"]} == {"open", "draft"}
    assert [(value, count) for value, _, count in response.context["statuses"]] == [
        ("draft", 1),
        ("published", 1),
        ("retired", 0),
    ]
    drafts = client.get(reverse("catalog:manage_list") + "?status=draft")
    assert [badge_class.slug for badge_class in drafts.context["page"]] == ["draft"]


def test_the_list_needs_as_many_queries_for_ten_badges_as_for_one(client, coordinator, issuer):
    def count_queries():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("catalog:manage_list"))
        return len(queries)

    BadgeFactory(issuer=issuer)
    before = count_queries()
    for _ in range(9):
        BadgeFactory(issuer=issuer)

    assert count_queries() == before


# --- Details --------------------------------------------------------------------------------------


def test_creating_a_badge_saves_its_details_in_a_draft(client, coordinator, issuer):
    response = client.post(reverse("catalog:manage_create"), details(issuer))

    badge_class = BadgeClass.objects.get()
    version = badge_class.versions.get()
    assert response["Location"] == page("criteria", "screens-and-sleep")
    assert (badge_class.status, badge_class.issuer, badge_class.turnaround_days) == (
        BadgeClass.Status.DRAFT,
        issuer,
        8,
    )
    assert (version.name, float(version.hours), version.tags) == (
        "Screens and Sleep",
        6.5,
        ["media", "sleep"],
    )


def test_a_badge_cannot_be_created_for_an_issuer_of_another_agency(client, coordinator):
    response = client.post(reverse("catalog:manage_create"), details(IssuerFactory()))

    assert response.status_code == 422
    assert "issuer" in response.context["form"].errors
    assert BadgeClass.objects.count() == 0


def test_a_taken_slug_is_refused_with_a_free_suggestion(client, coordinator, issuer, draft):
    response = client.post(reverse("catalog:manage_create"), details(issuer, slug="media-balance"))

    assert response.status_code == 422
    assert response.context["form"].errors["slug"] == [
        "This address is taken. “media-balance-2” is available."
    ]


def test_an_invalid_field_keeps_all_that_was_typed(client, coordinator, draft):
    typed = details(draft.issuer, hours="many", name="Screens & <b>Sleep</b>", slug="x")

    response = client.post(page("edit"), {**typed, "version": "1"})

    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == ["hours"]
    assert {name: form[name].value() for name in typed} == typed
    assert "Screens &amp; &lt;b&gt;Sleep&lt;/b&gt;" in response.text
    assert draft.versions.get().name == "Media Balance"


@pytest.mark.parametrize("field", ["name", "description", "about", "tags"])
@pytest.mark.parametrize("sign", ["\x0c", "\x08", "\x7f", "\x1b"])
def test_text_that_cannot_be_signed_is_refused_with_its_field(
    client, coordinator, draft, field, sign
):
    typed = details(draft.issuer, slug="x", **{field: f"one{sign}two"})

    response = client.post(page("edit"), {**typed, "version": "1"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    label = response.context["form"][field].label
    assert response.context["form"].errors[field] == [
        f"“{label}” contains an invisible control character. Enter the text again."
    ]


def test_line_breaks_and_tabs_are_allowed(client, coordinator, draft):
    client.post(
        page("edit"), {**details(draft.issuer, about="One\r\n\tTwo"), "slug": "x", "version": "1"}
    )

    assert draft.versions.get().about == "One\n\tTwo"


def test_editing_a_published_badge_starts_version_two_and_keeps_version_one(
    client, coordinator, published
):
    first = published.current_version
    before = (first.name, first.description, first.image.name, first.art_spec)

    assert "starts version 2" in client.get(page("edit")).text
    assert published.versions.count() == 1
    client.post(page("edit"), {**details(), "version": "2"})

    first.refresh_from_db()
    second = published.versions.get(number=2)
    assert (first.name, first.description, first.image.name, first.art_spec) == before
    assert second.name == "Screens and Sleep"
    assert second.criteria.count() == first.criteria.count()
    assert "You are editing version 2" in client.get(page("edit")).text


def test_rules_of_a_published_badge_change_without_a_new_version(client, coordinator, published):
    form = client.get(page("edit")).context["form"]
    # The form's values as a browser sends them: without empty fields and unchecked boxes.
    typed = {name: form[name].value() for name in form.fields if form[name].value()}
    typed |= {"hours": "0", "units": "0"}
    typed = {**typed, "waiting_hours": "48", "turnaround_days": "3", "version": "2"}

    client.post(page("edit"), typed)

    published.refresh_from_db()
    assert (published.waiting_hours, published.turnaround_days) == (48, 3)
    assert published.versions.count() == 1
    assert AuditEntry.objects.filter(act="rules changed").count() == 1


def test_the_slug_and_issuer_of_a_published_badge_cannot_change(client, coordinator, published):
    other = IssuerFactory(agency=published.issuer.agency)

    client.post(page("edit"), {**details(other, slug="renamed"), "version": "2"})

    published.refresh_from_db()
    assert published.slug == "media-balance"
    assert published.issuer != other


def test_text_typed_into_a_version_published_meanwhile_is_not_lost(client, coordinator, draft):
    operations.publish(draft, by=coordinator)

    response = client.post(page("edit"), {**details(name="Late words"), "version": "1"})

    assert response.status_code == 422
    assert response.context["form"]["name"].value() == "Late words"
    assert "Someone published or started a version in the meantime" in response.text
    assert [version.name for version in draft.versions.all()] == ["Media Balance"]


# --- Slugs ----------------------------------------------------------------------------------------


class TestSlugs(TestCase):
    @given(st.text(max_size=200))
    @hypothesis_settings(max_examples=60, deadline=None)
    def test_any_name_gives_a_valid_slug(self, name):
        slug = slug_for(name)

        assert reverse("catalog:badge", args=[slug])
        assert len(slug) <= 120
        assert slug not in RESERVED_SLUGS


def test_a_taken_slug_gets_the_next_number():
    for slug in ("media", "media-2"):
        DraftBadgeFactory(slug=slug)

    assert [slug_for(name) for name in ("Media", "media!", "New", "数学")] == [
        "media-3",
        "media-3",
        "new-2",
        "badge",
    ]
