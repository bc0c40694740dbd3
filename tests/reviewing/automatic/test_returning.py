"""What nobody begins, and what somebody leaves behind, goes on with others."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from audit.models import AuditEntry
from catalog.models import Issuer
from mail.models import OutgoingEmail
from mail.tasks import send_due_emails
from reviewing import operations as reviewing
from reviewing.automatic.operations import reminders, returning
from reviewing.models import Assignment, Review
from submissions.models import Submission
from tests.factories import coordinator_for, judge_all, reviewer_for
from tests.reviewing.automatic.cases import badge_that_is_assigned, given, sent
from tests.reviewing.readers import sends

pytestmark = pytest.mark.django_db


def at(year: int, month: int, day: int) -> datetime:
    return timezone.make_aware(datetime.combine(date(year, month, day), time(10)))


MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (at(2026, 3, day) for day in range(2, 7))
NEXT_MONDAY, NEXT_TUESDAY = at(2026, 3, 9), at(2026, 3, 10)


@pytest.fixture
def assignment():
    """To be begun by Wednesday."""
    badge = badge_that_is_assigned(days_to_begin=2)
    reviewer = reviewer_for(badge)
    return reviewing.claim(sent(badge, now=MONDAY), by=reviewer, now=MONDAY)


def returned(*, now) -> int:
    due, left = returning.return_due(now=now)
    assert left == []
    return due


def test_what_is_not_begun_in_time_returns_and_goes_to_somebody_else(assignment):
    reviewer, submission = assignment.reviewer, assignment.submission
    somebody = reviewer_for(submission.badge_class)

    counts = [returned(now=day) for day in (WEDNESDAY, THURSDAY, THURSDAY)]

    assert counts == [0, 1, 0]
    submission.refresh_from_db()
    assert submission.status == "submitted"
    assert AuditEntry.objects.filter(act="review not begun in time", actor=None).count() == 1
    assert given(now=THURSDAY) == [somebody]
    OutgoingEmail.objects.exclude(kind="review_returned").delete()
    send_due_emails()
    [email] = mail.outbox
    assert (email.to, "was not begun in time" in email.body) == ([reviewer.email], True)


def test_a_weekend_does_not_count():
    badge = badge_that_is_assigned(days_to_begin=1)
    reviewing.claim(sent(badge, now=FRIDAY), by=reviewer_for(badge), now=FRIDAY)

    assert [returned(now=day) for day in (NEXT_MONDAY, NEXT_TUESDAY)] == [0, 1]


def test_what_is_begun_stays(assignment):
    reviewing.save_draft(
        assignment, by=assignment.reviewer, judgments={}, summary="A beginning.", now=WEDNESDAY
    )

    assert returned(now=NEXT_TUESDAY) == 0


def test_without_a_time_nothing_returns():
    badge = badge_that_is_assigned()
    reviewing.claim(sent(badge, now=MONDAY), by=reviewer_for(badge), now=MONDAY)

    assert returned(now=MONDAY + timedelta(days=200)) == 0


@pytest.mark.parametrize("how", ["role", "account"])
def test_the_draft_of_somebody_who_leaves_is_kept_and_the_submission_goes_on(assignment, how):
    reviewer, submission = assignment.reviewer, assignment.submission
    judgments = judge_all(assignment)
    reviewing.save_draft(assignment, by=reviewer, judgments=judgments, now=MONDAY)
    if how == "role":
        reviewer.memberships.update(ended_at=MONDAY)
    else:
        type(reviewer).objects.filter(pk=reviewer.pk).update(is_active=False)
    somebody = reviewer_for(submission.badge_class)

    assert returned(now=TUESDAY) == 1

    assert Review.objects.get().judgments.count() == len(judgments)
    assert not OutgoingEmail.objects.filter(kind="review_returned").exists()
    act = "review of somebody who left returned"
    assert AuditEntry.objects.filter(act=act, actor=None).count() == 1
    assert given(now=TUESDAY) == [somebody]
    taken = Assignment.objects.active().get()
    reviewing.save_draft(taken, by=somebody, judgments=judge_all(taken, "not_yet", "More."))
    assert Review.objects.count() == 2


def test_what_somebody_finished_before_leaving_stays(assignment):
    assignment.submission.badge_class.issuer.decision_wait_minutes = 10
    type(assignment.submission.badge_class.issuer).objects.update(decision_wait_minutes=10)
    sends(assignment, now=MONDAY)
    assignment.reviewer.memberships.update(ended_at=MONDAY)

    assert returned(now=TUESDAY) == 0


def test_the_first_of_two_readers_leaves_and_the_second_notices_nothing():
    badge = badge_that_is_assigned(review_scheme="two_readers")
    one, other = (reviewer_for(badge) for _ in range(2))
    submission = sent(badge, now=MONDAY)
    for reader in (one, other):
        reviewing.claim(submission, by=reader, now=MONDAY)
    one.memberships.update(ended_at=MONDAY)

    assert returned(now=TUESDAY) == 1

    assert Submission.objects.get().status == "in_review"
    assert Assignment.objects.active().get().reviewer == other


def emails(kind: str) -> int:
    return OutgoingEmail.objects.filter(kind=kind).count()


def test_a_reviewer_is_reminded_once_on_the_day_before(assignment):
    for day in (MONDAY, TUESDAY, TUESDAY, WEDNESDAY):
        reminders.remind_to_begin(now=day)
        assert emails("review_to_begin") == (0 if day == MONDAY else 1)

    OutgoingEmail.objects.exclude(kind="review_to_begin").delete()
    send_due_emails()
    [email] = mail.outbox
    assert "March 4, 2026" in email.body


def test_a_reminder_is_not_sent_to_somebody_who_has_begun_meanwhile(assignment):
    reminders.remind_to_begin(now=TUESDAY)
    reviewing.save_draft(assignment, by=assignment.reviewer, judgments={}, summary="Yes.")

    OutgoingEmail.objects.exclude(kind="review_to_begin").delete()
    send_due_emails()

    assert mail.outbox == []


def test_coordinators_are_told_of_what_is_late_once_a_working_day(assignment):
    submission = assignment.submission
    coordinator = coordinator_for(submission.badge_class)
    Submission.objects.update(due_on=MONDAY.date())
    Issuer.objects.update(assigns_reviewers=False)

    for day in (MONDAY, TUESDAY, TUESDAY, WEDNESDAY):
        reminders.tell_of_late_reviews(now=day)
    reminders.tell_of_late_reviews(now=at(2026, 3, 7))  # a Saturday

    assert emails("late_reviews") == 2
    OutgoingEmail.objects.exclude(kind="late_reviews").delete()
    send_due_emails()
    assert [email.to for email in mail.outbox] == [[coordinator.email]] * 2
    assert mail.outbox[0].subject == "1 submission is late"
