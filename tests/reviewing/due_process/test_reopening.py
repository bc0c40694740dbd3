"""A coordinator has a decided submission read again, and its award follows a stated rule."""

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from audit.moves import ReasonMissing, TransitionNotAllowed
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from issuing.states import AwardStatus
from mail.models import OutgoingEmail
from reviewing.due_process.operations import reopening
from reviewing.models import Reopening
from reviewing.querysets import awaiting_review
from reviewing.without_reviewer import nobody_can_take
from submissions import operations as submissions
from submissions.models import Submission
from submissions.permissions import can_take_back
from submissions.reopening.operations import OpenElsewhere
from submissions.states import REOPENABLE, Status
from tests.factories import SentSubmissionFactory
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


def reopen(submission, reason="Two criteria were mixed up."):
    return reopening.reopen(submission, reason=reason, by=coordinator_of(submission))


def award_of(submission):
    return Assertion.objects.filter(submission=submission).latest("pk")


def issue():
    issue_batch(now=timezone.now())


def test_only_what_was_approved_or_declined_can_be_read_again():
    assert {Status.APPROVED, Status.DECLINED} == REOPENABLE

    with pytest.raises(TransitionNotAllowed):
        reopen(returned())
    with pytest.raises(TransitionNotAllowed):
        reopen(SentSubmissionFactory())


@pytest.mark.parametrize("decided", [approved, declined])
def test_reviewers_read_the_same_evidence_again_and_the_earner_is_told_why(decided):
    submission = decided()
    before = submission.latest_attempt

    made = reopen(submission)

    submission.refresh_from_db()
    assert submission.status == Status.SUBMITTED
    assert submission.due_on is not None
    assert made.attempt.number == before.number + 1
    assert made.attempt.sent_at == made.reopened_at
    assert [item.text for item in made.attempt.evidence_items.all()] == [
        item.text for item in before.evidence_items.all()
    ]
    assert made.attempt.places.count() == 1
    assert OutgoingEmail.objects.get(kind="submission_reopened").to == submission.earner.email
    assert AuditEntry.objects.get(act="submission reopened").note == "Two criteria were mixed up."
    assert not can_take_back(submission.earner, submission)


def test_a_reason_is_needed():
    submission = approved()

    with pytest.raises(ReasonMissing):
        reopen(submission, reason=" ")

    assert not Reopening.objects.exists()


def test_it_is_reopened_once():
    submission = approved()
    reopen(submission)

    with pytest.raises(TransitionNotAllowed):
        reopen(submission)

    assert Reopening.objects.count() == 1


def test_whoever_began_the_badge_again_is_not_read_twice():
    submission = declined()
    submissions.start(submission.badge_class, by=submission.earner)

    with pytest.raises(OpenElsewhere):
        reopen(submission)


def test_an_issued_badge_stays_valid_until_it_is_read_and_after_another_approval():
    submission = approved()
    issue()

    reopen(submission)
    meanwhile = award_of(submission).status
    read_again(submission)

    assert meanwhile == AwardStatus.ISSUED
    assert [award.status for award in Assertion.objects.all()] == [AwardStatus.ISSUED]


def test_a_badge_on_its_way_waits_and_is_issued_after_another_approval():
    submission = approved(badge_class__issuer__waiting_hours=48)

    reopen(submission)
    meanwhile = award_of(submission)
    read_again(submission)

    assert (meanwhile.status, meanwhile.waits_for_decision) == (AwardStatus.HELD, True)
    assert award_of(submission).status == AwardStatus.PENDING
    assert Assertion.objects.count() == 1


@pytest.mark.parametrize("outcome", ["returned", "declined"])
def test_an_issued_badge_is_revoked_if_it_is_not_approved_again(outcome):
    submission = approved()
    issue()

    reopen(submission)
    if outcome == "returned":
        read_again(submission, "not_yet")
    else:
        read_again(submission, decline=True)

    award = award_of(submission)
    assert award.status == AwardStatus.REVOKED
    assert award.revocation_reason == (
        "The evidence was read again, and the badge was not approved."
    )


def test_a_badge_on_its_way_is_canceled_if_it_is_not_approved_again():
    submission = approved(badge_class__issuer__waiting_hours=48)

    reopen(submission)
    read_again(submission, "not_yet")

    assert award_of(submission).status == AwardStatus.CANCELLED


def test_what_was_revoked_is_awarded_anew_once_it_is_approved_after_all():
    submission = approved()
    issue()
    reopen(submission)
    submission = read_again(submission, "not_yet")

    submissions.send(submission, by=submission.earner, statement_accepted=True)
    submission = read_again(submission)
    issue()

    assert [award.status for award in Assertion.objects.order_by("pk")] == [
        AwardStatus.REVOKED,
        AwardStatus.ISSUED,
    ]
    assert submission.is_earned


@pytest.mark.parametrize("by_others", [True, False])
def test_whoever_read_it_reads_it_again_only_if_the_coordinator_allows_it(by_others):
    submission = approved()
    reader = latest_decision(submission).decided_by

    reopening.reopen(
        submission, reason="A mistake.", by=coordinator_of(submission), by_others=by_others
    )

    assert awaiting_review(reader).exists() is not by_others
    readable = Submission.objects.filter(pk=submission.pk)
    assert nobody_can_take(readable).exists() is by_others
    assert awaiting_review(other_reviewer(submission)).exists()
    assert not nobody_can_take(readable).exists()
