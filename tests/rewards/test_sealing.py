"""A sealed result: nobody learns it before it is revealed, and sealing changes no winner."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.db import transaction

from audit.models import AuditEntry
from audit.moves import TransitionNotAllowed
from mail.models import OutgoingEmail
from privacy.exports import archive
from privacy.rows import person_of
from rewards import tasks
from rewards.draw import operations as draws
from rewards.draw import seals
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Drawing, Seal, Win
from rewards.prizes import operations as prizes
from rewards.stage import operations as stage
from tests.factories import UserFactory
from tests.races import at_once
from tests.rewards.drawing_factories import (
    DRAW,
    OTHER_VALUES,
    REVEAL,
    VALUES,
    closed,
    draw_with,
    drawn,
    type_values,
)
from tests.rewards.pages import coordinator_of, page

pytestmark = pytest.mark.django_db


def emails():
    return sorted(OutgoingEmail.objects.filter(kind__in=KINDS).values_list("kind", flat=True))


KINDS = ["prize_won", "drawing_drawn", "prize_superseded"]


def winners(drawing):
    return list(Win.objects.filter(draw__drawing=drawing).values_list("prize", "line__number"))


def test_sealing_changes_no_winner():
    drawing = closed(awards=30, prizes=5)
    with transaction.atomic():
        unsealed = draw_with(drawing, values=VALUES, by=UserFactory(), now=DRAW)
        expected = [(pick.number, pick.prize) for pick in draws.sequence(unsealed)]
        unsealed.refresh_from_db()
        inputs = seals.as_published(draws.published_inputs(unsealed))
        transaction.set_rollback(True)

    again = draw_with(drawing, values=VALUES, by=UserFactory(), sealed_until=REVEAL, now=DRAW)

    assert [(pick.number, pick.prize) for pick in draws.sequence(again)] == expected
    assert again.seal.inputs.encode() == inputs


def test_a_sealed_result_is_on_no_public_page(client, now):
    drawing = drawn(sealed_until=REVEAL)
    now(DRAW)
    secrets = [drawing.secret, *Win.objects.values_list("line__entry__token", flat=True)]

    pages = [client.get(page(name, drawing)) for name in ("result", "present", "drawing")]
    files = [client.get(page(name, drawing, 1)) for name in FILES]

    assert [answer.status_code for answer in files] == [404, 404, 404]
    assert [answer.status_code for answer in pages] == [200, 200, 200]
    for answer in pages:
        assert not [secret for secret in secrets if secret in answer.content.decode()]
    assert Seal.objects.get().sha256 in pages[0].content.decode()


FILES = ["inputs_json", "sealed_inputs", "check_zip"]


def test_the_digest_of_the_sealed_file_is_the_one_published_before(client, now):
    drawing = drawn(sealed_until=REVEAL)
    digest = Seal.objects.get().sha256
    stage.reveal(drawing, by=UserFactory(), now=DRAW)
    now(DRAW)

    answers = [client.get(page(name, drawing, 1)) for name in FILES[:2]]

    assert [hashlib.sha256(answer.content).hexdigest() for answer in answers] == [digest] * 2
    assert (
        "has the SHA-256 that was published" in client.get(page("result", drawing)).content.decode()
    )


def test_a_prize_given_up_later_leaves_the_sealed_file_as_it_was(client):
    drawing = drawn(sealed_until=REVEAL)
    digest = Seal.objects.get().sha256
    stage.reveal(drawing, now=REVEAL)
    win = Win.objects.first()
    prizes.decline(win, by=win.line.entry.user, now=REVEAL)

    inputs, sealed = (client.get(page(name, drawing, 1)).content for name in FILES[:2])

    assert hashlib.sha256(sealed).hexdigest() == digest
    assert hashlib.sha256(inputs).hexdigest() != digest


def test_winners_learn_nothing_before(client, now):
    drawing = drawn(sealed_until=REVEAL)
    win = Win.objects.first()
    winner = win.line.entry.user
    now(DRAW)
    client.force_login(winner)

    answer = client.get(f"/prizes/{win.pk}/")

    assert answer.status_code == 404
    assert not {"win.json", "listedentry.json"} & copied(winner)
    assert emails() == []
    with pytest.raises(TransitionNotAllowed):
        prizes.confirm(win, shows_name=True, now=DRAW)
    drawing.refresh_from_db()
    with pytest.raises(drawings.NotReady):
        draws.settle(drawing, by=winner, now=DRAW)


def copied(person):
    """The files in the copy of what is known about this person."""
    out = io.BytesIO()
    archive.write(person_of([person]), out)
    return set(ZipFile(out).namelist())


def test_a_copy_has_the_prize_once_it_is_revealed():
    drawing = drawn(sealed_until=REVEAL)

    stage.reveal(drawing, now=REVEAL)

    assert {"win.json", "listedentry.json"} < copied(Win.objects.first().line.entry.user)


def test_coordinators_see_the_winners_only_on_stage(client, now):
    drawing = drawn(sealed_until=REVEAL)
    client.force_login(coordinator_of(drawing))
    now(DRAW)
    token = Win.objects.values_list("line__entry__token", flat=True)[0]

    hidden = [
        client.get(page(name, drawing)).getvalue().decode()
        for name in ("manage_winners", "manage_press", "manage_tax_records", "manage_drawing")
    ]

    assert [token in text for text in hidden] == [False] * 4


def test_revealing_tells_everybody_once():
    drawing = drawn(sealed_until=REVEAL)
    follower = UserFactory()
    drawings.follow(drawing, user=follower, wants=True)
    later = DRAW + timedelta(hours=3)

    outcomes = [stage.reveal(drawing, by=UserFactory(), now=later) for _ in range(2)]

    assert outcomes == [True, False]
    assert emails() == ["drawing_drawn", "prize_won", "prize_won"]
    assert set(Win.objects.values_list("told_at", flat=True)) == {later}
    assert AuditEntry.objects.filter(act="result revealed").count() == 1


def test_the_time_to_confirm_begins_when_the_result_is_revealed():
    drawing = drawn(sealed_until=REVEAL + timedelta(days=3))
    before = Win.objects.first().confirm_by

    stage.reveal(drawing, now=REVEAL + timedelta(days=3))

    assert Win.objects.first().confirm_by == before + timedelta(days=3)


def test_a_result_that_nobody_presents_is_revealed_by_time(now):
    drawn(sealed_until=REVEAL)

    now(REVEAL - timedelta(seconds=1))
    tasks.reveal_results()
    before = emails()
    now(REVEAL)
    tasks.reveal_results()
    tasks.reveal_results()

    assert before == []
    assert emails() == ["prize_won", "prize_won"]
    assert Seal.objects.get().opened_by is None


def test_no_prize_passes_on_while_its_winner_knows_nothing(now):
    drawn(sealed_until=DRAW + timedelta(days=60))
    now(DRAW + timedelta(days=50))

    tasks.keep_the_calendar()

    assert set(Win.objects.values_list("status", flat=True)) == {Win.Status.TOLD}
    assert not OutgoingEmail.objects.filter(kind="prize_reminder").exists()


def test_of_a_repeated_sealed_draw_only_the_last_winners_are_told():
    drawing = drawn(sealed_until=REVEAL)
    last = draw_with(
        drawing,
        values=OTHER_VALUES,
        by=UserFactory(),
        reason="A typo.",
        sealed_until=REVEAL,
        now=DRAW,
    )

    stage.reveal(drawing, now=REVEAL)

    assert emails() == ["prize_won", "prize_won"]
    told = OutgoingEmail.objects.filter(kind="prize_won").values_list("context__win", flat=True)
    assert set(told) == set(last.wins.values_list("pk", flat=True))
    assert not Seal.objects.closed().exists()


def test_after_a_published_draw_nothing_can_be_sealed():
    """The secret is published, so anyone can compute a repeated draw."""
    assert not seals.can_be_sealed(drawn())
    assert seals.can_be_sealed(drawn(sealed_until=REVEAL))


@pytest.mark.django_db(transaction=True)
def test_two_presenters_at_once_reveal_it_once():
    drawing = drawn(sealed_until=REVEAL)
    one, other = UserFactory(), UserFactory()

    outcomes = at_once(
        lambda: stage.reveal(drawing, by=one, now=DRAW),
        lambda: stage.reveal(drawing, by=other, now=DRAW),
    )

    assert sorted(outcomes) == [False, True]
    assert emails() == ["prize_won", "prize_won"]


def test_the_coordinator_chooses_on_the_page(client, now):
    drawing = closed()
    type_values(drawing)
    client.force_login(coordinator_of(drawing))
    now(DRAW)
    key = client.get(page("manage_draw", drawing)).context["key"]
    data = {"seen": key, "draw": "1", "seal-on_stage": "1", "seal-until": ""}

    refused = client.post(page("manage_draw", drawing), data)
    data["seal-until"] = "2026-06-10T20:00"
    client.post(page("manage_draw", drawing), data)

    assert refused.status_code == 422
    assert "at the latest" in refused.content.decode()
    assert Drawing.objects.get().draws.get().is_sealed
    assert emails() == []


def test_pages_of_the_drawing_say_that_the_result_is_sealed(client, now):
    drawing = drawn(sealed_until=REVEAL)
    now(DRAW)

    public = client.get(page("drawing", drawing)).content.decode()
    client.force_login(coordinator_of(drawing))
    board = client.get(page("manage_drawing", drawing)).content.decode()

    assert "See who won" not in public
    assert "The result is sealed" in public
    assert "We have emailed the winners" not in board
    assert "The result is sealed" in board
