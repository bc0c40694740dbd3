"""The automatic assignment at the same moment as itself, a reviewer, or the end of a role."""

from __future__ import annotations

import pytest

from reviewing import operations as reviewing
from reviewing.automatic.operations.assigning import assign_due, assign_place
from reviewing.automatic.operations.returning import return_due, return_to_queue
from reviewing.models import Assignment, Place, Review
from tests.factories import judge_all, reviewer_for
from tests.races import at_once, meanwhile
from tests.reviewing.automatic.cases import NOW, SENT, badge_that_is_assigned, sent, who_knows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)


def test_two_assigners_give_each_submission_once_and_nobody_more_than_they_take():
    badge = badge_that_is_assigned()
    limited = [who_knows(badge, weekly_maximum=2) for _ in range(2)]
    for _ in range(6):
        sent(badge)

    outcomes = at_once(*[lambda: assign_due(now=NOW)] * 2)

    assert not [one for one in outcomes if isinstance(one, Exception)]
    held = Assignment.objects.active()
    assert held.values("place").distinct().count() == held.count() == 4
    assert [held.filter(reviewer=one).count() for one in limited] == [2, 2]


def test_a_reviewer_who_pulls_the_next_one_meanwhile_has_it_alone():
    badge = badge_that_is_assigned()
    reviewers = [reviewer_for(badge) for _ in range(2)]
    sent(badge)

    at_once(lambda: assign_due(now=NOW), lambda: reviewing.claim_next(by=reviewers[1]))

    assert Assignment.objects.active().count() == 1


def test_the_assigner_waits_for_a_claim_and_then_finds_the_place_taken():
    badge = badge_that_is_assigned()
    puller, _other = reviewer_for(badge), reviewer_for(badge)
    submission = sent(badge)
    place = Place.objects.select_related("attempt").get()

    with meanwhile(lambda: assign_place(place, now=NOW)):
        reviewing.claim(submission, by=puller, now=NOW)

    assert Assignment.objects.get().reviewer == puller


def test_a_role_that_ends_while_somebody_writes_keeps_what_is_written():
    badge = badge_that_is_assigned()
    reviewer = reviewer_for(badge)
    assignment = reviewing.claim(sent(badge), by=reviewer, now=SENT)
    reviewer.memberships.update(ended_at=NOW)

    with meanwhile(lambda: return_due(now=NOW)):
        reviewing.save_draft(assignment, by=reviewer, judgments=judge_all(assignment))

    assert Assignment.objects.active().count() == 0
    assert Review.objects.get().judgments.count() == 3


def test_somebody_who_begins_at_the_last_moment_keeps_the_submission():
    badge = badge_that_is_assigned(days_to_begin=1)
    reviewer = reviewer_for(badge)
    assignment = reviewing.claim(sent(badge), by=reviewer, now=SENT)
    Assignment.objects.update(begin_by=SENT.date().replace(year=2020))

    with meanwhile(lambda: return_to_queue(Assignment.objects.get(), now=NOW)):
        reviewing.save_draft(assignment, by=reviewer, judgments={}, summary="A beginning.")

    assert Assignment.objects.active().get().reviewer == reviewer


def test_two_workers_return_it_once():
    badge = badge_that_is_assigned(days_to_begin=1)
    reviewing.claim(sent(badge), by=reviewer_for(badge), now=SENT)
    Assignment.objects.update(begin_by=SENT.date().replace(year=2020))

    outcomes = at_once(*[lambda: return_due(now=NOW)] * 2)

    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert Assignment.objects.exclude(released_at=None).count() == 1
