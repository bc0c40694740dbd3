"""Concurrent reviewers, with real threads, connections and commits."""

from __future__ import annotations

import pytest
from django.db import transaction

from issuing.models import Assertion
from mail.models import OutgoingEmail
from reviewing import operations
from reviewing.models import Assignment, Review
from submissions import operations as submissions
from submissions.models import Submission
from submissions.states import Status
from tests import races
from tests.factories import AssignmentFactory, SentSubmissionFactory, judge_all, reviewer_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Queue no tasks, because they would only slow down the race."""
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)


def at_once(*acts):
    """Run the actions concurrently. Returns "done" or the exception's name for each."""
    return [
        type(outcome).__name__ if isinstance(outcome, Exception) else "done"
        for outcome in races.at_once(*acts)
    ]


def test_only_one_of_two_reviewers_can_claim_at_the_same_moment():
    submission = SentSubmissionFactory()
    reviewers = [reviewer_for(submission.badge_class) for _ in range(2)]

    outcomes = at_once(
        *(
            lambda by=by: operations.claim(Submission.objects.get(pk=submission.pk), by=by)
            for by in reviewers
        )
    )

    assert sorted(outcomes) == ["AlreadyTaken", "done"]
    assert Assignment.objects.active().count() == 1


def test_claiming_the_next_at_the_same_moment_gives_two_different_submissions():
    first = SentSubmissionFactory()
    second = SentSubmissionFactory(badge_class=first.badge_class)
    reviewers = [reviewer_for(first.badge_class) for _ in range(2)]

    outcomes = at_once(*(lambda by=by: operations.claim_next(by=by) for by in reviewers))

    assert outcomes == ["done", "done"]
    taken = Assignment.objects.active().values_list("submission", flat=True)
    assert set(taken) == {first.pk, second.pk}


def test_claiming_the_next_skips_a_submission_that_is_being_claimed():
    first = SentSubmissionFactory()
    second = SentSubmissionFactory(badge_class=first.badge_class)
    slow, fast = (reviewer_for(first.badge_class) for _ in range(2))

    with transaction.atomic():
        operations.claim(first, by=slow)
        outcomes = at_once(lambda: operations.claim_next(by=fast))

    assert outcomes == ["done"]
    assert Assignment.objects.active().get(reviewer=fast).submission == second


def test_approving_twice_at_the_same_moment_makes_one_decision_and_one_award():
    assignment = AssignmentFactory()
    judgments = judge_all(assignment)
    before = OutgoingEmail.objects.count()

    def send():
        operations.send_review(
            Assignment.objects.get(pk=assignment.pk), by=assignment.reviewer, judgments=judgments
        )

    outcomes = at_once(send, send)

    assert sorted(outcomes) == ["AlreadyDecided", "done"]
    assert Review.objects.sent().count() == 1
    assert Assertion.objects.count() == 1
    submission = Submission.objects.get()
    assert submission.status == Status.APPROVED
    assert submission.status_changes.filter(to_status=Status.APPROVED).count() == 1
    assert OutgoingEmail.objects.count() == before


def test_returning_twice_at_the_same_moment_makes_one_attempt_and_one_email():
    assignment = AssignmentFactory()
    judgments = judge_all(assignment, "not_yet", "Add the second piece.")

    def send():
        operations.send_review(
            Assignment.objects.get(pk=assignment.pk), by=assignment.reviewer, judgments=judgments
        )

    outcomes = at_once(send, send)

    assert sorted(outcomes) == ["AlreadyDecided", "done"]
    assert assignment.submission.attempts.count() == 2
    assert OutgoingEmail.objects.filter(kind="submission_returned").count() == 1


def test_withdrawing_while_the_reviewer_sends_has_one_winner():
    assignment = AssignmentFactory()
    judgments = judge_all(assignment)
    submission = Submission.objects.get()

    outcomes = at_once(
        lambda: operations.send_review(
            Assignment.objects.get(pk=assignment.pk), by=assignment.reviewer, judgments=judgments
        ),
        lambda: submissions.withdraw(submission, by=submission.earner),
    )

    submission.refresh_from_db()
    assignment.refresh_from_db()
    if outcomes == ["done", "TransitionNotAllowed"]:
        assert submission.status == Status.APPROVED
        assert assignment.decided_at is not None
        assert Assertion.objects.count() == 1
    else:
        assert outcomes == ["AlreadyDecided", "done"]
        assert submission.status == Status.WITHDRAWN
        assert assignment.released_at is not None
        assert not Assertion.objects.exists()
        assert not Review.objects.sent().exists()
