"""A submission or review that the database refuses keeps no other waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from background.operations import go_on
from mail.models import OutgoingEmail
from reviewing import operations as reviewing
from reviewing.automatic.operations import reminders
from reviewing.automatic.operations.assigning import assign_due
from reviewing.automatic.operations.reminders import remind_to_begin, tell_of_late_reviews
from reviewing.automatic.operations.returning import return_due
from reviewing.calibration.operations.reminders import remind_of_rechecks
from reviewing.decisions.operations import put_due_into_effect
from reviewing.models import Assignment, Decision, Qualification
from submissions.models import Submission
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    IssuerFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.faults.refusing_database import refusing
from tests.reviewing.automatic.cases import badge_that_is_assigned, sent
from tests.reviewing.calibration.anchors import published_anchor, qualified

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
DAY = timedelta(days=1)


def assigned(badge, *, begin_by=None):
    """To a reviewer of its own, who does not begin it."""
    submission = sent(badge, now=NOW - timedelta(days=7))
    assignment = reviewing.claim(submission, by=reviewer_for(badge), now=NOW - timedelta(days=7))
    Assignment.objects.filter(pk=assignment.pk).update(begin_by=begin_by)
    return assignment


def a_working_day():
    return datetime(2026, 3, 3, 17, tzinfo=UTC)


def test_assigning_places(log):
    badge = badge_that_is_assigned()
    reviewer_for(badge)
    first, _second = sent(badge, now=NOW - DAY), sent(badge, now=NOW - DAY)
    assigned_now = Assignment.objects.values_list("submission", flat=True)

    with refusing(Assignment, when=f"NEW.submission_id = {first.pk}"):
        go_on(assign_due, now=NOW)
    assert (len(assigned_now.all()), first.pk in assigned_now.all()) == (1, False)
    assert log()

    go_on(assign_due, now=NOW)
    assert first.pk in assigned_now.all()


def test_returning_what_nobody_begins(log):
    badge = badge_that_is_assigned()
    over = (NOW - timedelta(days=2)).date()
    first, _second = (assigned(badge, begin_by=over) for _ in range(2))
    still = Assignment.objects.active().order_by("pk")

    with refusing(Assignment, when=f"NEW.id = {first.pk}"):
        go_on(return_due, now=NOW)
    assert (list(still.all()), len(log())) == ([first], 1)

    go_on(return_due, now=NOW)
    assert not still.all()


def test_putting_decisions_into_effect(log):
    issuer = IssuerFactory(decision_wait_minutes=10)
    decisions = []
    for _ in range(2):
        waiting = AssignmentFactory(badge_class=BadgeFactory(issuer=issuer))
        by = waiting.reviewer
        decisions.append(reviewing.send_review(waiting, by=by, judgments=judge_all(waiting)))
    first, second = decisions
    due = second.takes_effect_at
    waits = Decision.objects.filter(status="due")

    with refusing(Decision, when=f"NEW.id = {first.pk}"):
        go_on(put_due_into_effect, now=due)
    assert (list(waits.all()), len(log())) == ([first], 1)

    go_on(put_due_into_effect, now=due)
    assert not waits.all()


def to_begin(badge, now):
    """They return tomorrow."""
    people = [assigned(badge, begin_by=now.date() + DAY).reviewer for _ in range(2)]
    return remind_to_begin, "review_to_begin", people


def due_soon(badge, now):
    people = [assigned(badge).reviewer for _ in range(2)]
    Submission.objects.update(due_on=now.date())
    return reminders.remind_reviewers, "review_reminder", people


def late(badge, now):
    sent(badge)
    Submission.objects.update(due_on=now.date() - timedelta(days=7))
    return tell_of_late_reviews, "late_reviews", [coordinator_for(badge) for _ in range(2)]


@pytest.mark.parametrize("reminder", [to_begin, due_soon, late])
def test_reminding_reviewers_and_coordinators(log, reminder):
    now = a_working_day()
    remind, kind, (first, second) = reminder(badge_that_is_assigned(), now)
    emails = OutgoingEmail.objects.filter(kind=kind).order_by("pk").values_list("to", flat=True)

    with refusing(OutgoingEmail, when=f"NEW.to = '{first.email}'"):
        remind(now=now)
    assert (list(emails.all()), bool(log())) == ([second.email], True)

    remind(now=now)
    assert list(emails.all()) == [second.email, first.email]


def test_reminding_of_qualifications(log):
    badge = BadgeFactory()
    published_anchor(badge, use="qualification")
    first, second = (qualified(reviewer_for(badge), badge) for _ in range(2))
    Qualification.objects.update(remind_on=NOW.date())
    emails = OutgoingEmail.objects.filter(kind="qualification_ends").values_list("to", flat=True)

    with refusing(OutgoingEmail, when=f"NEW.to = '{first.reviewer.email}'"):
        remind_of_rechecks(now=NOW)
    assert (list(emails.all()), bool(log())) == ([second.reviewer.email], True)

    remind_of_rechecks(now=NOW + DAY)
    assert set(emails.all()) == {first.reviewer.email, second.reviewer.email}
