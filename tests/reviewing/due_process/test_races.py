"""Two people at the same moment: real threads and real commits."""

import pytest
from django.utils import timezone

from audit.moves import TransitionNotAllowed
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from issuing.states import AwardStatus
from mail.models import OutgoingEmail
from reviewing import operations as reviewing
from reviewing.decisions.operations import put_due_into_effect
from reviewing.due_process.operations import appeals, holds, reopening
from reviewing.due_process.operations.reopening import AppealIsOpen
from reviewing.models import Appeal, Decision, IntegrityHold, Reopening
from reviewing.states import AppealOutcome, DecisionStatus
from submissions import operations as submissions
from submissions.models import Submission
from submissions.states import Status
from tests.factories import AssignmentFactory, judge_all
from tests.races import at_once
from tests.reviewing.due_process.cases import (
    approved,
    coordinator_of,
    declined,
    other_reviewer,
    returned,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def refusals(outcomes):
    return [type(one) for one in outcomes if isinstance(one, Exception)]


def test_two_coordinators_reopen_it_once():
    submission = approved()
    one, other = coordinator_of(submission), coordinator_of(submission)

    outcomes = at_once(
        lambda: reopening.reopen(fresh(submission), reason="Mixed up.", by=one),
        lambda: reopening.reopen(fresh(submission), reason="Mixed up.", by=other),
    )

    assert refusals(outcomes) == [TransitionNotAllowed]
    assert Reopening.objects.count() == 1
    assert OutgoingEmail.objects.filter(kind="submission_reopened").count() == 1


def test_an_appeal_and_a_reopening_exclude_each_other():
    submission = declined()
    coordinator = coordinator_of(submission)

    outcomes = at_once(
        lambda: appeals.appeal(fresh(submission), words="Page four.", by=submission.earner),
        lambda: reopening.reopen(fresh(submission), reason="Mixed up.", by=coordinator),
    )

    assert refusals(outcomes) in ([AppealIsOpen], [TransitionNotAllowed])
    assert Appeal.objects.count() + Reopening.objects.count() == 1


def test_the_button_pressed_twice_is_one_appeal():
    submission = returned()

    def press():
        return appeals.appeal(fresh(submission), words="Page four.", by=submission.earner)

    outcomes = at_once(press, press)

    assert refusals(outcomes) == [appeals.AlreadyAppealed]
    assert Appeal.objects.count() == 1


def test_two_people_take_an_appeal_and_one_has_it():
    submission = returned()
    made = appeals.appeal(submission, words="Page four.", by=submission.earner)
    one, other = other_reviewer(submission), other_reviewer(submission)

    outcomes = at_once(
        lambda: appeals.take(fresh(made), by=one), lambda: appeals.take(fresh(made), by=other)
    )

    assert sorted(outcomes) == [False, True]
    assert fresh(made).reader in {one, other}


def test_an_appeal_is_decided_or_the_earner_sends_it_again():
    submission = returned()
    made = appeals.appeal(submission, words="Page four.", by=submission.earner)
    reader = other_reviewer(submission)
    appeals.take(made, by=reader)

    outcomes = at_once(
        lambda: appeals.decide(fresh(made), AppealOutcome.APPROVE, reasons="Yes.", by=reader),
        lambda: submissions.send(fresh(submission), by=submission.earner, statement_accepted=True),
    )

    assert refusals(outcomes) == [TransitionNotAllowed]
    assert (fresh(made).status, fresh(submission).status) in {
        ("changed", Status.APPROVED),
        ("dropped", Status.SUBMITTED),
    }


@pytest.mark.parametrize("number", range(3))
def test_a_decision_takes_effect_before_a_hold_or_waits_for_its_end(number):
    assignment = AssignmentFactory(badge_class__issuer__decision_wait_minutes=10)
    decision = reviewing.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment)
    )
    submission, coordinator = assignment.submission, coordinator_of(assignment.submission)

    outcomes = at_once(
        lambda: put_due_into_effect(now=decision.takes_effect_at),
        lambda: holds.place(fresh(submission), reason="A doubt.", by=coordinator),
    )

    assert refusals(outcomes) == []
    found = (Decision.objects.get().status, Submission.objects.get().status)
    assert IntegrityHold.objects.open().count() == 1
    assert found in {
        (DecisionStatus.IN_EFFECT, Status.APPROVED),
        (DecisionStatus.DUE, Status.IN_REVIEW),
    }
    # Either way, nothing is issued under the hold.
    issue_batch(now=timezone.now())
    assert not Assertion.objects.filter(status=AwardStatus.ISSUED).exists()


def test_two_coordinators_place_one_hold():
    submission = returned()
    one, other = coordinator_of(submission), coordinator_of(submission)

    outcomes = at_once(
        lambda: holds.place(fresh(submission), reason="A doubt.", by=one),
        lambda: holds.place(fresh(submission), reason="A doubt.", by=other),
    )

    assert refusals(outcomes) == [holds.AlreadyHeld]
    assert IntegrityHold.objects.count() == 1
