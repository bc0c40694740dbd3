from __future__ import annotations

import threading

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Agency, AuditEntry, Membership
from catalog import operations
from catalog.art import ArtSpec
from catalog.forms import RESERVED_SLUGS, slug_for
from catalog.models import BadgeClass
from tests.factories import (
    AgencyFactory,
    BadgeFactory,
    CategoryFactory,
    DraftBadgeFactory,
    IssuerFactory,
    MembershipFactory,
    UserFactory,
    coordinator_for,
    png,
)

pytestmark = pytest.mark.django_db

PAGES = ["edit", "criteria", "art", "preview", "publish", "retire", "bring_back"]


@pytest.fixture
def issuer():
    return IssuerFactory()


@pytest.fixture
def coordinator(issuer, client):
    user = MembershipFactory(agency=issuer.agency, role=Membership.Role.COORDINATOR).user
    client.force_login(user)
    return user


@pytest.fixture
def published(issuer):
    return BadgeFactory(slug="media-balance", name="Media Balance", issuer=issuer)


@pytest.fixture
def draft(issuer):
    return DraftBadgeFactory(slug="media-balance", name="Media Balance", issuer=issuer)


def page(name, slug="media-balance"):
    return reverse(f"catalog:manage_{name}", args=[slug])


def words(issuer=None, **changes):
    fields = {
        "name": "Screens and Sleep",
        "description": "Teach what screens do to sleep.",
        "about": "Three **lessons**.",
        "category": str(CategoryFactory().pk),
        "level": "foundation",
        "hours": "6.5",
        "units": "0",
        "achievement_type": "MicroCredential",
        "language": "en",
        "tags": "media, sleep",
        "turnaround_days": "8",
        "waiting_hours": "",
        **changes,
    }
    return {**fields, "issuer": str(issuer.pk)} if issuer else fields


def criterion(number=0, **changes):
    fields = {
        "name": "Plan a lesson",
        "description": "An aim that students can say.",
        "evidence_prompt": "The plan.",
        "accepts_files": "on",
        "required": "on",
        **changes,
    }
    return {f"criterion-{number}-{name}": value for name, value in fields.items()}


def level(number, name, of=0):
    return {
        f"criterion-{of}-level-{number}-name": name,
        f"criterion-{of}-level-{number}-description": f"What {name} looks like.",
    }


def values(response):
    """What stands in the rows of the editor, as the person sees it."""
    rows = response.context["rows"]
    return [
        (row.form["name"].value(), [lev.form["name"].value() for lev in row.levels])
        for row in rows.criteria
    ]


# --- Who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_the_editor_is_not_there_for_others(client, published, name):
    reviewer = MembershipFactory(agency=published.issuer.agency, role=Membership.Role.REVIEWER).user
    for user in (UserFactory(), reviewer, coordinator_for(DraftBadgeFactory())):
        client.force_login(user)

        assert client.get(page(name)).status_code == 404
        assert client.post(page(name)).status_code in {404, 405}

    published.refresh_from_db()
    assert published.status == BadgeClass.Status.PUBLISHED


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_is_asked_to_sign_in_first(client, published, name):
    response = client.get(page(name))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_who_coordinates_nothing_finds_no_editor(client):
    client.force_login(UserFactory())

    urls = [reverse(f"catalog:manage_{name}") for name in ("list", "create", "art_preview")]

    assert [client.get(url).status_code for url in urls] == [404, 404, 404]


def test_the_county_manages_its_districts_badges_and_not_the_other_way_round(client):
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


def test_the_list_shows_drafts_and_statuses_of_ones_own_agencies(client, coordinator, issuer):
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


def test_the_list_costs_the_same_with_one_badge_and_with_ten(client, coordinator, issuer):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("catalog:manage_list"))
        return len(queries)

    BadgeFactory(issuer=issuer)
    before = cost()
    for _ in range(9):
        BadgeFactory(issuer=issuer)

    assert cost() == before


# --- Words --------------------------------------------------------------------------------------


