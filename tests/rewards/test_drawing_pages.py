"""Pages of a drawing for the public, earners and winners."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from rewards.chances import operations as chances
from rewards.drawings.operations import disputes
from rewards.models import Dispute, Entry, EntryList, Win
from rewards.prizes import operations as prizes
from tests.factories import UserFactory
from tests.rewards.drawing_factories import (
    CLOSE,
    DRAW,
    IN_THE_PERIOD,
    OTHER_VALUES,
    announced,
    award,
    closed,
    drafted,
    draw_with,
    drawn,
    listed_entries,
)
from tests.rewards.pages import coordinator_of, page

pytestmark = pytest.mark.django_db


def test_a_draft_is_hidden_from_the_public(client):
    drawing = drafted()

    assert client.get(page("drawing", drawing)).status_code == 404
    assert drawing.title not in client.get(reverse("rewards:drawing_list")).content.decode()


def test_the_drawing_page_shows_prizes_sponsors_and_sources(client, now):
    drawing = announced()
    now(IN_THE_PERIOD)

    shown = client.get(page("drawing", drawing)).content.decode()

    assert "Prize 1" in shown
    assert "Paper Lantern Books" in shown
    assert "State lottery, evening of June 9" in shown
    assert "Earn one more badge" in shown


def test_an_earner_sees_a_receipt_for_each_chance(client, now):
    drawing = announced()
    assertion = award()
    now(IN_THE_PERIOD)
    client.force_login(assertion.recipient)

    shown = client.get(page("drawing", drawing)).content.decode()

    assert Entry.objects.get().token in shown
    assert assertion.version.name in shown
    assert "1 entry" in shown


def test_the_page_of_an_award_shows_its_chance_after_the_close_too(client):
    drawing = closed()
    award = drawing.entries.first().assertion
    client.force_login(award.recipient)

    page = client.get(award.get_absolute_url())

    assert page.status_code == 200
    assert drawing.entries.get(assertion=award).token in page.content.decode()


def test_receipts_of_other_people_are_hidden(client, now):
    drawing = announced()
    award()
    now(IN_THE_PERIOD)
    client.force_login(UserFactory())

    assert Entry.objects.get().token not in client.get(page("drawing", drawing)).content.decode()


def test_taking_the_free_entry_twice_gives_one_chance(client, now):
    drawing = announced()
    now(IN_THE_PERIOD)
    client.force_login(UserFactory())

    for _ in range(2):
        client.post(page("free_entry", drawing))

    assert drawing.entries.filter(assertion=None).count() == 1


def test_staff_cannot_take_a_free_entry(client, now):
    drawing = announced()
    now(IN_THE_PERIOD)
    client.force_login(coordinator_of(drawing))

    client.post(page("free_entry", drawing))

    assert not drawing.entries.exists()


def test_the_list_can_be_searched_by_receipt(client, now):
    drawing = closed()
    third = listed_entries(drawing)[2]
    now(CLOSE)

    found = client.get(page("entry_list", drawing), {"token": third.token})
    missed = client.get(page("entry_list", drawing), {"token": "0" * 16})

    assert "as number 3" in found.content.decode()
    assert "It is not on the list" in missed.content.decode()


def test_an_upheld_dispute_publishes_a_corrected_list(client, now):
    drawing = closed(awards=3)
    disputed_by = UserFactory()
    now(CLOSE + timedelta(hours=1))
    client.force_login(disputed_by)
    client.post(page("dispute", drawing), {"text": "My receipt is missing."})
    dispute = Dispute.objects.get()
    client.force_login(coordinator_of(drawing))

    client.post(
        page("manage_dispute_answer", drawing, dispute.pk),
        {f"d{dispute.pk}-text": "It was left out by mistake.", f"d{dispute.pk}-upheld": "yes"},
    )

    corrected = EntryList.objects.get(number=2)
    assert corrected.reason == "It was left out by mistake."
    dispute.refresh_from_db()
    assert (dispute.upheld, dispute.user) == (True, disputed_by)


def test_a_dispute_after_its_deadline_is_refused(client, now):
    drawing = closed(awards=1)
    now(DRAW + timedelta(hours=1))
    client.force_login(UserFactory())

    client.post(page("dispute", drawing), {"text": "Too late."})

    assert not Dispute.objects.exists()


def test_a_drawing_with_an_open_dispute_cannot_be_drawn(client, now):
    drawing = closed(awards=1)
    disputes.dispute(drawing, user=UserFactory(), text="Look again.", now=CLOSE)
    now(DRAW)
    client.force_login(coordinator_of(drawing))

    shown = client.get(page("manage_draw", drawing)).content.decode()

    assert "First answer the disputes" in shown


def test_the_result_shows_names_only_with_consent(client):
    drawing = drawn()
    first, second = Win.objects.order_by("position")
    prizes.confirm(first, shows_name=True, now=DRAW)
    prizes.confirm(second, shows_name=False, now=DRAW)

    shown = client.get(page("result", drawing)).content.decode()

    assert first.line.entry.user.name in shown
    assert second.line.entry.user.name not in shown
    assert second.line.entry.token in shown


def test_a_winner_without_a_name_is_shown_by_receipt_and_never_by_email_address(client):
    drawing = drawn()
    win = Win.objects.order_by("position").first()
    User.objects.filter(pk=win.line.entry.user_id).update(name="")
    prizes.confirm(win, shows_name=True, now=DRAW)

    shown = client.get(page("result", drawing)).content.decode()
    on_screen = client.get(page("present", drawing), {"step": "99"}).content.decode()

    assert win.line.entry.user.email not in shown + on_screen
    assert win.line.entry.token in shown
    assert win.line.entry.token in on_screen


@pytest.mark.parametrize("step", range(10))
def test_the_slides_reveal_one_winner_at_a_time(client, step):
    drawing = drawn()
    tokens = [win.line.entry.token for win in Win.objects.order_by("-prize__position")]

    answer = client.get(page("present", drawing), {"step": step})

    slides = answer.content.decode().split("<section")[1:]
    visible = [slide for slide in slides if "hidden>" not in slide.partition("<div")[0]]
    assert visible == [slides[step]]
    assert [token for token in tokens if token in visible[0]] == {
        5: tokens[:1],
        7: tokens[1:],
    }.get(step, [])
    assert len(slides) == 10


def test_only_the_winner_can_open_the_page_of_the_prize(client, now):
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


def test_my_lines_are_shown_above_the_beginning_of_the_list(client):
    drawing = closed(awards=1)
    client.force_login(listed_entries(drawing)[0].user)

    shown = client.get(page("entry_list", drawing)).content.decode()

    assert shown.index("My lines") < shown.index("Start of the list")


def test_the_page_links_to_the_receipts(client, now):
    drawing = announced()
    earner = award().recipient
    client.force_login(earner)
    now(IN_THE_PERIOD)

    shown = client.get(page("drawing", drawing)).content.decode()

    assert '<a href="#mine">See my receipts</a>' in shown


@pytest.mark.parametrize("name", ["drawing", "result", "entry_list", "manage_winners"])
def test_the_number_of_queries_of_a_page_does_not_grow_with_the_entries(client, name):
    small, large = drawn(prizes=1, awards=3), drawn(prizes=4, awards=9)
    counts = []
    for drawing in (small, large):
        client.force_login(coordinator_of(drawing))
        client.get(page(name, drawing))
        with CaptureQueriesContext(connection) as queries:
            client.get(page(name, drawing))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_number_of_queries_does_not_grow_with_the_drawings(client):
    announced()
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("rewards:drawing_list"))
    announced(prizes=3)
    announced()
    with CaptureQueriesContext(connection) as three:
        client.get(reverse("rewards:drawing_list"))

    assert len(one) == len(three)


def test_a_repeated_draw_is_shown_with_the_first(client):
    drawing = drawn()
    draw_with(
        drawing, values=OTHER_VALUES, by=UserFactory(), reason="A number was mistyped.", now=DRAW
    )

    last = client.get(page("result", drawing)).content.decode()
    first = client.get(page("draw", drawing, 1)).content.decode()

    assert "A number was mistyped." in last
    assert "This draw was repeated" in first


def test_one_person_cannot_delay_the_draw_with_many_disputes(client, now):
    drawing = closed(awards=1)
    now(CLOSE)
    client.force_login(UserFactory())

    for _ in range(3):
        client.post(page("dispute", drawing), {"text": "Look again."})

    assert Dispute.objects.count() == 1


def test_large_counts_of_chances_are_cached(monkeypatch, django_assert_num_queries):
    drawing = announced()
    award()
    monkeypatch.setattr(chances, "CACHED_FROM", 1)
    assert chances.odds(drawing, None) == (1, 1)

    with django_assert_num_queries(0):
        assert chances.odds(drawing, None) == (1, 1)
