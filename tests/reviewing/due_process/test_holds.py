"""A doubt about a submission: its earner is told, can answer, and somebody else confirms it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from audit.moves import ReasonMissing, TransitionNotAllowed
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from issuing.states import AwardStatus
from mail.models import OutgoingEmail
from reviewing import operations as reviewing
from reviewing.decisions.operations import put_due_into_effect
from reviewing.due_process.operations import appeals, holds
from reviewing.due_process.operations.holds import (
    AlreadyAnswered,
    AlreadyHeld,
    NeedsAnotherPerson,
    StillTimeToAnswer,
)
from reviewing.models import Assignment, Decision, IntegrityHold
from reviewing.states import HOLDABLE, AppealOutcome, DecisionStatus, HoldStatus
from submissions import operations as submissions
from submissions.models import Submission
from submissions.states import Status
from tests.factories import AssignmentFactory, SentSubmissionFactory, judge_all
from tests.reviewing.due_process.cases import (
    approved,
    coordinator_of,
    decide,
    declined,
    other_reviewer,
    returned,
)

pytestmark = pytest.mark.django_db

DOUBT = "The pictures are from a book."


def held(submission) -> IntegrityHold:
    return holds.place(submission, reason=DOUBT, by=coordinator_of(submission))


def answered(hold: IntegrityHold) -> IntegrityHold:
    holds.answer(hold, words="I took them myself.", by=hold.submission.earner)
    return hold


def confirm(hold: IntegrityHold, **kwargs) -> Submission:
    by = coordinator_of(hold.submission)
    holds.confirm(hold, because="The book has them.", by=by, **kwargs)
    return Submission.objects.get(pk=hold.submission_id)


def lift(hold: IntegrityHold) -> None:
    holds.lift(hold, because="They are her own.", by=hold.placed_by)


def test_the_earner_is_told_and_has_a_time_to_answer():
    submission = SentSubmissionFactory(badge_class__issuer__hold_answer_days=5)

    hold = held(submission)

    assert timezone.localdate(hold.answer_until) == timezone.localdate() + timedelta(days=5)
    assert OutgoingEmail.objects.get(kind="hold_placed").to == submission.earner.email


def test_what_has_ended_is_not_held():
    assert Status.DECLINED not in HOLDABLE
    with pytest.raises(TransitionNotAllowed):
        held(declined())


def test_there_is_one_open_hold_and_a_reason():
    submission = SentSubmissionFactory()
    with pytest.raises(ReasonMissing):
        holds.place(submission, reason="", by=coordinator_of(submission))
    held(submission)

    with pytest.raises(AlreadyHeld):
        held(submission)


def test_a_decision_waits_until_the_hold_is_lifted():
    assignment = AssignmentFactory()
    hold = held(assignment.submission)
    decide(assignment)
    later = timezone.now() + timedelta(hours=1)

    put_due_into_effect(now=later)
    assert Decision.objects.get().status == DecisionStatus.DUE
    with pytest.raises(DatabaseError, match="under a hold"), transaction.atomic():
        Decision.objects.update(status="in_effect", ended_at=later)
    lift(hold)
    put_due_into_effect(now=later)

    assert Decision.objects.get().status == DecisionStatus.IN_EFFECT
    assert Submission.objects.get().status == Status.APPROVED


def test_a_badge_on_its_way_waits_until_the_hold_is_lifted():
    submission = approved()
    hold = held(submission)

    issue_batch(now=timezone.now())
    assert Assertion.objects.get().status == AwardStatus.HELD
    lift(hold)
    issue_batch(now=timezone.now())

    assert Assertion.objects.get().status == AwardStatus.ISSUED


def test_the_earner_answers_once_and_coordinators_are_told():
    submission = SentSubmissionFactory()
    hold = answered(held(submission))

    with pytest.raises(AlreadyAnswered):
        answered(hold)
    with pytest.raises(DatabaseError), transaction.atomic():
        IntegrityHold.objects.update(answer="Other words.")

    assert OutgoingEmail.objects.filter(kind="hold_answered").count() == 1


def test_a_lifted_hold_changes_nothing_and_the_earner_is_told():
    submission = returned()
    hold = answered(held(submission))

    lift(hold)

    submission.refresh_from_db()
    assert (hold.status, submission.status) == (HoldStatus.LIFTED, Status.RETURNED)
    assert OutgoingEmail.objects.filter(kind="hold_ended").count() == 1


def test_somebody_else_confirms_it():
    hold = answered(held(SentSubmissionFactory()))

    with pytest.raises(NeedsAnotherPerson):
        holds.confirm(hold, because="Sure.", by=hold.placed_by)
    with pytest.raises(DatabaseError), transaction.atomic():
        IntegrityHold.objects.update(
            status="confirmed", ended_by=hold.placed_by, ended_at=timezone.now()
        )


def test_it_is_not_confirmed_before_it_could_be_answered():
    hold = held(SentSubmissionFactory())

    with pytest.raises(StillTimeToAnswer):
        confirm(hold)

    assert confirm(hold, now=hold.answer_until).status == Status.DECLINED


@pytest.mark.parametrize(
    "make", [SentSubmissionFactory, returned, approved, lambda: AssignmentFactory().submission]
)
def test_a_confirmed_hold_declines_whatever_it_was(make):
    submission = confirm(answered(held(make())))

    assert submission.status == Status.DECLINED
    assert not Assignment.objects.active().exists()


def test_a_badge_is_revoked_when_the_hold_is_confirmed():
    submission = approved()
    issue_batch(now=timezone.now())
    hold = answered(held(submission))

    meanwhile = Assertion.objects.get().status
    confirm(hold)

    assert meanwhile == AwardStatus.ISSUED
    assert Assertion.objects.get().status == AwardStatus.REVOKED


def test_a_decision_that_waits_ends_when_the_hold_is_confirmed():
    assignment = AssignmentFactory(badge_class__issuer__decision_wait_minutes=10)
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judge_all(assignment))

    confirm(answered(held(assignment.submission)))

    assert Decision.objects.get().status == DecisionStatus.DROPPED


def test_a_confirmed_hold_can_be_appealed_to_somebody_else():
    hold = answered(held(approved()))
    submission = confirm(hold)
    made = appeals.appeal(submission, words="They are mine.", by=submission.earner)
    for person in (hold.placed_by, hold.ended_by):
        with pytest.raises(appeals.NotUninvolved):
            appeals.take(made, by=person)
    appeals.take(made, by=other_reviewer(submission))

    appeals.decide(made, AppealOutcome.RETURN, reasons="They are.", by=made.reader)

    submission.refresh_from_db()
    assert (made.hold, submission.status) == (hold, Status.RETURNED)


def test_withdrawing_ends_a_hold():
    submission = SentSubmissionFactory()
    hold = held(submission)

    submissions.withdraw(submission, by=submission.earner)

    hold.refresh_from_db()
    assert hold.status == HoldStatus.DROPPED


def next_steps(submission, client) -> dict[str, str]:
    """What the page, the list and the first page of the earner say, and the coordinators' page."""
    found = {}
    for user, pages in (
        (submission.earner, [submission.get_absolute_url(), "/submissions/", "/me/"]),
        (coordinator_of(submission), [f"/manage/submissions/{submission.public_id}/"]),
    ):
        client.force_login(user)
        found |= {page: " ".join(client.get(page).content.decode().split()) for page in pages}
    return found


@pytest.mark.parametrize("decided", [returned, approved])
@pytest.mark.parametrize("others", [0, 2])
def test_every_page_says_who_acts_next_while_a_submission_is_on_hold(client, decided, others):
    submission = decided()
    for _number in range(others):  # a list reads the holds of all its rows at once
        SentSubmissionFactory(earner=submission.earner)
    hold = held(submission)

    *mine, for_coordinators = next_steps(submission, client).values()
    shown = mine if decided is returned else mine[:2]  # the first page has no approved ones
    assert all("On hold: a coordinator has a question." in page for page in shown)
    assert "On hold. The educator acts next, and can answer until" in for_coordinators

    answered(hold)
    *mine, for_coordinators = next_steps(submission, client).values()
    shown = mine if decided is returned else mine[:2]
    assert all("On hold. Your answer has arrived" in page for page in shown)
    assert "On hold. The educator has answered: a coordinator acts next." in for_coordinators

    lift(hold)
    assert not any("On hold" in page for page in next_steps(submission, client).values())