def test_a_badge_begins_with_its_words(client, coordinator, issuer):
    response = client.post(reverse("catalog:manage_create"), words(issuer))

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


def test_nobody_makes_a_badge_in_another_agencys_name(client, coordinator):
    response = client.post(reverse("catalog:manage_create"), words(IssuerFactory()))

    assert response.status_code == 422
    assert "issuer" in response.context["form"].errors
    assert BadgeClass.objects.count() == 0


def test_an_address_that_is_taken_is_refused_with_a_free_one(client, coordinator, issuer, draft):
    response = client.post(reverse("catalog:manage_create"), words(issuer, slug="media-balance"))

    assert response.status_code == 422
    assert response.context["form"].errors["slug"] == [
        "Another badge has this address. “media-balance-2” is free."
    ]


def test_nothing_typed_is_lost_when_a_field_is_refused(client, coordinator, draft):
    typed = words(draft.issuer, hours="many", name="Screens & <b>Sleep</b>", slug="x")

    response = client.post(page("edit"), {**typed, "version": "1"})

    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == ["hours"]
    assert {name: form[name].value() for name in typed} == typed
    assert "Screens &amp; &lt;b&gt;Sleep&lt;/b&gt;" in response.text
    assert draft.versions.get().name == "Media Balance"


@pytest.mark.parametrize("field", ["name", "description", "about", "tags"])
@pytest.mark.parametrize("sign", ["\x0c", "\x08", "\x7f", "\x1b"])
def test_text_that_could_not_be_signed_is_refused_by_its_field(
    client, coordinator, draft, field, sign
):
    typed = words(draft.issuer, slug="x", **{field: f"one{sign}two"})

    response = client.post(page("edit"), {**typed, "version": "1"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    label = response.context["form"][field].label
    assert response.context["form"].errors[field] == [
        f"“{label}” holds an invisible control character. Type the text anew."
    ]


def test_lines_and_tabs_are_kept(client, coordinator, draft):
    client.post(
        page("edit"), {**words(draft.issuer, about="One\r\n\tTwo"), "slug": "x", "version": "1"}
    )

    assert draft.versions.get().about == "One\n\tTwo"


def test_editing_a_published_badge_makes_version_two_and_leaves_version_one(
    client, coordinator, published
):
    first = published.current_version
    before = (first.name, first.description, first.image.name, first.art_spec)

    assert "begins version 2" in client.get(page("edit")).text
    assert published.versions.count() == 1
    client.post(page("edit"), {**words(), "version": "2"})

    first.refresh_from_db()
    second = published.versions.get(number=2)
    assert (first.name, first.description, first.image.name, first.art_spec) == before
    assert second.name == "Screens and Sleep"
    assert second.criteria.count() == first.criteria.count()
    assert "You are editing version 2" in client.get(page("edit")).text


def test_rules_of_a_published_badge_change_without_a_new_version(client, coordinator, published):
    form = client.get(page("edit")).context["form"]
    # What stands in the form, as a browser sends it: without what is empty or not ticked.
    typed = {name: form[name].value() for name in form.fields if form[name].value()}
    typed |= {"hours": "0", "units": "0"}
    typed = {**typed, "waiting_hours": "48", "turnaround_days": "3", "version": "2"}

    client.post(page("edit"), typed)

    published.refresh_from_db()
    assert (published.waiting_hours, published.turnaround_days) == (48, 3)
    assert published.versions.count() == 1
    assert AuditEntry.objects.filter(act="rules changed").count() == 1


def test_the_address_and_issuer_of_a_published_badge_stay(client, coordinator, published):
    other = IssuerFactory(agency=published.issuer.agency)

    client.post(page("edit"), {**words(other, slug="renamed"), "version": "2"})

    published.refresh_from_db()
    assert published.slug == "media-balance"
    assert published.issuer != other


def test_words_typed_into_a_version_that_was_published_meanwhile_are_not_lost(
    client, coordinator, draft
):
    operations.publish(draft, by=coordinator)

    response = client.post(page("edit"), {**words(name="Late words"), "version": "1"})

    assert response.status_code == 422
    assert response.context["form"]["name"].value() == "Late words"
    assert "Somebody published or began a version meanwhile" in response.text
    assert [version.name for version in draft.versions.all()] == ["Media Balance"]


# --- Criteria -----------------------------------------------------------------------------------


def test_criteria_rubric_standards_and_resources_are_kept_in_their_order(
    client, coordinator, draft
):
    posted = {
        "version": "1",
        **criterion(0),
        **level(0, "Starting"),
        **level(1, "Meets"),
        **criterion(1, name="Teach it", required=""),
        "alignment-0-target_framework": "ISTE",
        "alignment-0-target_code": "2.3",
        "alignment-0-target_name": "Citizen",
        "alignment-0-target_url": "https://standards.example/2.3",
        "resource-0-title": "A course",
        "resource-0-url": "https://learn.example/course",
        "resource-0-kind": "course",
    }

    response = client.post(page("criteria"), posted)

    version = draft.versions.get()
    assert response.status_code == 302
    assert [
        (c.name, c.required, c.accepts_files, c.accepts_links, [lev.name for lev in c.levels.all()])
        for c in version.criteria.all()
    ] == [
        ("Plan a lesson", True, True, False, ["Starting", "Meets"]),
        ("Teach it", False, True, False, []),
    ]
    assert [str(alignment) for alignment in version.alignments.all()] == ["2.3 Citizen"]
    assert [(r.title, r.kind) for r in draft.resources.all()] == [("A course", "course")]


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        ({"up": "criterion-1"}, [("B", []), ("A", ["low", "high"])]),
        ({"down": "criterion-0"}, [("B", []), ("A", ["low", "high"])]),
        ({"up": "criterion-0"}, [("A", ["low", "high"]), ("B", [])]),
        ({"down": "criterion-1"}, [("A", ["low", "high"]), ("B", [])]),
        ({"remove": "criterion-0"}, [("B", [])]),
        ({"add": "criterion"}, [("A", ["low", "high"]), ("B", []), (None, [])]),
        ({"add": "criterion-1-level"}, [("A", ["low", "high"]), ("B", [None])]),
        ({"remove": "criterion-0-level-0"}, [("A", ["high"]), ("B", [])]),
        ({"up": "criterion-0-level-1"}, [("A", ["high", "low"]), ("B", [])]),
        ({"remove": "criterion-99"}, [("A", ["low", "high"]), ("B", [])]),
        ({"add": "nonsense"}, [("A", ["low", "high"]), ("B", [])]),
        ({"add": "level"}, [("A", ["low", "high"]), ("B", [])]),
    ],
)
def test_rows_come_go_and_change_places_without_a_script(
    client, coordinator, draft, button, expected
):
    posted = {
        "version": "1",
        **criterion(0, name="A"),
        **level(0, "low"),
        **level(1, "high"),
        **criterion(1, name="B", evidence_prompt="half a sen"),
        **button,
    }

    response = client.post(page("criteria"), posted)

    assert response.status_code == 200
    assert values(response) == expected
    assert draft.versions.get().criteria.count() == 3
    if "remove" not in button or button["remove"] != "criterion-1":
        assert "half a sen" in response.text


