"""From the draft of a submission to the issued badge, and what must not happen on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import InternalError, transaction
from django.utils import timezone

from issuing.awards.operations import changes as issuing
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from mail.models import OutgoingEmail
from reviewing import operations as reviewing
from reviewing.operations import Judgment
from submissions import operations as submissions
from submissions.models import EvidenceItem
from submissions.states import TRANSITIONS, Status
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    DraftFactory,
    SentSubmissionFactory,
    UserFactory,
    approved_submission,
    judge_all,
    reviewer_for,
)

pytestmark = pytest.mark.django_db


def test_approving_a_submission_makes_its_award_due():
    submission = approved_submission()

    assertion = Assertion.objects.get()
    assert assertion.recipient == submission.earner
    assert assertion.version == submission.version
    assert assertion.status == Assertion.Status.PENDING


def test_a_due_award_is_issued_once_with_one_letter():
    approved_submission()

    issued = [issue_batch(now=timezone.now()) for _ in range(3)]

    assert issued == [(1, []), (0, []), (0, [])]
    assert Assertion.objects.get().status == Assertion.Status.ISSUED
    assert OutgoingEmail.objects.filter(kind="badge_issued").count() == 1


def test_an_award_is_issued_after_the_waiting_time_of_its_badge():
    approved_submission(badge_class=BadgeFactory(waiting_hours=48))
    now = timezone.now()

    assert issue_batch(now=now + timedelta(hours=47)) == (0, [])
    assert issue_batch(now=now + timedelta(hours=49)) == (1, [])


def test_criteria_that_were_met_stay_met_in_a_returned_submission():
    assignment = AssignmentFactory()
    submission, reviewer = assignment.submission, assignment.reviewer
    plan, teach, share = submission.version.criteria.all()

    reviewing.send_review(
        assignment,
        by=reviewer,
        judgments={
            plan: Judgment("met"),
            teach: Judgment("not_yet", "Add the second piece of student work."),
            share: Judgment("not_yet", "Optional, but a line would be nice."),
        },
    )

    submission.refresh_from_db()
    assert submission.status == Status.RETURNED
    assert list(submission.met_criteria.all()) == [plan]
    with pytest.raises(submissions.NotEditable):
        submissions.write_text(submission, plan, "Changed after all.")
    submissions.write_text(submission, teach, "Now with both.")
    submissions.send(submission, by=submission.earner, statement_accepted=True)
    second = reviewing.claim(submission, by=reviewer)
    attempt = submission.latest_attempt
    assert reviewing.criteria_to_judge(attempt) == [teach, share]
    reviewing.send_review(second, by=reviewer, judgments=judge_all(second))
    submission.refresh_from_db()
    assert submission.status == Status.APPROVED


def test_evidence_that_was_sent_in_cannot_change():
    submission = SentSubmissionFactory()
    item = EvidenceItem.objects.first()

    with pytest.raises(InternalError), transaction.atomic():
        EvidenceItem.objects.filter(pk=item.pk).update(text="something else")
    with pytest.raises(InternalError), transaction.atomic():
        item.delete()
    with pytest.raises(submissions.NotEditable):
        submissions.write_text(submission, item.criterion, "something else")


def test_nobody_reviews_their_own_submission():
    badge_class = BadgeFactory()
    reviewer = reviewer_for(badge_class)
    submission = SentSubmissionFactory(earner=reviewer, badge_class=badge_class)

    with pytest.raises(reviewing.ReviewerNotAllowed):
        reviewing.claim(submission, by=reviewer)


def test_a_submission_with_an_unanswered_criterion_cannot_be_sent():
    submission = DraftFactory()
    plan, teach, _share = submission.version.criteria.all()
    submissions.write_text(submission, plan, "A plan.")

    with pytest.raises(submissions.Incomplete) as refusal:
        submissions.send(submission, by=submission.earner, statement_accepted=True)

    assert refusal.value.criteria == [teach]


@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_transitions(status):
    assert TRANSITIONS[status] <= set(Status) - {status}


def test_a_revoked_badge_can_be_earned_again():
    submission = approved_submission()
    issue_batch(now=timezone.now())
    earner, badge_class = submission.earner, submission.badge_class
    with pytest.raises(submissions.CannotStart):
        submissions.start(badge_class, by=earner)

    issuing.revoke(Assertion.objects.get(), by=UserFactory(), reason="The evidence was a mix-up.")

    again = submissions.start(badge_class, by=earner)
    assert again != submission
    assert again.status == Status.DRAFT
