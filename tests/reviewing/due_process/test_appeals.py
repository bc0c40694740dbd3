"""The earner appeals a decision once, and somebody who had no part in it decides."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Membership
from audit.moves import ReasonMissing, TransitionNotAllowed
from issuing.models import Assertion
from mail.models import OutgoingEmail
from reviewing import operations as reviewing
from reviewing.due_process.operations import appeals, holds, reminders, reopening
from reviewing.due_process.operations.appeals import (
    AlreadyAppealed,
    NotUninvolved,
    OutcomeNotPossible,
    TooLateToAppeal,
)
from reviewing.due_process.operations.reopening import AppealIsOpen
from reviewing.due_process_querysets import possible_readers
from reviewing.models import Appeal
from reviewing.states import AFTER_AN_APPEAL, AppealOutcome, AppealStatus, Outcome
from submissions import operations as submissions
from submissions.reopening.operations import OpenElsewhere
from submissions.states import Status
from tests.factories import (
    AssignmentFactory,
    MembershipFactory,
    SchoolFactory,
    UserFactory,
    reviewer_for,
)
from tests.reviewing.due_process.cases import (
    approved,
    coordinator_of,
    declined,
    latest_decision,
    other_reviewer,
    read_again,
    returned,
)

pytestmark = pytest.mark.django_db

WORDS = "The second criterion is on page four."


def appealed(submission, **kwargs) -> Appeal:
    return appeals.appeal(submission, words=WORDS, by=submission.earner, **kwargs)


def with_reader(made: Appeal) -> Appeal:
    appeals.take(made, by=other_reviewer(made.submission))
    return made


def decide(made: Appeal, outcome=AppealOutcome.UPHOLD, reasons="It is not on page four."):
    appeals.decide(made, outcome, reasons=reasons, by=made.reader)
    made.submission.refresh_from_db()
    return made.submission


@pytest.mark.parametrize("decided", [returned, declined])
def test_the_earner_is_promised_an_answer_and_coordinators_are_told(decided):
    submission = decided()
    coordinator = coordinator_of(submission)

    made = appealed(submission)

    assert made.status == AppealStatus.OPEN
    assert made.decision == latest_decision(submission)
    assert made.due_on > timezone.localdate()
    assert OutgoingEmail.objects.get(kind="appeal_received").to == submission.earner.email
    assert OutgoingEmail.objects.get(kind="appeal_waits").to == coordinator.email


def test_nothing_is_appealed_that_was_approved_or_is_not_decided():
    for submission in (approved(), AssignmentFactory().submission):
        with pytest.raises(TransitionNotAllowed):
            appealed(submission)


def test_a_decision_is_appealed_once():
    submission = returned()
    made = with_reader(appealed(submission))

    with pytest.raises(AlreadyAppealed):
        appealed(submission)
    decide(made)
    with pytest.raises(AlreadyAppealed):
        appealed(submission)

    assert Appeal.objects.count() == 1


def test_the_next_decision_can_be_appealed_too():
    submission = returned()
    decide(with_reader(appealed(submission)))
    submissions.send(submission, by=submission.earner, statement_accepted=True)
    submission = read_again(submission, "not_yet")

    assert appealed(submission).decision == latest_decision(submission)


def test_the_time_to_appeal_is_the_issuers():
    submission = returned(badge_class__issuer__appeal_days=5)
    told_at = latest_decision(submission).ended_at

    with pytest.raises(TooLateToAppeal):
        appealed(submission, now=told_at + timedelta(days=5))

    assert appealed(submission, now=told_at + timedelta(days=5, seconds=-1)).pk


def test_words_are_needed_and_so_are_reasons():
    submission = returned()
    with pytest.raises(ReasonMissing):
        appeals.appeal(submission, words="  ", by=submission.earner)
    made = with_reader(appealed(submission))

    with pytest.raises(ReasonMissing):
        decide(made, reasons="")


def test_nobody_reads_it_who_read_approved_or_confirmed_any_attempt():
    submission = declined()
    decision = latest_decision(submission)
    made = appealed(submission)

    for person in (decision.decided_by, decision.confirmed_by):
        assert person not in possible_readers(submission)
        with pytest.raises(NotUninvolved):
            appeals.take(made, by=person)
        with pytest.raises(DatabaseError, match="had no part"), transaction.atomic():
            Appeal.objects.filter(pk=made.pk).update(reader=person)


def test_a_reviewer_who_gave_it_back_unread_has_seen_it_all_the_same():
    assignment = AssignmentFactory()
    reviewing.release(assignment, by=assignment.reviewer, note="Away.")
    submission = assignment.submission
    submission.refresh_from_db()
    made = appealed(read_again(submission, "not_yet"))

    with pytest.raises(NotUninvolved):
        appeals.take(made, by=assignment.reviewer)


def test_nobody_reads_the_appeal_of_a_colleague_or_their_own():
    submission = returned()
    made = appealed(submission)
    school = SchoolFactory()
    colleague = reviewer_for(submission.badge_class)
    for person in (colleague, submission.earner):
        MembershipFactory(user=person, agency=school, role=Membership.Role.EARNER)
    agency = submission.badge_class.issuer.agency
    MembershipFactory(user=submission.earner, agency=agency, role=Membership.Role.REVIEWER)

    for person in (colleague, submission.earner):
        assert person not in possible_readers(submission)
        with pytest.raises(NotUninvolved):
            appeals.take(made, by=person)
        with pytest.raises(DatabaseError), transaction.atomic():
            Appeal.objects.filter(pk=made.pk).update(reader=person)


def test_people_of_other_agencies_do_not_read_it():
    made = appealed(returned())
    with pytest.raises(NotUninvolved):
        appeals.take(made, by=UserFactory())


def test_a_coordinator_gives_it_to_somebody_who_is_told():
    submission = returned()
    made, reader = appealed(submission), other_reviewer(submission)

    appeals.give(made, to=reader, by=coordinator_of(submission))

    assert Appeal.objects.read_by(reader).get() == made
    assert OutgoingEmail.objects.get(kind="appeal_given").to == reader.email


def test_a_decision_that_is_upheld_stays():
    submission = decide(with_reader(appealed(returned())))

    assert submission.status == Status.RETURNED
    assert Appeal.objects.get().status == AppealStatus.UPHELD
    assert OutgoingEmail.objects.filter(kind="appeal_decided").count() == 1


@pytest.mark.parametrize("decided", [returned, declined])
def test_a_submission_approved_on_appeal_is_awarded(decided):
    submission = decide(with_reader(appealed(decided())), AppealOutcome.APPROVE)

    assert submission.status == Status.APPROVED
    assert Assertion.objects.get().submission == submission
    assert Appeal.objects.get().status == AppealStatus.CHANGED


def test_a_declined_submission_can_be_sent_again_if_the_appeal_says_so():
    submission = decide(with_reader(appealed(declined())), AppealOutcome.RETURN)

    assert submission.status == Status.RETURNED
    submissions.send(submission, by=submission.earner, statement_accepted=True)
    assert submission.status == Status.SUBMITTED


def test_what_can_be_decided_depends_on_what_was_decided():
    assert AFTER_AN_APPEAL[Outcome.RETURN] == (AppealOutcome.UPHOLD, AppealOutcome.APPROVE)

    with pytest.raises(OutcomeNotPossible):
        decide(with_reader(appealed(returned())), AppealOutcome.RETURN)


def test_it_is_decided_once():
    made = with_reader(appealed(returned()))
    decide(made)

    with pytest.raises(TransitionNotAllowed):
        decide(made, AppealOutcome.APPROVE)


def test_whoever_sends_it_again_meanwhile_has_chosen_another_way():
    submission = returned()
    made = with_reader(appealed(submission))

    submissions.send(submission, by=submission.earner, statement_accepted=True)

    made.refresh_from_db()
    assert made.status == AppealStatus.DROPPED


def test_a_badge_begun_anew_is_decided_there():
    submission = declined()
    made = with_reader(appealed(submission))
    submissions.start(submission.badge_class, by=submission.earner)

    with pytest.raises(OpenElsewhere):
        decide(made, AppealOutcome.APPROVE)
    assert decide(made).status == Status.DECLINED


def test_nothing_is_decided_while_the_submission_is_on_hold():
    submission = returned()
    made = with_reader(appealed(submission))
    hold = holds.place(submission, reason="Whose pictures?", by=coordinator_of(submission))

    with pytest.raises(appeals.HoldIsOpen):
        decide(made, AppealOutcome.APPROVE)
    holds.lift(hold, because="Hers.", by=hold.placed_by)
    decide(made, AppealOutcome.APPROVE)

    submission.refresh_from_db()
    assert submission.status == Status.APPROVED


def test_nothing_is_reopened_while_somebody_reads_an_appeal():
    submission = declined()
    appealed(submission)

    with pytest.raises(AppealIsOpen):
        reopening.reopen(submission, reason="A mistake.", by=coordinator_of(submission))


def test_what_is_appealed_never_changes():
    made = appealed(returned())
    for change in ({"words": "Other words."}, {"due_on": timezone.localdate()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Appeal.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


def test_its_reader_is_reminded_and_the_coordinators_once_it_is_late():
    submission = returned()
    coordinator = coordinator_of(submission)
    made = with_reader(appealed(submission))

    while reminders.remind_of_appeals(now=made.remind_at):
        made.refresh_from_db()
        if made.remind_at.date() > made.due_on + timedelta(days=7):
            break

    told = OutgoingEmail.objects.filter(kind="appeal_reminder").order_by("pk")
    assert told.first().to == made.reader.email
    assert {email.to for email in told} == {made.reader.email, coordinator.email}
