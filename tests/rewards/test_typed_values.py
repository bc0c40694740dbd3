"""Two coordinators look up each value and type it independently."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import InternalError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Membership, User
from audit.models import AuditEntry
from audit.moves import TransitionNotAllowed
from rewards import rfc3797, sources
from rewards.draw import operations as draws
from rewards.drawings.operations.life_cycle import NotReady
from rewards.models import TypedValue
from rewards.values.operations import type_value
from rewards.values.reading import Reading, readings_of
from tests.accounts.links import link
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.races import at_once
from tests.rewards.drawing_factories import (
    DRAW,
    LOTTERY,
    MARKET,
    VALUES,
    announced,
    closed,
    drawn,
    type_values,
)
from tests.rewards.pages import coordinator_of, page

RIGHT, WRONG = VALUES[0], ["9", "18", "26", "34", "41", "46"]


def lottery_of(drawing) -> Reading:
    return readings_of(drawing)[0]


@pytest.mark.django_db
def test_a_value_counts_once_two_people_typed_the_same():
    drawing, one, other = closed(), UserFactory(), UserFactory()

    type_value(drawing, 0, values=RIGHT, by=one, now=DRAW)
    alone = lottery_of(drawing)
    type_value(drawing, 0, values=RIGHT, by=one, now=DRAW)
    twice = lottery_of(drawing)
    # Order, zeros and spaces are not significant.
    type_value(drawing, 0, values=["45", "41", "34", " 026", "18", "9"], by=other, now=DRAW)

    assert alone.given == twice.given == []
    assert lottery_of(drawing).given == RIGHT


@pytest.mark.django_db
def test_two_accounts_of_a_person_are_not_two_people():
    drawing, one, other = closed(), UserFactory(), UserFactory()
    link(other, one)

    type_value(drawing, 0, values=RIGHT, by=one, now=DRAW)
    other.refresh_from_db()
    type_value(drawing, 0, values=RIGHT, by=other, now=DRAW)

    assert lottery_of(drawing).given == []


@pytest.mark.django_db
def test_values_that_differ_can_be_typed_again_by_either():
    drawing, one, other = closed(), UserFactory(), UserFactory()
    type_value(drawing, 0, values=WRONG, by=one, now=DRAW)
    type_value(drawing, 0, values=RIGHT, by=other, now=DRAW)
    assert lottery_of(drawing).differs
    with pytest.raises(NotReady):
        draws.draw(drawing, by=one, now=DRAW)

    type_value(drawing, 0, values=RIGHT, by=one, now=DRAW)

    assert lottery_of(drawing).given == RIGHT
    type_value(drawing, 0, values=WRONG, by=other, now=DRAW)
    assert lottery_of(drawing).differs


@pytest.mark.django_db
def test_a_value_cannot_be_typed_before_the_moment_of_its_source():
    drawing = closed()
    known_by = sources.known_by(LOTTERY)

    with pytest.raises(NotReady):
        type_value(drawing, 0, values=RIGHT, by=UserFactory(), now=known_by - timedelta(seconds=1))
    type_value(drawing, 0, values=RIGHT, by=UserFactory(), now=known_by)

    assert TypedValue.objects.get().typed_at == known_by
    with pytest.raises(TransitionNotAllowed):
        type_value(announced(), 0, values=RIGHT, by=UserFactory(), now=DRAW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("index", "values"),
    [
        (0, RIGHT[:5]),
        (0, [*RIGHT, "1", "2"]),
        (0, [*RIGHT[:5], "48"]),
        (0, [*RIGHT[:5], "0"]),
        (0, [*RIGHT[:5], "44.5"]),
        (0, [*RIGHT[:5], "9"]),
        (1, ["4312.70", "1"]),
    ],
)
def test_a_value_has_the_announced_shape(index, values):
    with pytest.raises(NotReady):
        type_value(closed(), index, values=values, by=UserFactory(), now=DRAW)

    assert not TypedValue.objects.exists()


@pytest.mark.django_db
def test_what_was_typed_stays():
    drawing = closed()
    type_value(drawing, 0, values=RIGHT, by=UserFactory(), now=DRAW)

    with pytest.raises(InternalError), transaction.atomic():
        TypedValue.objects.update(values=WRONG)
    with pytest.raises(InternalError), transaction.atomic():
        TypedValue.objects.all()._raw_delete("default")


@pytest.mark.django_db
def test_the_second_coordinator_does_not_see_what_the_first_typed(client, now):
    drawing = closed()
    first, second = coordinator_of(drawing), coordinator_of(drawing)
    now(DRAW)
    typed = {"source": "0", "source_0": " ".join(RIGHT)}
    client.force_login(first)
    client.post(page("manage_draw", drawing), typed)

    def seen(name: str, drawing) -> str:
        return client.get(page(name, drawing), follow=True).content.decode()

    assert "You typed: 9 18 26 34 41 45" in seen("manage_draw", drawing)
    client.force_login(second)
    assert "has typed it" in seen("manage_draw", drawing)
    for name in ("manage_draw", "manage_drawing"):
        assert "9 18 26" not in seen(name, drawing)
    assert not AuditEntry.objects.filter(note__contains="18").exists()

    client.post(page("manage_draw", drawing), {**typed, "source_0": " ".join(WRONG)})
    differing = seen("manage_draw", drawing)
    assert "What was typed differs" in differing
    assert "9 18 26 34 41 45" not in differing
    client.post(page("manage_draw", drawing), typed)
    agreed = seen("manage_draw", drawing)
    assert f"typed by {first}" in agreed
    assert f"typed by {second}" in agreed


@pytest.mark.django_db
def test_a_lone_coordinator_reads_that_a_second_one_is_needed(client, now):
    drawing = closed()
    now(DRAW)
    client.force_login(coordinator_of(drawing))
    alone = client.get(page("manage_draw", drawing)).content.decode()
    parent = AgencyFactory()
    drawing.agency.parent = parent
    drawing.agency.save()
    MembershipFactory(agency=parent, role=Membership.Role.COORDINATOR)

    helped = client.get(page("manage_draw", drawing)).content.decode()

    assert "A second coordinator is needed" in alone
    assert "A second coordinator is needed" not in helped


@pytest.mark.django_db
def test_the_result_shows_day_place_and_who_typed(client):
    drawing = drawn()
    typists = {row.typed_by.name for row in drawing.draws.get().typed_values.all()}

    shown = client.get(page("result", drawing)).content.decode()

    assert len(typists) == 4
    assert all(name in shown for name in typists)
    assert "June 9, 2026" in shown
    assert "https://lottery.example" in shown


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_typing_at_once_both_count():
    drawing, one, other = closed(), UserFactory(), UserFactory()

    outcomes = at_once(
        lambda: type_value(drawing, 0, values=RIGHT, by=one, now=DRAW),
        lambda: type_value(drawing, 0, values=RIGHT, by=other, now=DRAW),
    )

    assert outcomes == [None, None]
    assert lottery_of(drawing).given == RIGHT


@pytest.mark.django_db(transaction=True)
def test_a_value_typed_during_the_draw_does_not_change_its_key():
    drawing = closed()
    type_values(drawing)

    made, _typed = at_once(
        lambda: draws.draw(drawing, by=UserFactory(), shown="9.18.26.34.41.45./4312.7/", now=DRAW),
        lambda: type_value(drawing, 0, values=WRONG, by=UserFactory(), now=DRAW),
    )

    draw = drawing.draws.first()
    assert (draw is None) == isinstance(made, Exception)
    assert draw is None or draw.key.startswith("9.18.26.34.41.45./4312.7/")


@given(
    numbers=st.permutations(range(1, 48)).map(lambda drawn: drawn[:6]),
    order=st.permutations(range(6)),
    zeros=st.integers(0, 3),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_second_typing_changes_no_key(numbers, order, zeros):
    """Whoever typed, and however it was written: the key is that of the value typed once."""
    first = [str(number) for number in numbers]
    second = [f"{'0' * zeros}{numbers[place]}" for place in order]
    rows = [
        TypedValue(pk=1, values=first, typed_by=User(pk=1, person_key=1)),
        TypedValue(pk=2, values=second, typed_by=User(pk=2, person_key=2)),
    ]

    for typed in (rows, rows[::-1]):
        given_values = Reading(0, LOTTERY, typed).given
        assert sources.shape_error(LOTTERY, given_values) == ""
        assert rfc3797.numbers(given_values) == rfc3797.numbers(first)


def test_any_decimal_may_be_a_closing_value():
    assert sources.shape_error(MARKET, ["4312.70"]) == ""
