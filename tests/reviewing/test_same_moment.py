"""Two people, one moment: threads with connections and commits of their own."""

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
def no_worker_is_called(monkeypatch):
    """Waking a worker is the broker's business; here it would only slow the race."""
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)


def at_once(*acts):
    """How each act ended, in a word."""
    return [
        type(outcome).__name__ if isinstance(outcome, Exception) else "done"
        for outcome in races.at_once(*acts)
    ]


def test_of_two_reviewers_at_the_same_moment_one_gets_it_and_the_other_hears_so():
    submission = SentSubmissionFactory()
    reviewers = [reviewer_for(submission.badge_class) for _ in range(2)]

    outcomes = at_once(
        *(
            lambda one=one: operations.claim(Submission.objects.get(pk=submission.pk), by=one)
            for one in reviewers
        )
    )

    assert sorted(outcomes) == ["AlreadyTaken", "done"]
    assert Assignment.objects.active().count() == 1


def test_taking_the_next_one_at_the_same_moment_gives_each_another():
    first = SentSubmissionFactory()
    second = SentSubmissionFactory(badge_class=first.badge_class)
    reviewers = [reviewer_for(first.badge_class) for _ in range(2)]

    outcomes = at_once(*(lambda one=one: operations.claim_next(by=one) for one in reviewers))

    assert outcomes == ["done", "done"]
    taken = Assignment.objects.active().values_list("submission", flat=True)
    assert set(taken) == {first.pk, second.pk}


def test_the_next_one_passes_over_what_somebody_is_taking_now():
    first = SentSubmissionFactory()
    second = SentSubmissionFactory(badge_class=first.badge_class)
    slow, fast = (reviewer_for(first.badge_class) for _ in range(2))

    with transaction.atomic():
        operations.claim(first, by=slow)
        outcomes = at_once(lambda: operations.claim_next(by=fast))

    assert outcomes == ["done"]
    assert Assignment.objects.active().get(reviewer=fast).submission == second


def test_sending_twice_at_once_is_one_decision_one_award_and_one_set_of_letters():
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


def test_returning_twice_at_once_opens_one_attempt_and_writes_one_letter():
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


def test_when_the_earner_withdraws_while_the_reviewer_sends_one_of_them_is_told():
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
