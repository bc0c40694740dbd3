"""A coordinator gives submissions to a reviewer, or back to the queue."""

import pytest
from django.core import mail

from audit.models import AuditEntry
from audit.moves import ReasonMissing, TransitionNotAllowed
from mail.models import OutgoingEmail
from mail.tasks import send_due_emails
from reviewing import operations as reviewing
from reviewing.assigning import operations as assigning
from reviewing.decisions.operations import AlreadyDecided
from reviewing.models import Assignment, Review, ReviewerSettings
from reviewing.why_taken import why_taken
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    DraftFactory,
    MembershipFactory,
    SchoolFactory,
    SentSubmissionFactory,
    ask_to_decline,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.races import at_once
from tests.reviewing.readers import badge_read_by_two, reads, sends, sent_for

pytestmark = pytest.mark.django_db


def test_a_waiting_submission_is_given_to_a_reviewer_who_gets_an_email():
    submission = SentSubmissionFactory()
    reviewer = reviewer_for(submission.badge_class)
    coordinator = coordinator_for(submission.badge_class)

    assignment = assigning.assign(submission, to=reviewer, by=coordinator)

    submission.refresh_from_db()
    assert (submission.status, assignment.reviewer) == ("in_review", reviewer)
    [entry] = AuditEntry.objects.filter(act="review assigned")
    assert entry.actor == coordinator
    OutgoingEmail.objects.exclude(kind="review_assigned").delete()
    send_due_emails()
    [email] = mail.outbox
    assert email.to == [reviewer.email]
    assert assignment.get_absolute_url() in email.body
    assert submission.earner.name not in email.body


def test_another_reviewer_goes_on_and_the_draft_of_the_first_is_kept():
    first = AssignmentFactory()
    submission = first.submission
    reviewing.save_draft(first, by=first.reviewer, judgments=judge_all(first), summary="So far.")
    second = reviewer_for(submission.badge_class)

    assigning.assign(
        submission, to=second, by=coordinator_for(submission.badge_class), reason="Away."
    )

    active = Assignment.objects.active().get(submission=submission)
    assert active.reviewer == second
    assert Review.objects.get(reviewer=first.reviewer).summary == "So far."


def test_nothing_is_taken_from_a_reviewer_without_a_reason_that_they_read():
    had = AssignmentFactory()
    submission, coordinator = had.submission, coordinator_for(had.submission.badge_class)
    other = reviewer_for(submission.badge_class)

    for act in (
        lambda: assigning.assign(submission, to=other, by=coordinator, reason=" "),
        lambda: assigning.take_away(submission, by=coordinator),
        lambda: assigning.return_one(had, by=coordinator, reason=""),
    ):
        with pytest.raises(ReasonMissing):
            act()
    assert Assignment.objects.active().get() == had

    assigning.assign(submission, to=other, by=coordinator, reason="You are away.")

    had.refresh_from_db()
    assert why_taken(had) == "You are away."


def test_one_place_returns_to_the_queue_and_the_other_reader_goes_on():
    submission = sent_for(badge_read_by_two())
    one, other = reads(submission), reads(submission)
    coordinator = coordinator_for(submission.badge_class)

    returned = [assigning.return_one(one, by=coordinator, reason="She left.") for _ in range(2)]

    assert returned == [True, False]
    assert list(Assignment.objects.active()) == [other]
    sends(other)
    assert not assigning.return_one(other, by=coordinator, reason="He left, too.")


def test_a_coordinator_who_reads_returns_only_their_own_place_to_the_queue():
    badge = badge_read_by_two()
    coordinator = coordinator_for(badge)
    MembershipFactory(user=coordinator, agency=badge.issuer.agency, role="reviewer")
    submission = sent_for(badge)
    reads(submission, coordinator)
    other = reads(submission)

    assert not assigning.return_one(other, by=coordinator, reason="It is mine.")
    assert assigning.take_away(submission, by=coordinator)

    assert list(Assignment.objects.active()) == [other]


def test_it_is_given_to_nobody_who_does_not_read_its_language():
    submission = SentSubmissionFactory()
    reviewer = reviewer_for(submission.badge_class)
    ReviewerSettings.objects.update_or_create(user=reviewer, defaults={"languages": ["es"]})

    with pytest.raises(reviewing.ReviewerNotAllowed):
        assigning.assign(submission, to=reviewer, by=coordinator_for(submission.badge_class))


