"""Reviewers practice with anchors and qualify with others."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.db import InternalError, transaction
from django.utils import timezone

from audit.models import AuditEntry
from editing.forms import Edit
from mail.models import OutgoingEmail
from mail.tasks import send_due_emails
from reviewing import operations as reviewing
from reviewing.assigning import operations as assigning
from reviewing.calibration.operations import anchors, readings
from reviewing.calibration.operations.reminders import remind_of_rechecks
from reviewing.models import Anchor, AnchorReading, Qualification
from reviewing.querysets import awaiting_review
from tests.factories import BadgeFactory, SentSubmissionFactory, coordinator_for, reviewer_for
from tests.issuing.awards import issued_award
from tests.races import at_once
from tests.reviewing.calibration.anchors import (
    answers_all,
    as_agreed,
    asks,
    published_anchor,
    qualified,
)

pytestmark = pytest.mark.django_db


def test_whoever_answers_as_agreed_has_qualified():
    badge = BadgeFactory()
    published_anchor(badge, use="qualification")
    published_anchor(badge, use="qualification", not_yet=[1])
    published_anchor(badge)  # for practice: it is not part of it
    reviewer = reviewer_for(badge)

    found = qualified(reviewer, badge)

    assert (found.judged, found.as_agreed, found.is_reached) == (4, 4, True)
    [entry] = AuditEntry.objects.filter(act="reviewer qualified")
    assert entry.people == [reviewer.pk]


@pytest.mark.parametrize(
    ("mark", "wrong", "reached"), [(80, 1, False), (75, 1, True), (76, 1, False), (50, 2, True)]
)
def test_the_mark_of_the_badge_decides(mark, wrong, reached):
    badge = BadgeFactory()
    asks(badge, mark=mark)
    published_anchor(badge, use="qualification")
    published_anchor(badge, use="qualification")

    begun = readings.begin(badge, by=reviewer_for(badge))

    assert answers_all(begun, wrong=wrong).is_reached == reached


def test_nobody_qualifies_who_misses_a_verdict_that_nobody_may_miss():
    badge = BadgeFactory()
    asks(badge, mark=50)
    published_anchor(badge, use="qualification", must=[0])

    found = answers_all(readings.begin(badge, by=reviewer_for(badge)), wrong=1)

    assert (found.as_agreed, found.judged, found.musts_missed) == (1, 2, 1)
    assert found.is_reached is False


def test_the_next_try_is_a_day_later():
    badge = BadgeFactory()
    published_anchor(badge, use="qualification")
    reviewer, now = reviewer_for(badge), timezone.now()
    answers_all(readings.begin(badge, by=reviewer, now=now), wrong=2, now=now)

    with pytest.raises(readings.TooSoon):
        readings.begin(badge, by=reviewer, now=now + timedelta(hours=19))
    again = readings.begin(badge, by=reviewer, now=now + timedelta(hours=21))

    assert again.finished_at is None


def test_anchors_that_were_read_least_come_first():
    badge = BadgeFactory()
    reviewer, now = reviewer_for(badge), timezone.now()
    first = [published_anchor(badge, use="qualification") for _ in range(5)]
    answers_all(readings.begin(badge, by=reviewer, now=now), wrong=9, now=now)
    new = [published_anchor(badge, use="qualification") for _ in range(2)]

    again = readings.begin(badge, by=reviewer, now=now + timedelta(days=1))

    given = {one.anchor_version.anchor for one in again.readings.all()}
    assert len(given) == readings.MOST_ANCHORS
    assert given >= set(new)
    assert given <= {*first, *new}


def test_whoever_made_an_anchor_does_not_qualify_with_it():
    badge = BadgeFactory()
    reviewer = reviewer_for(badge)
    published_anchor(badge, use="qualification", by=reviewer)

    with pytest.raises(readings.NothingToRead):
        readings.begin(badge, by=reviewer)


def test_only_reviewers_of_the_badge_qualify():
    badge = BadgeFactory()
    published_anchor(badge, use="qualification")

    with pytest.raises(readings.NotAllowed):
        readings.begin(badge, by=reviewer_for(BadgeFactory()))


def test_a_badge_can_ask_that_its_reviewers_hold_it():
    badge = BadgeFactory()
    asks(badge, needs_badge=True)
    published_anchor(badge, use="qualification")
    reviewer = reviewer_for(badge)
    with pytest.raises(readings.NotAllowed):
        readings.begin(badge, by=reviewer)

    issued_award(badge_class=badge, earner=reviewer)

    assert readings.begin(badge, by=reviewer).readings.count() == 1


# --- What it changes -----------------------------------------------------------------------------


def test_a_badge_that_asks_for_it_is_reviewed_only_by_those_who_have_qualified():
    badge = BadgeFactory()
    published_anchor(badge, use="qualification")
    submission = SentSubmissionFactory(badge_class=badge)
    reviewer, coordinator = reviewer_for(badge), coordinator_for(badge)
    assert list(awaiting_review(reviewer)) == [submission]

    asks(badge, is_required=True)

    assert list(awaiting_review(reviewer)) == []
    with pytest.raises(reviewing.ReviewerNotAllowed):
        reviewing.claim(submission, by=reviewer)
    with pytest.raises(reviewing.ReviewerNotAllowed):
        assigning.assign(submission, to=reviewer, by=coordinator)
    assert reviewing.claim_next(by=reviewer) is None
    qualified(reviewer, badge)
    assert reviewing.claim_next(by=reviewer).submission == submission


def test_a_qualification_ends_on_the_day_of_the_next_check():
    badge = BadgeFactory()
    asks(badge, is_required=True, recheck_months=6)
    published_anchor(badge, use="qualification")
    reviewer = reviewer_for(badge)
    now = timezone.now() - timedelta(days=200)

    found = qualified(reviewer, badge, now=now)

    SentSubmissionFactory(badge_class=badge)
    assert found.recheck_on < timezone.localdate()
    assert list(awaiting_review(reviewer)) == []
    qualified(reviewer, badge)
    assert awaiting_review(reviewer).count() == 1


def test_the_next_check_is_on_the_last_day_of_a_shorter_month():
    assert readings._months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert readings._months_after(date(2027, 12, 31), 2) == date(2028, 2, 29)
    assert readings._months_after(date(2026, 11, 30), 1) == date(2026, 12, 30)


def test_reviewers_are_told_once_before_a_qualification_ends():
    badge = BadgeFactory()
    published_anchor(badge, use="qualification")
    reviewer = reviewer_for(badge)
    found = qualified(reviewer, badge)
    day = timezone.make_aware(datetime.combine(found.remind_on, datetime.min.time()))

    assert remind_of_rechecks(now=day - timedelta(hours=1)) == 0
    assert [remind_of_rechecks(now=day) for _ in range(2)] == [1, 0]

    OutgoingEmail.objects.exclude(kind="qualification_ends").delete()
    send_due_emails()
    [email] = mail.outbox
    assert email.to == [reviewer.email]
    assert badge.published_version.name in email.subject
    assert f"/reviews/calibration/{badge.slug}/" in email.body


# --- Two windows, and anchors that change meanwhile ----------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_windows_begin_one_qualification():
    badge = BadgeFactory()
    published_anchor(badge, use="qualification")
    reviewer = reviewer_for(badge)

    outcomes = at_once(*[lambda: readings.begin(badge, by=reviewer)] * 2)

    assert len(set(outcomes)) == 1
    assert AnchorReading.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_that_answer_one_counts():
    badge = BadgeFactory()
    published_anchor(badge, use="qualification")
    begun = readings.begin(badge, by=reviewer_for(badge))
    first, second = (begun.readings.get() for _ in range(2))
    right = as_agreed(first)
    wrong = dict.fromkeys(right, "not_yet")

    outcomes = at_once(
        lambda: readings.answer(first, by=begun.reviewer, verdicts=right),
        lambda: readings.answer(second, by=begun.reviewer, verdicts=wrong),
    )

    assert [type(one) for one in outcomes].count(readings.AlreadyAnswered) == 1
    found = Qualification.objects.get()
    assert found.as_agreed == (0 if isinstance(outcomes[0], Exception) else 2)


def test_whoever_has_begun_is_judged_by_what_they_were_given():
    badge = BadgeFactory()
    coordinator = coordinator_for(badge)
    anchor = published_anchor(badge, use="qualification", by=coordinator)
    begun = readings.begin(badge, by=reviewer_for(badge))

    _agree_otherwise(anchor, badge, coordinator)

    assert answers_all(begun).as_agreed == 2
    assert begun.readings.get().anchor_version.number == 1


def _agree_otherwise(anchor, badge, coordinator):
    threads = [one.thread.hex for one in badge.published_version.criteria.filter(required=True)]
    changes = {f"verdict_{thread}": "not_yet" for thread in threads}
    anchors.write(anchor, by=coordinator, edit=Edit(changes))
    anchors.publish(anchor, by=coordinator)
    assert Anchor.objects.get(pk=anchor.pk).published_version.number == 2


def test_an_anchor_that_is_taken_out_does_not_count():
    badge = BadgeFactory()
    coordinator = coordinator_for(badge)
    kept, out = [published_anchor(badge, use="qualification", by=coordinator) for _ in range(2)]
    begun = readings.begin(badge, by=reviewer_for(badge))
    [reading] = begun.readings.filter(anchor_version__anchor=out)

    anchors.retire(out, by=coordinator)

    with pytest.raises(readings.TakenOut):
        readings.answer(reading, by=begun.reviewer, verdicts={})
    assert answers_all(begun).judged == 2
    assert kept.public_id != out.public_id


def test_a_qualification_of_which_everything_is_taken_out_ends_and_can_begin_at_once():
    badge = BadgeFactory()
    coordinator = coordinator_for(badge)
    anchor = published_anchor(badge, use="qualification", by=coordinator)
    begun = readings.begin(badge, by=reviewer_for(badge))

    anchors.retire(anchor, by=coordinator)
    anchors.bring_back(anchor, by=coordinator)

    begun.refresh_from_db()
    assert (begun.is_reached, begun.judged) == (False, 0)
    assert readings.begin(badge, by=begun.reviewer).readings.count() == 1


def test_the_database_keeps_what_was_answered():
    badge = BadgeFactory()
    published_anchor(badge, use="qualification")
    found = qualified(reviewer_for(badge), badge)

    for refused in (
        lambda: Qualification.objects.update(as_agreed=0),
        lambda: AnchorReading.objects.update(answered_at=None),
        lambda: found.readings.get().answers.update(verdict="not_yet"),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            refused()


def test_the_first_answer_to_practice_work_counts():
    badge = BadgeFactory()
    version = published_anchor(badge).published_version
    reviewer = reviewer_for(badge)
    verdicts = dict.fromkeys(badge.published_version.criteria.filter(required=True), "not_yet")
    readings.practice(version, by=reviewer, verdicts=verdicts)

    with pytest.raises(readings.AlreadyAnswered):
        readings.practice(version, by=reviewer, verdicts=dict.fromkeys(verdicts, "met"))

    [reading] = AnchorReading.objects.all()
    assert [one.is_as_agreed for one in reading.answers.all()] == [False, False]
