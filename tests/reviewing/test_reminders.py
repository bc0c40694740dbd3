"""Reminders: due rows, at most one letter a reviewer and working day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import ClosedDay
from mail.composing import compose
from mail.models import OutgoingEmail
from reviewing import operations
from reviewing.deadlines import count_working_days, with_promises
from submissions.models import Submission
from tests.factories import AssignmentFactory, judge_all

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime(2026, 2, 4, 18, tzinfo=UTC)  # ten in the morning in California


def letters():
    return list(OutgoingEmail.objects.filter(kind="review_reminder").order_by("pk"))


def due(assignment, day):
    Submission.objects.filter(pk=assignment.submission_id).update(due_on=day)
    return assignment


@pytest.mark.parametrize(
    ("day", "count"),
    [(date(2026, 1, 30), 1), (date(2026, 2, 4), 1), (date(2026, 2, 5), 1), (date(2026, 2, 6), 0)],
)
def test_a_reminder_comes_when_the_date_is_near_or_past(assignment, day, count):
    due(assignment, day)

    operations.remind_reviewers(now=WEDNESDAY)

    assert [(email.to, email.due_at) for email in letters()] == [
        (assignment.reviewer.email, WEDNESDAY)
    ] * count


def test_there_is_one_letter_a_day_however_many_submissions_and_runs(assignment):
    badge_class, reviewer = assignment.submission.badge_class, assignment.reviewer
    other = AssignmentFactory(badge_class=badge_class, reviewer=reviewer)
    due(assignment, "2026-02-02")
    due(other, "2026-02-03")

    for hours in (0, 1, 3, 24, 25):
        operations.remind_reviewers(now=WEDNESDAY + timedelta(hours=hours))

    assert [email.key for email in letters()] == [
        f"{reviewer.pk}:2026-02-04",
        f"{reviewer.pk}:2026-02-05",
    ]
    assert letters()[0].context == {"assignments": [assignment.pk, other.pk]}


def test_nobody_is_reminded_on_a_weekend_or_a_closed_day(assignment):
    due(assignment, "2026-02-02")
    agency = assignment.submission.badge_class.issuer.agency
    ClosedDay.objects.create(agency=agency, date="2026-02-04", name="Storm")

    operations.remind_reviewers(now=WEDNESDAY)
    operations.remind_reviewers(now=WEDNESDAY + timedelta(days=3))

    assert letters() == []


def test_a_letter_that_is_queued_at_night_waits_for_the_morning(assignment):
    due(assignment, "2026-02-02")

    operations.remind_reviewers(now=datetime(2026, 2, 4, 9, tzinfo=UTC))

    assert [email.due_at for email in letters()] == [datetime(2026, 2, 4, 15, tzinfo=UTC)]


def test_the_letter_names_what_still_waits_when_it_leaves(assignment):
    due(assignment, "2026-02-02")
    earner = assignment.submission.earner
    operations.remind_reviewers(now=WEDNESDAY)
    [email] = letters()

    before = compose(email)
    operations.send_review(assignment, by=assignment.reviewer, judgments=judge_all(assignment))
    after = compose(email)

    assert before.subject == "1 review is due"
    for words in (before.body, before.alternatives[0].content):
        assert assignment.get_absolute_url() in words
        assert assignment.submission.pseudonym in words
        assert earner.name not in words
    assert after.subject == "Your reviews are up to date"
    assert assignment.get_absolute_url() not in after.body


def test_who_gave_it_back_or_decided_is_left_alone(assignment):
    due(assignment, "2026-02-02")
    operations.release(assignment, by=assignment.reviewer)

    operations.remind_reviewers(now=WEDNESDAY)

    assert letters() == []


def test_working_days_are_counted_over_weekends_and_closed_days(assignment):
    friday, monday = date(2026, 2, 6), date(2026, 2, 9)
    agency = assignment.submission.badge_class.issuer.agency
    ClosedDay.objects.create(agency=agency, date=date(2026, 2, 10), name="A local day")
    submission = due(assignment, date(2026, 2, 11)).submission
    submission.refresh_from_db()

    assert count_working_days(friday, monday) == 1
    assert count_working_days(monday, friday) == -1
    assert count_working_days(friday, friday) == 0
    [waiting] = with_promises([submission], today=friday)
    assert (waiting.days_left, waiting.is_late) == (2, False)
    [waiting] = with_promises([submission], today=date(2026, 2, 13))
    assert (waiting.days_left, waiting.days_late, waiting.is_late) == (-2, 2, True)
