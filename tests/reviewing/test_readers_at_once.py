"""Several readers at the same moment, with real threads, connections and commits."""

from __future__ import annotations

import pytest

from issuing.models import Assertion
from reviewing import operations
from reviewing.decisions import operations as decisions
from reviewing.models import Assignment, Decision, Place, Review
from reviewing.second_looks import operations as second_looks
from reviewing.states import DecisionStatus
from submissions import operations as submissions
from submissions.models import Submission
from submissions.states import Status
from tests.factories import coordinator_for, reviewer_for
from tests.races import at_once
from tests.reviewing.readers import (
    badge_read_by_two,
    badge_to_approve,
    opens_the_others,
    reads,
    sends,
    sent_for,
    with_wait,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)


@pytest.fixture
def submission():
    return sent_for(badge_read_by_two(issuer=with_wait(0)))


def names(outcomes):
    return sorted(type(one).__name__ if isinstance(one, Exception) else "done" for one in outcomes)


def fresh(assignment):
    return Assignment.objects.get(pk=assignment.pk)


def test_two_readers_who_send_at_the_same_moment_make_one_decision(submission):
    first, second = reads(submission), reads(submission)

    outcomes = at_once(lambda: sends(first), lambda: sends(second))

    assert names(outcomes) == ["done", "done"]
    decision = Decision.objects.get()
    assert decision.rests_on.count() == 2
    assert Submission.objects.get().status == Status.APPROVED
    assert Assertion.objects.count() == 1


def test_two_readers_who_differ_at_the_same_moment_open_one_third_place(submission):
    first, second = reads(submission), reads(submission)

    at_once(lambda: sends(first), lambda: sends(second, (0,)))

    assert Place.objects.filter(number=3).count() == 1
    assert not Decision.objects.exists()
    assert Review.objects.finished().count() == 2


def test_a_double_click_of_a_reader_is_one_review(submission):
    first = reads(submission)

    outcomes = at_once(lambda: sends(first), lambda: sends(first))

    assert names(outcomes) == ["AlreadyDecided", "done"]
    assert Review.objects.finished().count() == 1
    assert Submission.objects.get().status == Status.IN_REVIEW


def test_three_people_take_two_places_at_the_same_moment(submission):
    people = [reviewer_for(submission.badge_class) for _ in range(3)]

    outcomes = at_once(
        *(
            lambda by=by: operations.claim(Submission.objects.get(pk=submission.pk), by=by)
            for by in people
        )
    )

    assert names(outcomes) == ["AlreadyTaken", "done", "done"]
    assert sorted(Assignment.objects.values_list("place__number", flat=True)) == [1, 2]
    assert submission.status_changes.filter(to_status=Status.IN_REVIEW).count() == 1


def test_a_reader_takes_it_back_while_the_other_one_sends(submission):
    first, second = reads(submission), reads(submission)
    sends(first)

    outcomes = at_once(
        lambda: decisions.recall(fresh(first), by=first.reviewer), lambda: sends(second)
    )

    if Decision.objects.exists():
        assert names(outcomes) in (["DecidedTogether", "done"], ["TooLate", "done"])
    else:
        assert names(outcomes) == ["done", "done"]
        assert Review.objects.finished().get().reviewer == second.reviewer


def test_a_removed_reader_who_sends_at_the_same_moment_has_one_winner(submission):
    first, second = reads(submission), reads(submission)
    sends(first)
    coordinator = coordinator_for(submission.badge_class)

    outcomes = at_once(
        lambda: operations.release(fresh(second), by=coordinator), lambda: sends(second)
    )

    assert names(outcomes) == ["AlreadyDecided", "done"]
    decided = Submission.objects.get().status == Status.APPROVED
    assert Place.objects.open().exists() != decided


def test_two_approvers_at_the_same_moment_approve_once():
    assignment = reads(sent_for(badge_to_approve(issuer=with_wait(10))))
    decision = sends(assignment)
    people = [reviewer_for(assignment.submission.badge_class) for _ in range(2)]

    outcomes = at_once(
        *(lambda by=by: second_looks.confirm(Decision.objects.get(), by=by) for by in people)
    )

    assert names(outcomes) == ["AlreadyDecided", "done"]
    decision.refresh_from_db()
    assert decision.status == DecisionStatus.DUE


def test_an_approver_and_the_reader_who_takes_it_back_have_one_winner():
    assignment = reads(sent_for(badge_to_approve(issuer=with_wait(0))))
    decision = sends(assignment)
    approver = reviewer_for(assignment.submission.badge_class)

    outcomes = at_once(
        lambda: second_looks.confirm(Decision.objects.get(), by=approver),
        lambda: decisions.recall(fresh(assignment), by=assignment.reviewer),
    )

    decision.refresh_from_db()
    assert "done" in names(outcomes)
    assert (decision.status == DecisionStatus.IN_EFFECT) != (
        decision.status == DecisionStatus.RECALLED
    )
    assert Review.objects.sent().count() == (decision.status == DecisionStatus.IN_EFFECT)


def test_the_third_reader_and_the_withdrawing_earner_have_one_winner(submission):
    first, second = reads(submission), reads(submission)
    sends(first)
    sends(second, (0,))
    third = reads(submission)
    opens_the_others(third)
    own = Submission.objects.get()

    outcomes = at_once(lambda: sends(third), lambda: submissions.withdraw(own, by=own.earner))

    approved = Submission.objects.get().status == Status.APPROVED
    refusal = "TransitionNotAllowed" if approved else "AlreadyDecided"
    assert set(names(outcomes)) == {refusal, "done"}
    assert Assertion.objects.exists() == approved
