"""Who is given a submission, and who is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from audit.models import AuditEntry
from mail.models import OutgoingEmail
from mail.tasks import send_due_emails
from reviewing import operations as reviewing
from reviewing.automatic.operations import assigning
from reviewing.automatic.words import sentence
from reviewing.models import Absence, Assignment, CalibrationRules, PutOff, ReviewerSettings
from reviewing.tasks import assign_reviewers
from submissions.models import Submission
from tests.factories import (
    BadgeFactory,
    MembershipFactory,
    SchoolFactory,
    UserFactory,
    coordinator_for,
    reviewer_for,
)
from tests.reviewing.automatic.cases import (
    NOW,
    SENT,
    badge_that_is_assigned,
    given,
    sent,
    who_knows,
)
from tests.reviewing.readers import sends

pytestmark = pytest.mark.django_db


def test_a_submission_is_given_with_a_reason_an_email_and_an_entry():
    badge = badge_that_is_assigned()
    who_knows(badge, "other")
    expert = who_knows(badge, "badge")
    submission = sent(badge)

    assert given() == [expert]

    assignment, submission = Assignment.objects.get(), Submission.objects.get()
    assert submission.status == "in_review"
    assert sentence(assignment.why) == (
        "Assigned automatically: knows this badge well, 0 other reviews in hand; "
        "the submission had waited 0 days."
    )
    assert AuditEntry.objects.filter(act="review assigned", actor=None).count() == 1
    OutgoingEmail.objects.exclude(kind="review_assigned").delete()
    send_due_emails()
    [email] = mail.outbox
    assert email.to == [expert.email]
    assert "knows this badge well" in email.body
    assert "A coordinator" not in email.body
    assert submission.earner.name not in email.body


def test_nothing_is_given_where_the_issuer_did_not_ask_for_it():
    badge = BadgeFactory()
    reviewer_for(badge)
    sent(badge)

    assert given() == []


def test_whoever_sent_it_can_take_it_back_first():
    badge = badge_that_is_assigned()
    reviewer_for(badge)
    sent(badge, now=NOW - timedelta(minutes=5))

    assert given() == []
    assert len(given(now=NOW + timedelta(minutes=10))) == 1


def test_three_more_in_hand_weigh_as_much_as_other_fields():
    badge = badge_that_is_assigned()
    expert, other = who_knows(badge, "badge"), who_knows(badge, "other")
    for _ in range(5):
        sent(badge)

    assert given() == [expert, expert, expert, other, expert]


def test_from_the_day_before_it_is_due_only_the_load_counts():
    badge = badge_that_is_assigned()
    expert, other = who_knows(badge, "badge"), who_knows(badge, "other")
    reviewing.claim(sent(badge), by=expert, now=SENT)
    submission = sent(badge)
    Submission.objects.filter(pk=submission.pk).update(due_on=timezone.localdate(NOW))

    assert given() == [other]
    why = Assignment.objects.get(submission=submission).why
    assert sentence(why).startswith("Assigned automatically: urgent")


def test_among_equals_whoever_got_their_last_one_the_longest_time_ago():
    badge = badge_that_is_assigned()
    one, other = (reviewer_for(badge) for _ in range(2))
    for _ in range(4):
        sent(badge)

    assert given() == [one, other, one, other]


def test_the_most_urgent_is_given_first():
    badge = badge_that_is_assigned()
    who_knows(badge, weekly_maximum=1)
    _later, urgent = sent(badge), sent(badge)
    Submission.objects.filter(pk=urgent.pk).update(due_on=timezone.localdate(NOW))

    given()

    assert Assignment.objects.get().submission == urgent


def reads_no_spanish(badge, submission):
    return who_knows(badge, languages=["es"])


def is_away(badge, submission):
    reviewer, today = reviewer_for(badge), timezone.localdate(NOW)
    Absence.objects.create(user=reviewer, first_day=today, last_day=today)
    return reviewer


def has_enough_this_week(badge, submission):
    reviewer = who_knows(badge, weekly_maximum=1)
    reviewing.claim(sent(badge, now=NOW), by=reviewer, now=NOW)
    return reviewer


def is_a_colleague(badge, submission):
    reviewer = reviewer_for(badge)
    school = SchoolFactory()
    for person in (reviewer, submission.earner):
        MembershipFactory(user=person, agency=school)
    return reviewer


def has_not_told_their_schools(badge, submission):
    agency = badge.issuer.agency
    return MembershipFactory(agency=agency, role="reviewer", was_never_at_a_school=False).user


def left(badge, submission):
    reviewer = reviewer_for(badge)
    reviewer.memberships.update(ended_at=NOW)
    return reviewer


def cannot_sign_in(badge, submission):
    reviewer = reviewer_for(badge)
    type(reviewer).objects.filter(pk=reviewer.pk).update(is_active=False)
    return reviewer


def has_not_qualified(badge, submission):

    reviewer = reviewer_for(badge)
    CalibrationRules.objects.create(badge_class=badge, is_required=True)
    return reviewer


def gave_it_back(badge, submission):
    reviewer = reviewer_for(badge)
    reviewing.release(reviewing.claim(submission, by=reviewer, now=SENT), by=reviewer, now=SENT)
    return reviewer


@pytest.mark.parametrize(
    "reviewer_who",
    [
        reads_no_spanish, is_away, has_enough_this_week, is_a_colleague,
        has_not_told_their_schools, left, cannot_sign_in, has_not_qualified, gave_it_back,
    ],
)  # fmt: skip
def test_it_is_not_given_to_somebody_who(reviewer_who):
    badge = badge_that_is_assigned()
    submission = sent(badge)
    reviewer_who(badge, submission)

    assert given() == []

    assert PutOff.objects.get().place.attempt.submission == submission
    somebody = reviewer_for(badge)
    if reviewer_who is not has_not_qualified:
        assert given() == []
        assert given(now=NOW + timedelta(hours=1)) == [somebody]


def test_the_weekly_maximum_begins_anew_on_monday():
    badge = badge_that_is_assigned()
    reviewer = who_knows(badge, weekly_maximum=1)
    monday = NOW - timedelta(days=timezone.localdate(NOW).weekday() - 7)
    sent(badge), sent(badge)

    assert given() == [reviewer]
    assert given(now=NOW + timedelta(hours=2)) in ([], [reviewer])
    assert given(now=monday + timedelta(hours=3)) == [reviewer]


def second_account(reviewer, badge):
    return reviewer_for(badge, user=UserFactory(linked_to=reviewer))


@pytest.mark.parametrize("says_so", ["main", "second"])
def test_the_weekly_maximum_is_of_the_person_with_all_their_accounts(says_so):
    badge = badge_that_is_assigned()
    main = reviewer_for(badge)
    accounts = {"main": main, "second": second_account(main, badge)}
    ReviewerSettings.objects.update_or_create(
        user=accounts[says_so], defaults={"weekly_maximum": 2}
    )
    for one in accounts.values():
        reviewing.claim(sent(badge, now=NOW), by=one, now=NOW)
    sent(badge)

    assert given() == []


def test_what_a_person_has_in_hand_counts_for_all_their_accounts():
    badge = badge_that_is_assigned()
    busy = reviewer_for(badge)
    second_account(busy, badge)
    somebody = reviewer_for(badge)
    reviewing.claim(sent(badge, now=NOW), by=busy, now=NOW)
    sent(badge)

    assert given() == [somebody]


def test_two_readers_are_two_people_and_neither_changes_the_status_again():
    badge = badge_that_is_assigned(review_scheme="two_readers")
    readers = {reviewer_for(badge) for _ in range(3)}
    submission = sent(badge)

    assert len(set(given()) & readers) == 2
    assert list(submission.status_changes.values_list("to_status", flat=True)) == [
        "submitted",
        "in_review",
    ]


def test_a_third_reader_is_found_when_two_differ():
    badge = badge_that_is_assigned(review_scheme="two_readers")
    readers = {reviewer_for(badge) for _ in range(3)}
    sent(badge)
    one, other = given()

    for number, assignment in enumerate(Assignment.objects.order_by("pk")):
        sends(assignment, not_yet=[0] if number else (), now=NOW)

    [third] = given(now=NOW + timedelta(minutes=20))
    assert {one, other, third} == readers


def test_the_task_assigns_what_is_due(settings):
    badge = badge_that_is_assigned()
    reviewer = reviewer_for(badge)
    sent(badge, now=timezone.now() - timedelta(hours=1))

    assign_reviewers()
    assign_reviewers()

    assert Assignment.objects.get().reviewer == reviewer


def test_one_that_fails_keeps_no_other_waiting(monkeypatch, caplog):
    badge = badge_that_is_assigned()
    reviewer_for(badge)
    broken, fine = sent(badge), sent(badge)
    choose = assigning.choose

    def fails(place, *, now):
        if place.attempt.submission_id == broken.pk:
            raise RuntimeError("broken")
        return choose(place, now=now)

    monkeypatch.setattr(assigning, "choose", fails)

    due, left = assigning.assign_due(now=NOW)

    assert (due, len(left)) == (2, 1)
    assert assigning.assign_due(now=NOW, skip=left) == (0, [])
    assert Assignment.objects.get().submission == fine


def test_educators_read_nothing_of_it(client):
    badge = badge_that_is_assigned()
    who_knows(badge, "badge")
    submission = sent(badge)
    given()
    client.force_login(submission.earner)

    page = client.get(submission.get_absolute_url()).content.decode()

    assert "Assigned automatically" not in page
    assert "knows this badge well" not in page


def test_reviewer_and_coordinator_read_the_sentence(client):
    badge = badge_that_is_assigned()
    expert = who_knows(badge, "badge")
    submission = sent(badge)
    given()
    assignment = Assignment.objects.get()
    pages = [
        (expert, "/reviews/"),
        (expert, assignment.get_absolute_url()),
        (coordinator_for(badge), f"/manage/submissions/{submission.public_id}/"),
    ]

    for person, page in pages:
        client.force_login(person)
        assert "knows this badge well" in client.get(page).content.decode()
