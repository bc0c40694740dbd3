"""Coordinators' pages of drawings, from the draft to the winners."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.models import Membership
from rewards.models import Drawing, Win
from tests.factories import MembershipFactory
from tests.rewards.drawing_factories import (
    DRAW,
    IN_THE_PERIOD,
    OTHER_VALUES,
    award,
    closed,
    drafted,
    drawn,
    type_values,
)
from tests.rewards.pages import coordinator_of, page

pytestmark = pytest.mark.django_db

MANAGE = [
    "manage_drawing", "manage_rules", "manage_prizes", "manage_announce", "manage_people",
    "manage_disputes", "manage_draw", "manage_winners", "manage_press", "manage_tax_records",
    "manage_cancel",
]  # fmt: skip


def test_pages_of_badges_and_drawings_link_to_each_other(client):
    client.force_login(MembershipFactory(role=Membership.Role.COORDINATOR).user)
    badges, drawings = reverse("catalog:manage_list"), reverse("rewards:manage_list")

    for here, there in ((badges, drawings), (drawings, badges)):
        shown = client.get(here).text
        assert f'<a href="{here}" aria-current="page">' in shown
        assert f'<a href="{there}">' in shown


@pytest.mark.parametrize("name", MANAGE)
def test_only_coordinators_of_its_agency_can_manage_a_drawing(client, name):
    drawing = drawn()
    address = page(name, drawing)
    assert client.get(address).status_code == 302
    client.force_login(MembershipFactory(role=Membership.Role.COORDINATOR).user)
    assert client.get(address).status_code == 404
    client.force_login(coordinator_of(drawing))

    assert client.get(address, follow=True).status_code == 200


def test_a_coordinator_creates_and_announces_a_drawing(client, now):
    now(IN_THE_PERIOD)
    user = MembershipFactory(role=Membership.Role.COORDINATOR).user
    client.force_login(user)
    agency = user.memberships.get().agency
    rules = {
        "title": "Spring drawing", "agency": agency.pk, "opens_on": "2026-03-01",
        "ends_on": "2026-05-31", "counts_by": "issued", "closes_at": "2026-06-03T18:00",
        "disputes_until": "2026-06-08T18:00", "draws_at": "2026-06-10T18:00",
        "confirm_days": "14", "chances_per_badge": "1", "prizes_per_person": "1",
        "excludes_staff": "on", "offers_free_entry": "on", "text": "No purchase is needed.",
        "source-TOTAL_FORMS": "1", "source-INITIAL_FORMS": "0", "source-0-name": "Lottery",
        "source-0-kind": "numbers", "source-0-where": "https://lottery.example",
        "source-0-when": "2026-06-09", "source-0-count": "6",
    }  # fmt: skip
    too_early = client.post(
        reverse("rewards:manage_create"), {**rules, "source-0-when": "2026-06-01"}
    )
    assert too_early.status_code == 422
    assert "a moment after disputes end" in too_early.content.decode()
    client.post(reverse("rewards:manage_create"), rules)
    drawing = Drawing.objects.get()
    client.post(
        page("manage_prizes", drawing),
        {
            "prize-TOTAL_FORMS": "2", "prize-INITIAL_FORMS": "0",
            "prize-0-name": "A kite", "prize-0-worth": "30", "prize-0-quantity": "2",
            "prize-0-ORDER": "2", "prize-1-name": "A lamp", "prize-1-worth": "90",
            "prize-1-quantity": "1", "prize-1-ORDER": "1",
        },
    )  # fmt: skip

    client.post(page("manage_announce", drawing))

    drawing.refresh_from_db()
    assert drawing.status == Drawing.Status.ANNOUNCED
    assert [(p.position, p.name, p.quantity) for p in drawing.prizes.all()] == [
        (1, "A lamp", 1),
        (2, "A kite", 2),
    ]


def rules_form_data(agency, **other):
    return {
        "title": "Spring drawing", "agency": agency.pk, "opens_on": "2026-03-01",
        "ends_on": "2026-05-31", "counts_by": "issued", "closes_at": "2026-06-03T18:00",
        "disputes_until": "2026-06-08T18:00", "draws_at": "2026-06-10T18:00",
        "confirm_days": "14", "chances_per_badge": "1", "prizes_per_person": "1",
        "text": "No purchase is needed.", "source-TOTAL_FORMS": "1",
        "source-INITIAL_FORMS": "0", "source-0-name": "Lottery", "source-0-kind": "numbers",
        "source-0-where": "https://lottery.example", "source-0-when": "2026-06-09",
        "source-0-count": "6", **other,
    }  # fmt: skip


@pytest.mark.parametrize(
    "typo",
    [
        {"confirm_days": "999999999"},
        {"chances_per_badge": "2147483647"},
        {"most_chances": "0"},
        {"prizes_per_person": "501"},
        {"draws_at": "9999-12-31T23:59"},
        {"ends_on": "9999-12-31"},
        {"opens_on": "0001-01-01"},
        {"source-0-when": "9999-12-31"},
    ],
    ids=lambda typo: "".join(typo),
)
def test_implausible_rules_are_refused(client, now, typo):
    now(IN_THE_PERIOD)
    membership = MembershipFactory(role=Membership.Role.COORDINATOR)
    client.force_login(membership.user)

    refused = client.post(
        reverse("rewards:manage_create"), rules_form_data(membership.agency, **typo)
    )

    assert refused.status_code == 422
    assert not Drawing.objects.exists()


def test_an_error_in_a_source_is_mentioned_at_the_top_of_the_page(client, now):
    now(IN_THE_PERIOD)
    membership = MembershipFactory(role=Membership.Role.COORDINATOR)
    client.force_login(membership.user)

    refused = client.post(
        reverse("rewards:manage_create"),
        rules_form_data(membership.agency, **{"source-0-when": "2026-06-01"}),
    ).content.decode()

    assert refused.index("It is in the public sources, further down.") < refused.index("id_title")
    assert led_to(refused) == {"#id_source-0-when": "Source 1, For which day"}


def test_errors_of_the_rules_and_of_their_sources_are_all_mentioned(client, now):
    now(IN_THE_PERIOD)
    membership = MembershipFactory(role=Membership.Role.COORDINATOR)
    client.force_login(membership.user)
    typos = {"source-0-when": "2026-06-01", "confirm_days": "0"}

    refused = client.post(
        reverse("rewards:manage_create"), rules_form_data(membership.agency, **typos)
    )

    assert led_to(refused.text).keys() == {"#id_confirm_days", "#id_source-0-when"}


def test_an_error_in_a_prize_is_mentioned_at_the_top_of_the_page(client):
    drawing = drafted(prizes=0)
    client.force_login(coordinator_of(drawing))

    refused = client.post(
        reverse("rewards:manage_prizes", args=[drawing.slug]),
        {"prize-TOTAL_FORMS": "1", "prize-INITIAL_FORMS": "0", "prize-0-name": "A kayak",
         "prize-0-quantity": "1"},
    )  # fmt: skip

    assert refused.status_code == 422
    assert led_to(refused.text) == {"#id_prize-0-worth": "Prize 1, Value in dollars"}


def led_to(page):
    """The links of the summary: where each leads, and its words."""
    links = re.findall(r'<li>\s*<a href="(#[^"]+)">(.*?)</a>', page, re.DOTALL)
    return {address: " ".join(words.split()) for address, words in links}


def test_a_prize_with_the_order_of_another_is_placed_before_it(client):
    drawing = drafted(prizes=1)
    known = drawing.prizes.get()
    client.force_login(coordinator_of(drawing))

    client.post(
        page("manage_prizes", drawing),
        {
            "prize-TOTAL_FORMS": "2", "prize-INITIAL_FORMS": "1", "prize-0-pk": known.pk,
            "prize-0-name": known.name, "prize-0-worth": "30", "prize-0-quantity": "1",
            "prize-0-ORDER": "1", "prize-1-name": "A lamp", "prize-1-worth": "90",
            "prize-1-quantity": "1", "prize-1-ORDER": "1",
        },
    )  # fmt: skip

    assert [prize.name for prize in drawing.prizes.order_by("position")] == ["A lamp", known.name]


def test_a_refused_draw_is_explained_in_the_readers_language(client, now):
    drawing = drawn()
    collected = Win.objects.filter(draw__drawing=drawing).first()
    Win.objects.filter(pk=collected.pk).update(status=Win.Status.COLLECTED)
    client.force_login(coordinator_of(drawing))
    now(DRAW)

    refused = client.post(
        page("manage_repeat_ask", drawing),
        {"reason": "A wrong number."},
        headers={"accept-language": "es"},
        follow=True,
    )

    assert "Ya se recogió un premio" in refused.content.decode()


def test_the_next_version_of_rules_starts_with_the_earlier_choices(client, now):
    category = award().badge_class.category
    drawing = drafted()
    drawing.rules_versions.get().categories.add(category)
    client.force_login(coordinator_of(drawing))
    now(IN_THE_PERIOD)
    client.post(page("manage_announce", drawing))

    shown = client.get(page("manage_rules", drawing))

    assert shown.context["form"].initial["categories"] == [category]
    assert "change_note" in shown.context["form"].fields


def test_a_draw_uses_only_values_whose_key_was_shown(client, now):
    drawing = closed()
    type_values(drawing)
    client.force_login(coordinator_of(drawing))
    now(DRAW)
    key = client.get(page("manage_draw", drawing)).context["key"]
    assert key == "9.18.26.34.41.45./4312.7/"
    type_values(drawing, OTHER_VALUES)

    client.post(page("manage_draw", drawing), {"draw": "1", "seen": key})
    assert not drawing.draws.exists()
    key = client.get(page("manage_draw", drawing)).context["key"]
    client.post(page("manage_draw", drawing), {"draw": "1", "seen": key})

    assert drawing.draws.get().key.startswith("1.2.3.4.5.6./4312.7/")


def test_numbers_with_commas_are_refused(client, now):
    drawing = closed()
    client.force_login(coordinator_of(drawing))
    now(DRAW)

    refused = client.post(page("manage_draw", drawing), {"source": "0", "source_0": "9,18"})

    assert refused.status_code == 422
    assert "without commas inside a number" in refused.content.decode()


def test_the_tax_records_contain_no_formulas(client):
    drawing = drawn()
    win = Win.objects.first()
    winner = win.line.entry.user
    winner.name = "=HYPERLINK(1)"
    winner.save(update_fields=["name"])
    client.force_login(coordinator_of(drawing))

    table = b"".join(client.get(page("manage_tax_records", drawing)).streaming_content).decode()

    assert "'=HYPERLINK(1)" in table
    assert "50.00" in table


def test_a_draft_cannot_be_drawn(client):
    drawing = drafted()
    client.force_login(coordinator_of(drawing))

    shown = client.post(page("manage_draw", drawing), {"draw": "1", "seen": ""})

    assert "There is nothing to draw now" in shown.content.decode()


@pytest.mark.parametrize("name", MANAGE)
def test_every_page_of_a_draft_opens(client, name):
    drawing = drafted()
    client.force_login(coordinator_of(drawing))

    assert client.get(page(name, drawing), follow=True).status_code == 200