def test_a_row_that_is_refused_keeps_all_that_was_typed(client, coordinator, draft):
    posted = {
        "version": "1",
        **criterion(0, name="", accepts_files=""),
        **level(0, "Half a level"),
        "criterion-0-level-0-description": "",
        "alignment-0-target_name": "Citizen",
        "alignment-0-target_url": "not an address",
    }

    response = client.post(page("criteria"), posted)

    assert response.status_code == 422
    assert [(error["id"], error["label"]) for error in response.context["rows"].errors] == [
        ("id_criterion-0-name", "Name of the criterion"),
        ("id_criterion-0-accepts_files", "Files"),
        ("id_criterion-0-level-0-description", "What it looks like"),
        ("id_alignment-0-target_url", "Web address"),
    ]
    for typed in ("An aim that students can say.", "Half a level", "not an address"):
        assert typed in response.text
    assert draft.versions.get().criteria.count() == 3


def test_rows_left_empty_are_left_out(client, coordinator, draft):
    empty = {"criterion-1-name": "", "criterion-1-accepts_files": "on", "resource-0-title": " "}

    client.post(page("criteria"), {"version": "1", **criterion(0), **empty})

    assert [c.name for c in draft.versions.get().criteria.all()] == ["Plan a lesson"]


def test_only_so_many_rows_are_read(client, coordinator, draft):
    posted = {"version": "1"}
    for number in range(25):
        posted |= criterion(number, name=f"C{number}")

    client.post(page("criteria"), posted)

    assert draft.versions.get().criteria.count() == 20


