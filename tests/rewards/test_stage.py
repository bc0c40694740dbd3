"""What a room sees of a drawing: the presenter's page, its rehearsal and notes, and the phones."""

from __future__ import annotations

import pytest

from rewards.draw import operations as draws
from rewards.models import Seal, StageStep, Win
from rewards.prizes import operations as prizes
from rewards.stage import operations as stage
from rewards.stage.steps import steps_of
from tests.factories import UserFactory
from tests.races import at_once
from tests.rewards.drawing_factories import DRAW, REVEAL, closed, drawn
from tests.rewards.pages import coordinator_of, page

pytestmark = pytest.mark.django_db
WINNER = 5  # welcome, numbers, secret, key, then a prize and its winner


def now_shown(client, drawing, **headers):
    return client.get(page("now_shown", drawing), headers=headers)


def last_step(drawing):
    draw = drawing.draws.get()
    draw.drawing = drawing
    return len(steps_of(draw)) - 1


def test_phones_show_what_is_on_the_screen_and_no_more(client):
    drawing = drawn(sealed_until=REVEAL)
    by = coordinator_of(drawing)
    wins = list(Win.objects.order_by("-prize__position"))

    before = now_shown(client, drawing).json()
    stage.show_step(drawing, WINNER - 1, by=by, now=DRAW)
    prize = now_shown(client, drawing).json()["shown"]
    stage.show_step(drawing, WINNER, by=by, now=DRAW)
    winner = now_shown(client, drawing).json()["shown"]

    assert before == {"shown": None, "revealed": False}
    assert (prize["prize"], "winner" in prize) == ("Prize 2", False)
    assert winner["winner"]["token"] == wins[0].line.entry.token
    assert winner["winner"]["name"] == ""
    assert len(winner["winner"]["spoken"].split()) == 3


def test_a_phone_costs_one_statement_and_nothing_while_nothing_changes(
    client, django_assert_num_queries
):
    drawing = drawn()
    stage.show_step(drawing, WINNER, by=coordinator_of(drawing), now=DRAW)

    with django_assert_num_queries(1):
        first = now_shown(client, drawing)
    with django_assert_num_queries(1):
        again = now_shown(client, drawing, if_none_match=first["ETag"])

    assert first["Cache-Control"] == "public, max-age=1"
    assert len(first.content) < 500
    assert not first.cookies
    assert (again.status_code, again.content) == (304, b"")


def test_the_last_step_reveals_the_result_on_stage_and_on_phones(client):
    drawing = drawn(sealed_until=REVEAL)
    by = coordinator_of(drawing)

    stage.show_step(drawing, last_step(drawing) - 1, by=by, now=DRAW)
    before = now_shown(client, drawing).json()["revealed"]
    stage.show_step(drawing, last_step(drawing), by=by, now=DRAW)

    assert before is False
    assert now_shown(client, drawing).json()["revealed"] is True
    assert Seal.objects.get().opened_by == by


def test_names_are_on_stage_only_if_winners_agreed(client):
    drawing = drawn()
    named, unnamed = Win.objects.order_by("prize__position")
    prizes.confirm(named, shows_name=True, now=DRAW)
    prizes.confirm(unnamed, shows_name=False, now=DRAW)

    text = client.get(page("present", drawing)).content.decode()

    assert named.line.entry.user.name in text
    assert unnamed.line.entry.user.name not in text


def test_a_rehearsal_has_no_winner_of_the_draw_and_says_so(client):
    drawing = drawn(sealed_until=REVEAL)
    client.force_login(coordinator_of(drawing))

    text = client.get(page("present", drawing), {"rehearsal": 1}).content.decode()

    found = [drawing.secret, *Win.objects.values_list("line__entry__token", flat=True)]
    assert not [secret for secret in found if secret in text]
    assert "Rehearsal: the winners are invented" in text
    assert "data-stage-post" not in text


def test_a_drawing_can_be_rehearsed_before_the_draw_by_its_coordinators_alone(client):
    drawing = closed()

    stranger = client.get(page("present", drawing), {"rehearsal": 1})
    client.force_login(coordinator_of(drawing))
    own = client.get(page("present", drawing), {"rehearsal": 1})
    notes = client.get(page("manage_stage_notes", drawing), {"rehearsal": 1})

    assert (stranger.status_code, own.status_code, notes.status_code) == (404, 200, 200)


def test_notes_name_the_winner_for_the_presenter(client):
    drawing = drawn(sealed_until=REVEAL)
    client.force_login(coordinator_of(drawing))

    answer = client.get(page("manage_stage_notes", drawing))

    winner = Win.objects.first().line.entry.user
    assert winner.name in answer.content.decode()
    assert winner.email in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"


def test_a_signed_in_person_sees_their_own_receipts_alone(client):
    drawing = drawn(sealed_until=REVEAL)
    first, second = (win.line.entry for win in Win.objects.all())
    client.force_login(first.user)

    text = client.get(page("stage", drawing)).content.decode()

    assert first.token in text
    assert second.token not in text


def test_the_presenters_page_posts_its_step(client, now):
    drawing = drawn(sealed_until=REVEAL)
    now(DRAW)

    client.force_login(UserFactory())
    refused = client.post(page("manage_stage", drawing), {"step": "2"})
    client.force_login(coordinator_of(drawing))
    bad = client.post(page("manage_stage", drawing), {"step": "²"})
    posted = client.post(page("manage_stage", drawing), {"step": "2"})

    assert [answer.status_code for answer in (refused, bad, posted)] == [403, 400, 204]
    assert StageStep.objects.get().step == 2


def test_spoken_receipts_of_the_result_are_those_of_the_stage(client):
    drawing = drawn()
    draw = drawing.draws.get()
    draw.drawing = drawing
    spoken = [step.winner.spoken for step in steps_of(draw) if step.winner]

    text = client.get(page("result", drawing)).content.decode()

    assert [name in text for name in spoken] == [True, True]
    assert {pick.number for pick in draws.sequence(draw) if pick.prize} == {
        step.winner.number for step in steps_of(draw) if step.winner
    }


@pytest.mark.django_db(transaction=True)
def test_two_presenters_at_once_leave_one_step():
    drawing = drawn(sealed_until=REVEAL)
    by = coordinator_of(drawing)
    last = last_step(drawing)

    at_once(
        lambda: stage.show_step(drawing, last, by=by, now=DRAW),
        lambda: stage.show_step(drawing, last, by=by, now=DRAW),
    )

    assert StageStep.objects.get().step == last
    assert Seal.objects.get().opened_by == by
