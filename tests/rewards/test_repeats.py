"""A draw is repeated by two coordinators, who see before what it changes; notes stay beside it."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.utils import InternalError
from django.urls import reverse

from accounts.models import User
from audit.moves import ReasonMissing, TransitionNotAllowed
from editing.shown import NotAsShown
from mail.models import OutgoingEmail
from rewards.draw import operations as draws
from rewards.models import Draw, DrawNote, RepeatRequest, Win
from rewards.prizes import operations as prizes
from rewards.repeats import operations as repeats
from rewards.stage import operations as stage
from tests.accounts.links import link
from tests.factories import MembershipFactory, UserFactory
from tests.races import at_once
from tests.rewards.drawing_factories import DRAW, OTHER_VALUES, REVEAL, drawn, type_values

pytestmark = pytest.mark.django_db

Outcome = RepeatRequest.Outcome


@pytest.fixture
def drawing():
    """Drawn, and other values are agreed."""
    drawing = drawn(awards=8, prizes=3)
    type_values(drawing, OTHER_VALUES)
    return drawing


def ask(drawing, *, by=None, **more) -> RepeatRequest:
    last = drawing.draws.latest("number")
    return repeats.ask(last, by=by or UserFactory(), reason="Mistyped.", now=DRAW, **more)


def confirm(asked: RepeatRequest, *, by: User | None = None) -> Draw | None:
    fresh = RepeatRequest.objects.get(pk=asked.pk)
    return repeats.confirm(fresh, by=by or UserFactory(), now=DRAW)


def winners(draw: Draw) -> dict[tuple[int, int], int]:
    wins = draw.wins.filter(status__in=["told", "confirmed", "collected"])
    return {(win.prize_id, win.piece): win.line.entry.user_id for win in wins}


def coordinator_of(drawing) -> User:
    return MembershipFactory(agency=drawing.agency, role="coordinator").user


def test_the_preview_is_what_the_repeated_draw_does(drawing):
    first = drawing.draws.get()
    before = winners(first)

    found = repeats.preview(drawing, by=UserFactory(), now=DRAW)
    assert drawing.draws.get() == first, "a preview changes nothing"
    assert winners(first) == before
    made = confirm(ask(drawing))

    shown = {
        (change.prize.pk, change.piece): (
            change.before and change.before.line.entry.user_id,
            change.after and change.after.line.entry.user_id,
        )
        for change in found.changes
    }
    after = winners(made)
    assert shown == {place: (before.get(place), after.get(place)) for place in before | after}
    assert {change.is_kept for change in found.changes} <= {True, False}


def test_a_preview_writes_no_email_and_no_entry_in_the_activity_log(drawing):
    emails, log = OutgoingEmail.objects.count(), drawing_log(drawing)

    repeats.preview(drawing, by=UserFactory(), now=DRAW)

    assert (OutgoingEmail.objects.count(), drawing_log(drawing)) == (emails, log)


def drawing_log(drawing) -> list[str]:
    from audit.models import AuditEntry

    return list(AuditEntry.objects.filter(agency=drawing.agency).values_list("act", flat=True))


def test_nothing_changes_until_another_person_confirms(drawing):
    coordinator = UserFactory()
    other_account = UserFactory()
    link(coordinator, other_account)
    asked = ask(drawing, by=coordinator)

    for same in (coordinator, other_account):
        with pytest.raises(repeats.SamePerson):
            confirm(asked, by=User.objects.get(pk=same.pk))
    assert drawing.draws.count() == 1
    made = confirm(asked)

    assert (made.number, made.reason) == (2, "Mistyped.")
    asked.refresh_from_db()
    assert (asked.outcome, asked.answered_by) == (Outcome.CONFIRMED, made.drawn_by)


def test_a_repeat_needs_a_reason_other_values_and_what_was_shown(drawing):
    last = drawing.draws.get()
    with pytest.raises(ReasonMissing):
        repeats.ask(last, by=UserFactory(), reason=" ", now=DRAW)
    with pytest.raises(NotAsShown):
        ask(drawing, shown="what it was before")
    type_values(drawing)  # those of the draw
    with pytest.raises(draws.AlreadyDrawn):
        ask(drawing)
    assert not RepeatRequest.objects.exists()


def test_what_would_change_something_else_by_now_is_over(drawing):
    asked = ask(drawing)
    type_values(drawing, [["7", "8", "9", "10", "11", "12"], OTHER_VALUES[1]])

    assert confirm(asked) is None

    assert drawing.draws.count() == 1
    asked.refresh_from_db()
    assert asked.outcome == Outcome.OUTDATED
    assert confirm(ask(drawing)).number == 2


def test_a_prize_given_up_meanwhile_ends_the_request(drawing):
    asked = ask(drawing)
    win = Win.objects.filter(draw__drawing=drawing).first()
    prizes.decline(win, by=UserFactory(), reason="No.", now=DRAW)

    assert confirm(asked) is None


def test_a_request_is_refused_by_another_person_or_withdrawn(drawing):
    asker = UserFactory()
    for by, outcome in ((UserFactory(), Outcome.REFUSED), (asker, Outcome.WITHDRAWN)):
        asked = ask(drawing, by=asker)
        repeats.refuse(asked, by=by, now=DRAW)
        asked.refresh_from_db()
        assert asked.outcome == outcome
        with pytest.raises(repeats.NotOpen):
            confirm(asked)
    assert drawing.draws.count() == 1


def test_a_collected_prize_makes_the_draw_final_and_a_note_can_be_added(drawing):
    asked = ask(drawing)
    win = Win.objects.filter(draw__drawing=drawing).first()
    prizes.confirm(win, shows_name=False, now=DRAW)
    prizes.collect(win, by=UserFactory(), note="")

    with pytest.raises(TransitionNotAllowed):
        confirm(asked)
    written = repeats.add_note(drawing.draws.get(), by=UserFactory(), text="A 6 was read as 5.")

    with pytest.raises(InternalError), transaction.atomic():
        DrawNote.objects.filter(pk=written.pk).update(text="Nothing was wrong.")


def test_a_note_is_beside_the_result(client, drawing):
    repeats.add_note(drawing.draws.get(), by=UserFactory(), text="Read out by the county clerk.")

    page = client.get(reverse("rewards:result", args=[drawing.slug])).content.decode()

    assert "Read out by the county clerk." in page


def test_a_sealed_result_stays_sealed_on_the_page_of_its_repeat(client):
    drawing = drawn(awards=8, prizes=3, sealed_until=REVEAL)
    type_values(drawing, OTHER_VALUES)
    client.force_login(coordinator_of(drawing))

    page = client.post(reverse("rewards:manage_repeat", args=[drawing.slug])).content.decode()

    names = User.objects.filter(entries__drawing=drawing).values_list("name", flat=True)
    assert names
    assert not [name for name in names if name in page]
    with pytest.raises(TransitionNotAllowed):
        repeats.add_note(drawing.draws.get(), by=UserFactory(), text="Soon.")


def test_a_repeat_is_not_sealed_once_the_result_is_published():
    """Anyone who knows the secret can compute it."""
    drawing = drawn(awards=8, prizes=3, sealed_until=REVEAL)
    type_values(drawing, OTHER_VALUES)
    asked = ask(drawing, sealed_until=REVEAL)
    stage.reveal(drawing, now=DRAW)

    assert not confirm(asked).is_sealed


def test_two_coordinators_repeat_a_draw_on_their_page(client, drawing):
    asker, confirming = coordinator_of(drawing), coordinator_of(drawing)
    page = reverse("rewards:manage_repeat", args=[drawing.slug])
    client.force_login(asker)
    assert client.get(page).context["found"] is None, "a visit draws nothing, not even for a moment"
    mark = client.post(page).context["found"].mark

    refused = client.post(page + "ask/", {"seen": mark})
    stale = client.post(page + "ask/", {"seen": "older", "reason": "A 6 was read as 5."})
    asked_page = client.post(
        page + "ask/", {"seen": mark, "reason": "A 6 was read as 5."}, follow=True
    )

    assert (refused.status_code, stale.status_code) == (422, 409)
    assert "A 6 was read as 5." in stale.content.decode()
    assert "Withdraw the request" in asked_page.content.decode()
    asked = RepeatRequest.objects.get()
    client.force_login(confirming)
    assert "Confirm, and draw again" not in client.get(page).content.decode()
    shown = client.post(page).content.decode()
    assert "Confirm, and draw again" in shown
    assert "A 6 was read as 5." in shown
    answered = client.post(
        reverse("rewards:manage_repeat_answer", args=[drawing.slug, asked.pk]), {"confirm": ""}
    )
    again = client.post(
        reverse("rewards:manage_repeat_answer", args=[drawing.slug, asked.pk]),
        {"confirm": ""},
        follow=True,
    )

    assert answered.url == reverse("rewards:result", args=[drawing.slug])
    assert "It was answered meanwhile." in again.content.decode()
    assert drawing.draws.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_confirm_at_one_moment_and_it_is_repeated_once():
    drawing = drawn(awards=5, prizes=2)
    type_values(drawing, OTHER_VALUES)
    asked = ask(drawing)
    one, other = UserFactory(), UserFactory()

    outcomes = at_once(lambda: confirm(asked, by=one), lambda: confirm(asked, by=other))

    assert drawing.draws.count() == 2
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Draw", "NotOpen"]


@pytest.mark.django_db(transaction=True)
def test_two_ask_at_one_moment_and_one_request_waits():
    drawing = drawn(awards=5, prizes=2)
    type_values(drawing, OTHER_VALUES)
    one, other = UserFactory(), UserFactory()

    outcomes = at_once(lambda: ask(drawing, by=one), lambda: ask(drawing, by=other))

    assert RepeatRequest.objects.count() == 1
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "AlreadyAsked",
        "RepeatRequest",
    ]
