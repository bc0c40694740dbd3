"""What the public, an earner, a winner and a coordinator see of a drawing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, User
from rewards import disputes, draws, entries, winners
from rewards.models import Dispute, Drawing, Entry, EntryList, Win
from tests.factories import MembershipFactory, UserFactory
from tests.rewards.drawing_factories import (
    CLOSE,
    DRAW,
    IN_THE_PERIOD,
    announced,
    award,
    closed,
    drafted,
    drawn,
    listed,
)

pytestmark = pytest.mark.django_db

MANAGE = [
    "board", "manage_rules", "manage_prizes", "manage_announce", "manage_people",
    "manage_disputes", "manage_draw", "manage_winners", "press", "books_csv", "cancel",
]  # fmt: skip


def coordinator_of(drawing):
    return MembershipFactory(agency=drawing.agency, role=Membership.Role.COORDINATOR).user


def page(name, drawing, *more):
    return reverse(f"rewards:{name}", args=[drawing.slug, *more])


def test_a_draft_is_nobody_elses_business(client):
    drawing = drafted()

    assert client.get(page("drawing", drawing)).status_code == 404
    assert drawing.title not in client.get(reverse("rewards:drawing_list")).content.decode()


def test_the_drawing_page_says_what_can_be_won_and_when(client, now):
    drawing = announced()
    now(IN_THE_PERIOD)

    shown = client.get(page("drawing", drawing)).content.decode()

    assert "Prize 1" in shown
    assert "Paper Lantern Books" in shown
    assert "State lottery, evening of June 9" in shown
    assert "Earn one more badge" in shown


def test_an_earner_finds_a_receipt_for_each_chance(client, now):
    drawing = announced()
    assertion = award()
    now(IN_THE_PERIOD)
    client.force_login(assertion.recipient)

    shown = client.get(page("drawing", drawing)).content.decode()

    assert Entry.objects.get().token in shown
    assert assertion.version.name in shown
    assert "1 chance" in shown


def test_the_page_of_a_badge_shows_its_chance_also_after_the_close(client):
    drawing = closed()
    award = drawing.entries.first().assertion
    client.force_login(award.recipient)

    page = client.get(award.get_absolute_url())

    assert page.status_code == 200
    assert drawing.entries.get(assertion=award).token in page.content.decode()


def test_nobody_sees_the_receipts_of_others(client, now):
    drawing = announced()
    award()
    now(IN_THE_PERIOD)
    client.force_login(UserFactory())

    assert Entry.objects.get().token not in client.get(page("drawing", drawing)).content.decode()


def test_the_free_way_in_is_one_chance_however_often_it_is_pressed(client, now):
    drawing = announced()
    now(IN_THE_PERIOD)
    client.force_login(UserFactory())

    for _ in range(2):
        client.post(page("free_entry", drawing))

    assert drawing.entries.filter(assertion=None).count() == 1


def test_staff_have_no_free_way_in(client, now):
    drawing = announced()
    now(IN_THE_PERIOD)
    client.force_login(coordinator_of(drawing))

    client.post(page("free_entry", drawing))

    assert not drawing.entries.exists()


def test_the_list_is_searched_by_receipt(client, now):
    drawing = closed()
    third = listed(drawing)[2]
    now(CLOSE)

    found = client.get(page("entry_list", drawing), {"token": third.token})
    missed = client.get(page("entry_list", drawing), {"token": "0" * 16})

    assert "with the number 3" in found.content.decode()
    assert "It is not in the list" in missed.content.decode()


def test_an_upheld_dispute_publishes_a_corrected_list(client, now):
    drawing = closed(awards=3)
    disputed_by = UserFactory()
    now(CLOSE + timedelta(hours=1))
    client.force_login(disputed_by)
    client.post(page("dispute", drawing), {"text": "My receipt is missing."})
    dispute = Dispute.objects.get()
    client.force_login(coordinator_of(drawing))

    client.post(
        page("answer_dispute", drawing, dispute.pk),
        {f"d{dispute.pk}-text": "It was left out by mistake.", f"d{dispute.pk}-upheld": "yes"},
    )

    corrected = EntryList.objects.get(number=2)
    assert corrected.reason == "It was left out by mistake."
    dispute.refresh_from_db()
    assert (dispute.upheld, dispute.user) == (True, disputed_by)


def test_a_dispute_after_the_window_is_not_taken(client, now):
    drawing = closed(awards=1)
    now(DRAW + timedelta(hours=1))
    client.force_login(UserFactory())

    client.post(page("dispute", drawing), {"text": "Too late."})

    assert not Dispute.objects.exists()


def test_the_draw_waits_until_disputes_are_answered(client, now):
    drawing = closed(awards=1)
    disputes.dispute(drawing, user=UserFactory(), text="Look again.", now=CLOSE)
    now(DRAW)
    client.force_login(coordinator_of(drawing))

    shown = client.get(page("manage_draw", drawing)).content.decode()

    assert "First answer the disputes" in shown


def test_the_result_shows_names_only_with_consent(client):
    drawing = drawn()
    first, second = Win.objects.order_by("position")
    winners.confirm(first, shows_name=True, now=DRAW)
    winners.confirm(second, shows_name=False, now=DRAW)

    shown = client.get(page("result", drawing)).content.decode()

    assert first.line.entry.user.name in shown
    assert second.line.entry.user.name not in shown
    assert second.line.entry.token in shown


def test_a_winner_without_a_name_stands_by_receipt_and_never_by_address(client):
    drawing = drawn()
    win = Win.objects.order_by("position").first()
    User.objects.filter(pk=win.line.entry.user_id).update(name="")
    winners.confirm(win, shows_name=True, now=DRAW)

    shown = client.get(page("result", drawing)).content.decode()
    on_screen = client.get(page("present", drawing), {"step": "99"}).content.decode()

    assert win.line.entry.user.email not in shown + on_screen
    assert win.line.entry.token in shown
    assert win.line.entry.token in on_screen


@pytest.mark.parametrize("step", range(6))
def test_the_screen_in_a_room_reveals_one_winner_at_a_time(client, step):
    drawing = drawn()
    tokens = [win.line.entry.token for win in Win.objects.order_by("-prize__position")]

    shown = client.get(page("present", drawing), {"step": step}).content.decode()

    seen = [token for token in tokens if token in shown]
    assert seen == {2: tokens[:1], 4: tokens[1:], 5: tokens}.get(step, [])


def test_only_the_winner_finds_the_page_of_the_prize(client, now):
    drawn()
    win = Win.objects.first()
    address = reverse("rewards:prize", args=[win.pk])
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404
    client.force_login(win.line.entry.user)

    assert client.get(address).status_code == 200
    now(DRAW + timedelta(hours=1))
    client.post(reverse("rewards:confirm_prize", args=[win.pk]), {"shows_name": "on"})

    win.refresh_from_db()
    assert (win.status, win.shows_name) == (Win.Status.CONFIRMED, True)


@pytest.mark.parametrize("name", MANAGE)
def test_a_drawing_is_managed_by_coordinators_of_its_agency_alone(client, name):
    drawing = drawn()
    address = page(name, drawing)
    assert client.get(address).status_code == 302
    client.force_login(MembershipFactory(role=Membership.Role.COORDINATOR).user)
    assert client.get(address).status_code == 404
    client.force_login(coordinator_of(drawing))

    assert client.get(address, follow=True).status_code == 200


def test_a_coordinator_goes_from_a_draft_to_the_announcement(client, now):
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
        "source-0-when": "2026-06-09",
    }  # fmt: skip
    too_early = client.post(
        reverse("rewards:manage_create"), {**rules, "source-0-when": "2026-06-01"}
    )
    assert too_early.status_code == 422
    assert "after the one on which the disputes end" in too_early.content.decode()
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


def typed_rules(agency, **other):
    return {
        "title": "Spring drawing", "agency": agency.pk, "opens_on": "2026-03-01",
        "ends_on": "2026-05-31", "counts_by": "issued", "closes_at": "2026-06-03T18:00",
        "disputes_until": "2026-06-08T18:00", "draws_at": "2026-06-10T18:00",
        "confirm_days": "14", "chances_per_badge": "1", "prizes_per_person": "1",
        "text": "No purchase is needed.", "source-TOTAL_FORMS": "1",
        "source-INITIAL_FORMS": "0", "source-0-name": "Lottery", "source-0-kind": "numbers",
        "source-0-where": "https://lottery.example", "source-0-when": "2026-06-09", **other,
    }  # fmt: skip


@pytest.mark.parametrize(
    "slip",
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
    ids=lambda slip: "".join(slip),
)
def test_a_slip_of_the_finger_makes_no_rules(client, now, slip):
    now(IN_THE_PERIOD)
    membership = MembershipFactory(role=Membership.Role.COORDINATOR)
    client.force_login(membership.user)

    refused = client.post(reverse("rewards:manage_create"), typed_rules(membership.agency, **slip))

    assert refused.status_code == 422
    assert not Drawing.objects.exists()


def test_a_wrong_source_is_announced_at_the_top_of_the_long_page(client, now):
    now(IN_THE_PERIOD)
    membership = MembershipFactory(role=Membership.Role.COORDINATOR)
    client.force_login(membership.user)

    refused = client.post(
        reverse("rewards:manage_create"),
        typed_rules(membership.agency, **{"source-0-when": "2026-06-01"}),
    ).content.decode()

    assert refused.index("It is in the public sources, further down.") < refused.index("id_title")


def test_a_prize_put_in_a_taken_place_pushes_the_other_back(client):
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
    typed = {"source_0": "9 18 26 34 41 45", "source_1": "4312.70", "reason": "A wrong number."}
    address = page("manage_draw", drawing)
    key = client.post(address, typed, headers={"accept-language": "es"}).context["key"]

    refused = client.post(
        address,
        {**typed, "draw": "1", "seen": key},
        headers={"accept-language": "es"},
        follow=True,
    )

    assert "Ya se recogió un premio" in refused.content.decode()


def test_my_lines_come_before_the_beginning_of_the_list(client):
    drawing = closed(awards=1)
    client.force_login(listed(drawing)[0].user)

    shown = client.get(page("entry_list", drawing)).content.decode()

    assert shown.index("My lines") < shown.index("How the list begins")


def test_a_phone_is_one_tap_from_the_receipts(client, now):
    drawing = announced()
    earner = award().recipient
    client.force_login(earner)
    now(IN_THE_PERIOD)

    shown = client.get(page("drawing", drawing)).content.decode()

    assert '<a href="#mine">See my receipts</a>' in shown


def test_changed_rules_keep_what_was_chosen_before(client, now):
    category = award().badge_class.category
    drawing = drafted()
    drawing.rules_versions.get().categories.add(category)
    client.force_login(coordinator_of(drawing))
    now(IN_THE_PERIOD)
    client.post(page("manage_announce", drawing))

    shown = client.get(page("manage_rules", drawing))

    assert shown.context["form"].initial["categories"] == [category]
    assert "change_note" in shown.context["form"].fields


def test_a_draw_is_made_from_what_was_read_over(client, now):
    drawing = closed()
    client.force_login(coordinator_of(drawing))
    now(DRAW)
    typed = {"source_0": "9, 18 26 34 41 45", "source_1": "4312.70"}
    assert not Drawing.objects.get().draws.exists()
    preview = client.post(page("manage_draw", drawing), typed)
    assert preview.context["key"] == "9.18.26.34.41.45./4312.7/"

    changed = {**typed, "source_1": "4312.71", "draw": "1", "seen": preview.context["key"]}
    client.post(page("manage_draw", drawing), changed)
    assert not drawing.draws.exists()
    client.post(
        page("manage_draw", drawing), {**typed, "draw": "1", "seen": preview.context["key"]}
    )

    assert drawing.draws.get().key.startswith("9.18.26.34.41.45./4312.7/")


def test_numbers_with_commas_inside_are_not_guessed_at(client, now):
    drawing = closed()
    client.force_login(coordinator_of(drawing))
    now(DRAW)

    refused = client.post(page("manage_draw", drawing), {"source_0": "9,18", "source_1": "1"})

    assert refused.status_code == 422
    assert "no comma inside a number" in refused.content.decode()


def test_the_table_for_the_books_runs_no_formula(client):
    drawing = drawn()
    win = Win.objects.first()
    winner = win.line.entry.user
    winner.name = "=HYPERLINK(1)"
    winner.save(update_fields=["name"])
    client.force_login(coordinator_of(drawing))

    table = b"".join(client.get(page("books_csv", drawing)).streaming_content).decode()

    assert "'=HYPERLINK(1)" in table
    assert "50.00" in table


@pytest.mark.parametrize("name", ["drawing", "result", "entry_list", "manage_winners"])
def test_pages_keep_their_number_of_queries(client, name):
    small, large = drawn(prizes=1, awards=3), drawn(prizes=4, awards=9)
    counts = []
    for drawing in (small, large):
        client.force_login(coordinator_of(drawing))
        client.get(page(name, drawing))
        with CaptureQueriesContext(connection) as queries:
            client.get(page(name, drawing))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_list_of_drawings_keeps_its_number_of_queries(client):
    announced()
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("rewards:drawing_list"))
    announced(prizes=3)
    announced()
    with CaptureQueriesContext(connection) as three:
        client.get(reverse("rewards:drawing_list"))

    assert len(one) == len(three)


def test_a_repeated_draw_stands_beside_the_first(client):
    drawing = drawn()
    draws.draw(
        drawing, values=[["1"], ["2"]], by=UserFactory(), reason="A number was mistyped.", now=DRAW
    )

    last = client.get(page("result", drawing)).content.decode()
    first = client.get(page("draw", drawing, 1)).content.decode()

    assert "A number was mistyped." in last
    assert "This draw was repeated" in first


def test_one_person_cannot_hold_up_the_draw_with_disputes(client, now):
    drawing = closed(awards=1)
    now(CLOSE)
    client.force_login(UserFactory())

    for _ in range(3):
        client.post(page("dispute", drawing), {"text": "Look again."})

    assert Dispute.objects.count() == 1


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


def test_large_odds_are_counted_once_a_minute(monkeypatch, django_assert_num_queries):
    drawing = announced()
    award()
    monkeypatch.setattr(entries, "MANY", 1)
    assert entries.odds(drawing) == (1, 1)

    with django_assert_num_queries(1):
        assert entries.odds(drawing) == (1, 1)