def test_resources_of_a_published_badge_change_without_a_new_version(
    client, coordinator, published
):
    response = client.get(page("criteria"))
    posted = {"version": "2", "resource-0-title": "A", "resource-0-url": "https://a.example"}
    for row in response.context["rows"]._all_rows():
        for bound in row.form:
            if value := bound.value():
                posted[bound.html_name] = "on" if value is True else value

    client.post(page("criteria"), posted)

    assert [resource.title for resource in published.resources.all()] == ["A"]
    assert published.versions.count() == 1


def test_other_criteria_begin_version_two(client, coordinator, published):
    client.post(page("criteria"), {"version": "2", **criterion(0, name="Only this")})

    first, second = published.versions.order_by("number")
    assert first.criteria.count() == 3
    assert [c.name for c in second.criteria.all()] == ["Only this"]


# --- Art ----------------------------------------------------------------------------------------


def composed(**changes):
    spec = {**ArtSpec(palette="poppy", text="LEVEL 1").to_dict(), **changes}
    return {f"compose-{name}": value for name, value in spec.items()} | {
        "compose-image_alt": "An orange circle with a book.",
        "version": "1",
    }


def test_art_is_composed_on_the_site(client, coordinator, draft):
    response = client.post(page("art"), {**composed(), "compose": "1"})

    version = draft.versions.get()
    assert response.status_code == 302
    assert version.art_spec == ArtSpec(palette="poppy", text="LEVEL 1").to_dict()
    assert version.image_alt == "An orange circle with a book."


def test_a_preview_keeps_what_was_chosen_and_saves_nothing(client, coordinator, draft):
    before = draft.versions.get().image.name

    response = client.post(page("art"), {**composed(shape="shield"), "preview": "1"})

    assert response.status_code == 200
    assert "shape=shield" in response.text
    assert response.context["compose_form"]["text"].value() == "LEVEL 1"
    assert draft.versions.get().image.name == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"shape": "skull"}, "shape"), ({"text": "数学"}, "text"), ({"image_alt": " "}, "image_alt")],
)
def test_art_that_can_not_be_made_is_refused_by_its_field(
    client, coordinator, draft, changes, field
):
    posted = {**composed(), **{f"compose-{k}": v for k, v in changes.items()}, "compose": "1"}

    response = client.post(page("art"), posted)

    assert response.status_code == 422
    assert list(response.context["compose_form"].errors) == [field]


def test_the_preview_picture_is_drawn_or_says_why_not(client, coordinator):
    url = reverse("catalog:manage_art_preview")

    drawn = client.get(url, {"shape": "shield"})
    again = client.get(url, {"shape": "shield"}, headers={"If-None-Match": drawn["ETag"]})
    refused = client.get(url, {"shape": "skull"})

    assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/png")
    assert (again.status_code, refused.status_code) == (304, 422)


def test_art_is_uploaded_with_its_description(client, coordinator, draft):
    file = SimpleUploadedFile("art.png", png(300, "#b3264a"))

    response = client.post(
        page("art"),
        {"upload-image": file, "upload-image_alt": "A red square.", "upload": "1", "version": "1"},
    )

    version = draft.versions.get()
    assert response.status_code == 302
    assert (version.art_spec, version.image_alt) == (None, "A red square.")
    assert (version.image.width, version.image.height) == (600, 600)


