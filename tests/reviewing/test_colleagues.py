"""People who are or were at the same school do not review each other, whatever way is taken."""

import pytest
from django.db import InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import operations as accounts
from accounts.models import Membership
from reviewing import operations
from reviewing.models import Assignment, Decision
from reviewing.querysets import awaiting_review
from tests.factories import (
    AssignmentFactory,
    MembershipFactory,
    SchoolFactory,
    SentSubmissionFactory,
    UserFactory,
    judge_all,
)

pytestmark = pytest.mark.django_db


def confirmed(user, school):
    MembershipFactory(user=user, agency=school)


def unconfirmed(user, school):
    accounts.choose_school(user, school)


def past(user, school):
    confirmed(user, school)
    accounts.choose_school(user, None)


def past_and_never_confirmed(user, school):
    unconfirmed(user, school)
    accounts.choose_school(user, None)


def refused(user, school):
    unconfirmed(user, school)
    accounts.refuse_workplaces(user.memberships.filter(agency=school), by=UserFactory())


def past_reviewer_role(user, school):
    role = accounts.give_role(user, school, Membership.Role.REVIEWER, by=UserFactory())
    accounts.take_role(role, by=UserFactory())


WAYS = [confirmed, unconfirmed, past, past_and_never_confirmed, refused, past_reviewer_role]


@pytest.fixture
def submission(badge_class):
    return SentSubmissionFactory(badge_class=badge_class)


@pytest.mark.parametrize("theirs", WAYS)
@pytest.mark.parametrize("own", WAYS)
def test_a_colleague_of_any_time_gets_the_submission_in_no_way(submission, reviewer, own, theirs):
    school = SchoolFactory()
    own(reviewer, school)
    theirs(submission.earner, school)

    assert list(awaiting_review(reviewer)) == []
    assert operations.claim_next(by=reviewer) is None
    with pytest.raises(operations.ReviewerNotAllowed):
        operations.claim(submission, by=reviewer)
    with (
        pytest.raises(InternalError, match="nobody reviews the submission of a colleague"),
        transaction.atomic(),
    ):
        Assignment.objects.create(
            submission=submission, reviewer=reviewer, assigned_at=timezone.now()
        )


def test_leaving_a_school_does_not_open_a_colleagues_submission(
    reviewing_client, reviewer, submission
):
    school = SchoolFactory()
    confirmed(submission.earner, school)
    confirmed(reviewer, school)

    reviewing_client.post(reverse("accounts:leave_school"))
    answer = reviewing_client.post(reverse("reviewing:claim", args=[submission.public_id]))

    assert answer.status_code == 404
    assert not Assignment.objects.exists()


def test_people_of_two_schools_of_one_district_are_no_colleagues(submission, reviewer):
    school = SchoolFactory()
    confirmed(reviewer, school)
    confirmed(submission.earner, SchoolFactory(parent=school.parent))

    assert operations.claim(submission, by=reviewer)


@pytest.mark.parametrize("who_joins", ["reviewer", "earner"])
def test_becoming_colleagues_after_the_claim_stops_the_decision(
    reviewing_client, reviewer, assignment, who_joins
):
    school, earner = SchoolFactory(), assignment.submission.earner
    here, joins = (earner, reviewer) if who_joins == "reviewer" else (reviewer, earner)
    confirmed(here, school)
    unconfirmed(joins, school)
    judgments = judge_all(assignment)

    with pytest.raises(operations.ConflictOfInterest):
        operations.send_review(assignment, by=reviewer, judgments=judgments)
    declined = reviewing_client.post(
        reverse("reviewing:decline", args=[assignment.pk]), {"reason": "Not their own work."}
    )

    assert declined.status_code == 422
    assert "you are or were at the same school" in declined.text
    assert "Not their own work." in declined.text
    assignment.submission.refresh_from_db()
    assert assignment.submission.status == "in_review"


def test_what_was_typed_is_kept_when_the_decision_is_refused(
    reviewing_client, reviewer, assignment
):
    school = SchoolFactory()
    confirmed(assignment.submission.earner, school)
    confirmed(reviewer, school)
    typed = {"summary": "A clear plan."}
    for criterion in operations.criteria_to_judge(assignment.attempt):
        typed |= {f"verdict_{criterion.pk}": "met", f"comment_{criterion.pk}": "Well done."}

    answer = reviewing_client.post(
        reverse("reviewing:send", args=[assignment.pk]), typed, follow=True
    )

    assert "you are or were at the same school" in answer.text
    assert "A clear plan." in answer.text


def test_a_review_of_a_colleague_is_refused_by_the_database(reviewer, badge_class):
    assignment = AssignmentFactory(badge_class=badge_class, reviewer=reviewer)
    review = operations.save_draft(assignment, by=reviewer, judgments=judge_all(assignment))
    school = SchoolFactory()
    past(assignment.submission.earner, school)
    past(reviewer, school)

    with (
        pytest.raises(InternalError, match="nobody reviews the submission of a colleague"),
        transaction.atomic(),
    ):
        Decision.objects.create(
            attempt=review.attempt,
            review=review,
            outcome="approve",
            status="due",
            decided_by=reviewer,
            decided_at=timezone.now(),
            takes_effect_at=timezone.now(),
        )
