"""Concurrent operations on a drawing, with real threads and commits."""

from __future__ import annotations

import copy
import threading

import pytest
from django.db import connection, transaction

from audit.models import AuditEntry
from audit.moves import TransitionNotAllowed
from mail.models import OutgoingEmail
from rewards.chances import operations as chances
from rewards.drand import operations as rounds
from rewards.draw import operations as draws
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Draw, Drawing, Entry, EntryList, Win
from rewards.values import operations as typed_values
from tests.factories import UserFactory
from tests.races import at_once
from tests.rewards import drand_rounds
from tests.rewards.drawing_factories import (
    CLOSE,
    DRAW,
    IN_THE_PERIOD,
    announced,
    award,
    closed,
    drafted,
    type_values,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_concurrent_draws_make_one():
    drawing = closed()
    one, other = UserFactory(), UserFactory()
    type_values(drawing)

    outcomes = at_once(
        lambda: draws.draw(drawing, by=one, now=DRAW),
        lambda: draws.draw(drawing, by=other, now=DRAW),
    )

    assert Draw.objects.count() == 1
    assert {type(outcome) for outcome in outcomes} == {draws.AlreadyDrawn, Draw}
    assert Win.objects.count() == 2
    assert OutgoingEmail.objects.filter(kind="prize_won").count() == 2


def test_two_workers_closing_concurrently_freeze_one_list():
    drawing = announced()
    chances.take_free_entry(drawing, user=UserFactory(), now=IN_THE_PERIOD)

    outcomes = at_once(
        lambda: drawings.close(drawing, now=CLOSE), lambda: drawings.close(drawing, now=CLOSE)
    )

    assert EntryList.objects.count() == 1
    assert {type(outcome) for outcome in outcomes} == {EntryList, TransitionNotAllowed}
    assert Drawing.objects.get().status == Drawing.Status.CLOSED


def test_taking_the_free_entry_twice_concurrently_gives_one_chance():
    drawing, user = announced(), UserFactory()

    at_once(
        lambda: chances.take_free_entry(drawing, user=user, now=IN_THE_PERIOD),
        lambda: chances.take_free_entry(drawing, user=user, now=IN_THE_PERIOD),
    )

    assert Entry.objects.count() == 1


def test_a_signature_fetched_and_pasted_concurrently_is_saved_once():
    drawing = drafted(**drand_rounds.CALENDAR, sources=[rounds.drand_source(drand_rounds.DRAW)])
    drawings.announce(drawing, by=UserFactory(), now=drand_rounds.EARNED)
    drawings.close(drawing, now=drand_rounds.CLOSE)
    drand_round, by, signature = drawing.rounds.get(), UserFactory(), drand_rounds.SIGNATURE

    outcomes = at_once(
        lambda: rounds.save_signature(
            copy.copy(drand_round), signature=signature, by=None, now=drand_rounds.DRAW
        ),
        lambda: typed_values.type_value(
            drawing, 0, values=[signature], by=by, now=drand_rounds.DRAW
        ),
    )

    assert outcomes == [None, None]
    assert drawing.rounds.get().signature == signature
    assert AuditEntry.objects.filter(act="drand round kept").count() == 1


def test_a_close_waits_for_a_badge_that_is_being_issued():
    drawing = announced()
    entered, may_end, outcome = threading.Event(), threading.Event(), []

    def issue():
        with transaction.atomic():
            award()
            entered.set()
            may_end.wait(timeout=10)
        connection.close()

    def close():
        entered.wait(timeout=10)
        outcome.append(drawings.close(drawing, now=CLOSE))
        connection.close()

    threads = [threading.Thread(target=issue), threading.Thread(target=close)]
    for thread in threads:
        thread.start()
    entered.wait(timeout=10)
    threads[1].join(timeout=1)
    may_end.set()
    for thread in threads:
        thread.join(timeout=30)

    assert outcome[0].count == 1