def test_a_refused_upload_says_why_and_keeps_the_words(client, coordinator, draft):
    before = draft.versions.get().image.name
    file = SimpleUploadedFile("art.png", b"not a picture")

    response = client.post(
        page("art"),
        {"upload-image": file, "upload-image_alt": "A red square.", "upload": "1", "version": "1"},
    )

    assert response.status_code == 422
    assert "This is not a PNG, JPEG or SVG picture." in response.text
    assert "A red square." in response.text
    assert draft.versions.get().image.name == before


def test_art_needs_its_description(client, coordinator, draft):
    file = SimpleUploadedFile("art.png", png(300))

    response = client.post(
        page("art"), {"upload-image": file, "upload-image_alt": "", "upload": "1", "version": "1"}
    )

    assert response.status_code == 422
    assert list(response.context["upload_form"].errors) == ["image_alt"]


# --- Publish, retire, bring back ----------------------------------------------------------------


def test_a_badge_that_is_ready_is_published(client, coordinator, draft):
    response = client.post(page("publish"))

    draft.refresh_from_db()
    assert response["Location"] == draft.get_absolute_url()
    assert draft.status == BadgeClass.Status.PUBLISHED
    assert draft.current_version.published_by == coordinator


def test_what_is_missing_is_said_in_words_with_the_way_to_each(client, coordinator, issuer):
    client.post(reverse("catalog:manage_create"), words(issuer, slug="media-balance"))

    for response in (client.get(page("publish")), client.post(page("publish"))):
        assert response.context["missing"] == [
            {"sentence": "Add at least one criterion.", "url": page("criteria") + "#criteria"},
            {"sentence": "Compose or upload the art.", "url": page("art") + "#compose"},
            {
                "sentence": "Describe the art for people who do not see it.",
                "url": page("art") + "#id_compose-image_alt",
            },
        ]
    assert response.status_code == 422
    assert BadgeClass.objects.get().status == BadgeClass.Status.DRAFT


def test_a_badge_is_retired_and_brought_back(client, coordinator, published):
    statuses = []
    for name in ("retire", "retire", "bring_back", "bring_back"):
        response = client.post(page(name), follow=True)
        published.refresh_from_db()
        statuses.append(
            (published.status, [m.level_tag for m in get_messages(response.wsgi_request)])
        )

    assert [status for status, _ in statuses] == ["retired", "retired", "published", "published"]
    assert AuditEntry.objects.filter(act__in=["badge retired", "badge published"]).count() == 2


def test_the_preview_shows_the_draft_as_visitors_will_see_it(client, coordinator, published):
    operations.save_details(
        published, number=2, by=coordinator, rules={}, words={"name": "Screens and Leaves"}
    )

    assert "Screens and Leaves" in client.get(page("preview")).text
    assert "Screens and Leaves" not in client.get(published.get_absolute_url()).text


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_publish_at_once_and_it_is_published_once():
    draft = DraftBadgeFactory()
    both = [coordinator_for(draft), coordinator_for(draft)]
    ready = threading.Barrier(2)
    refusals = []

    def publish(user):
        try:
            ready.wait(timeout=10)
            operations.publish(draft, by=user)
        except operations.NotReadyToPublish as refusal:
            refusals.append([gap.field for gap in refusal.missing])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=publish, args=[user]) for user in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert refusals == [["version"]]
    assert draft.versions.count() == 1
    assert AuditEntry.objects.filter(act="version 1 published").count() == 1


class TestSlugs(TestCase):
    @given(st.text(max_size=200))
    @hypothesis_settings(max_examples=60, deadline=None)
    def test_any_name_gives_a_slug_that_an_address_can_hold(self, name):
        slug = slug_for(name)

        assert reverse("catalog:badge", args=[slug])
        assert len(slug) <= 120
        assert slug not in RESERVED_SLUGS


def test_a_slug_that_is_taken_gets_the_next_number():
    for slug in ("media", "media-2"):
        DraftBadgeFactory(slug=slug)

    assert [slug_for(name) for name in ("Media", "media!", "New", "数学")] == [
        "media-3",
        "media-3",
        "new-2",
        "badge",
    ]