def test_giving_it_twice_is_one_assignment_and_one_email():
    submission = SentSubmissionFactory()
    reviewer = reviewer_for(submission.badge_class)
    coordinator = coordinator_for(submission.badge_class)

    given = [assigning.assign(submission, to=reviewer, by=coordinator) for _ in range(2)]

    assert given[1] is None
    assert Assignment.objects.filter(submission=submission).count() == 1
    assert OutgoingEmail.objects.filter(kind="review_assigned").count() == 1


def test_nobody_gets_the_submission_of_a_colleague_or_of_another_agency_or_without_sign_in():
    submission = SentSubmissionFactory()
    school = SchoolFactory()
    MembershipFactory(user=submission.earner, agency=school)
    colleague = reviewer_for(submission.badge_class)
    MembershipFactory(user=colleague, agency=school)
    elsewhere = reviewer_for(BadgeFactory())
    inactive = reviewer_for(submission.badge_class, user__is_active=False)
    coordinator = coordinator_for(submission.badge_class)

    for person in (colleague, elsewhere, inactive, submission.earner):
        with pytest.raises(reviewing.ReviewerNotAllowed):
            assigning.assign(submission, to=person, by=coordinator)

    assert not Assignment.objects.exists()


def test_what_is_decided_stays_with_its_reviewer():
    assignment = AssignmentFactory()
    ask_to_decline(assignment)
    coordinator = coordinator_for(assignment.submission.badge_class)
    other = reviewer_for(assignment.submission.badge_class)

    with pytest.raises(AlreadyDecided):
        assigning.assign(assignment.submission, to=other, by=coordinator, reason="Away.")
    with pytest.raises(AlreadyDecided):
        assigning.take_away(assignment.submission, by=coordinator, reason="Away.")


def test_a_draft_is_given_to_nobody():
    draft = DraftFactory()
    reviewer = reviewer_for(draft.badge_class)

    with pytest.raises((TransitionNotAllowed, reviewing.ReviewerNotAllowed)):
        assigning.assign(draft, to=reviewer, by=coordinator_for(draft.badge_class))


def test_a_submission_returns_to_the_queue_once():
    assignment = AssignmentFactory()
    submission = assignment.submission
    coordinator = coordinator_for(submission.badge_class)

    taken = [assigning.take_away(submission, by=coordinator, reason="Away.") for _ in range(2)]

    submission.refresh_from_db()
    assert (taken, submission.status) == ([True, False], "submitted")


@pytest.mark.parametrize("way", ["taken back", "given to another"])
def test_a_reviewer_is_informed_that_a_submission_was_taken_from_them(way):
    had = AssignmentFactory()
    submission, reviewer = had.submission, had.reviewer
    coordinator = coordinator_for(submission.badge_class)

    for _ in range(2):
        if way == "taken back":
            assigning.take_away(submission, by=coordinator, reason="Away.")
        else:
            another = reviewer_for(submission.badge_class)
            assigning.assign(submission, to=another, by=coordinator, reason="Away.")
            break

    OutgoingEmail.objects.exclude(kind="review_taken").delete()
    send_due_emails()
    [email] = mail.outbox
    assert email.to == [reviewer.email]
    assert email.subject == f"A submission for “{submission.version.name}” is no longer with you"
    assert "What you wrote is kept" in email.body
    assert submission.earner.name not in email.body


def test_a_coordinator_who_takes_their_own_review_back_gets_no_email():
    assignment = AssignmentFactory()

    assigning.take_away(assignment.submission, by=assignment.reviewer)

    assert not OutgoingEmail.objects.filter(kind="review_taken").exists()


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_give_it_to_two_reviewers_and_one_has_it():
    submission = SentSubmissionFactory()
    one, other = reviewer_for(submission.badge_class), reviewer_for(submission.badge_class)
    coordinator = coordinator_for(submission.badge_class)

    at_once(
        lambda: assigning.assign(submission, to=one, by=coordinator, reason="Away."),
        lambda: assigning.assign(submission, to=other, by=coordinator, reason="Away."),
    )

    assert Assignment.objects.active().count() == 1
    submission.refresh_from_db()
    assert submission.status == "in_review"
