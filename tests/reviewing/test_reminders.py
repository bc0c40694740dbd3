"""Reminders: queued emails, at most one per reviewer and working day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import ClosedDay
from mail.composing import compose
from mail.models import OutgoingEmail
from reviewing import operations as reviewing
from reviewing.automatic.operations.reminders import remind_reviewers
from reviewing.deadlines import count_working_days, with_deadlines
from submissions.models import Submission
from tests.factories import AssignmentFactory, judge_all

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime(2026, 2, 4, 18, tzinfo=UTC)  # ten in the morning in California


def reminders():
    return list(OutgoingEmail.objects.filter(kind="review_reminder").order_by("pk"))


def set_due_on(assignment, day):
    Submission.objects.filter(pk=assignment.submission_id).update(due_on=day)
    return assignment


@pytest.mark.parametrize(
    ("day", "count"),
    [(date(2026, 1, 30), 1), (date(2026, 2, 4), 1), (date(2026, 2, 5), 1), (date(2026, 2, 6), 0)],
)
def test_a_reminder_is_queued_when_the_due_date_is_near_or_past(assignment, day, count):
    set_due_on(assignment, day)

    remind_reviewers(now=WEDNESDAY)

    assert [(email.to, email.due_at) for email in reminders()] == [
        (assignment.reviewer.email, WEDNESDAY)
    ] * count


def test_there_is_one_reminder_per_day_for_any_number_of_submissions_and_runs(assignment):
    badge_class, reviewer = assignment.submission.badge_class, assignment.reviewer
    other = AssignmentFactory(badge_class=badge_class, reviewer=reviewer)
    set_due_on(assignment, "2026-02-02")
    set_due_on(other, "2026-02-03")

    for hours in (0, 1, 3, 24, 25):
        remind_reviewers(now=WEDNESDAY + timedelta(hours=hours))

    assert [email.key for email in reminders()] == [
        f"{reviewer.pk}:2026-02-04",
        f"{reviewer.pk}:2026-02-05",
    ]
    assert reminders()[0].context == {"assignments": [assignment.pk, other.pk]}


def test_nobody_is_reminded_on_a_weekend_or_a_closed_day(assignment):
    set_due_on(assignment, "2026-02-02")
    agency = assignment.submission.badge_class.issuer.agency
    ClosedDay.objects.create(agency=agency, date="2026-02-04", name="Storm")

    remind_reviewers(now=WEDNESDAY)
    remind_reviewers(now=WEDNESDAY + timedelta(days=3))

    assert reminders() == []


def test_a_reminder_queued_at_night_is_due_in_the_morning(assignment):
    set_due_on(assignment, "2026-02-02")

    remind_reviewers(now=datetime(2026, 2, 4, 9, tzinfo=UTC))

    assert [email.due_at for email in reminders()] == [datetime(2026, 2, 4, 15, tzinfo=UTC)]


def test_the_reminder_lists_what_is_still_due_when_it_is_sent(assignment):
    set_due_on(assignment, "2026-02-02")
    earner = assignment.submission.earner
    remind_reviewers(now=WEDNESDAY)
    [email] = reminders()

    before = compose(email)
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judge_all(assignment))
    after = compose(email)

    assert before.subject == "1 review is due"
    for words in (before.body, before.alternatives[0].content):
        assert assignment.get_absolute_url() in words
        assert assignment.submission.pseudonym in words
        assert earner.name not in words
    assert after.subject == "Your reviews are up to date"
    assert assignment.get_absolute_url() not in after.body


def test_no_reminder_is_queued_for_released_assignments(assignment):
    set_due_on(assignment, "2026-02-02")
    reviewing.release(assignment, by=assignment.reviewer)

    remind_reviewers(now=WEDNESDAY)

    assert reminders() == []


def test_working_days_exclude_weekends_and_closed_days(assignment):
    friday, monday = date(2026, 2, 6), date(2026, 2, 9)
    agency = assignment.submission.badge_class.issuer.agency
    ClosedDay.objects.create(agency=agency, date=date(2026, 2, 10), name="A local day")
    submission = set_due_on(assignment, date(2026, 2, 11)).submission
    submission.refresh_from_db()

    assert count_working_days(friday, monday) == 1
    assert count_working_days(monday, friday) == -1
    assert count_working_days(friday, friday) == 0
    [waiting] = with_deadlines([submission], today=friday)
    assert (waiting.days_left, waiting.is_late) == (2, False)
    [waiting] = with_deadlines([submission], today=date(2026, 2, 13))
    assert (waiting.days_left, waiting.days_late, waiting.is_late) == (-2, 2, True)
