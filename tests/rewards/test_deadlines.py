"""The deadline of a prize is the end of a day, as people read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.moves import TransitionNotAllowed
from rewards.prizes import operations as prizes
from tests.factories import UserFactory
from tests.rewards.drawing_factories import DRAW, VALUES, closed, draw_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def win():
    return draw_with(closed(), values=VALUES, by=UserFactory(), now=DRAW).wins.first()


def test_a_prize_can_be_confirmed_through_the_last_minute_of_its_day(win):
    last_minute = timezone.localtime(win.confirm_by).replace(second=30)

    assert (last_minute.hour, last_minute.minute) == (23, 59)
    prizes.confirm(win, shows_name=False, now=last_minute)

    win.refresh_from_db()
    assert win.status == win.Status.CONFIRMED


def test_on_the_next_day_it_is_too_late(win):
    midnight = win.confirm_by + timedelta(seconds=1)
    assert timezone.localtime(midnight).hour == 0

    with pytest.raises(TransitionNotAllowed):
        prizes.confirm(win, shows_name=False, now=midnight)


def test_nobody_has_less_time_than_was_promised(win):
    days = win.draw.drawing.announced_rules.confirm_days

    assert win.confirm_by >= DRAW + timedelta(days=days)
    assert win.confirm_by < DRAW + timedelta(days=days + 1)
