"""The reviewers' queue: its order, filters and rights, claiming and releasing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviewing.models import Assignment
from submissions.models import Submission
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    CategoryFactory,
    DraftFactory,
    MembershipFactory,
    SchoolFactory,
    SentSubmissionFactory,
    UserFactory,
    reviewer_for,
)
from tests.reviewing.pages import QUEUE, body, queued_in, review_url

pytestmark = pytest.mark.django_db


def test_the_queue_shows_the_most_urgent_first_with_its_workload(reviewing_client, badge_class):
    later = SentSubmissionFactory(badge_class=badge_class)
    urgent = SentSubmissionFactory(badge_class=badge_class)
    Submission.objects.filter(pk=urgent.pk).update(due_on="2026-02-02")

    response = reviewing_client.get(QUEUE)

    rows = [row.submission for row in response.context["waiting"]]
    assert rows == [urgent, later]
    assert [(r.attempt_number, r.criteria_count, r.evidence_count) for r in rows] == [(1, 3, 2)] * 2
    assert [row.is_late for row in response.context["waiting"]] == [True, False]


def test_the_queue_excludes_own_colleagues_and_other_agencies_submissions(
    reviewing_client, badge_class, reviewer
):
    school = SchoolFactory(parent=badge_class.issuer.agency)
    MembershipFactory(user=reviewer, agency=school)
    colleague = MembershipFactory(agency=school).user
    hidden = [
        SentSubmissionFactory(badge_class=badge_class, earner=reviewer),
        SentSubmissionFactory(badge_class=badge_class, earner=colleague),
        SentSubmissionFactory(),
    ]
    DraftFactory(badge_class=badge_class)
    free = SentSubmissionFactory(badge_class=badge_class)

    assert queued_in(reviewing_client) == [free]
    for submission in hidden:
        address = reverse("reviewing:claim", args=[submission.public_id])
        assert reviewing_client.post(address).status_code == 404
    assert not Assignment.objects.exists()


def test_the_queue_needs_as_many_queries_for_five_submissions_as_for_one(
    reviewing_client, badge_class, reviewer, django_assert_num_queries
):
    SentSubmissionFactory(badge_class=badge_class)
    AssignmentFactory(badge_class=badge_class, reviewer=reviewer)
    with CaptureQueriesContext(connection) as few:
        reviewing_client.get(QUEUE)
    other = BadgeFactory(issuer=badge_class.issuer)
    for badge in (badge_class, badge_class, other, other):
        SentSubmissionFactory(badge_class=badge)
        AssignmentFactory(badge_class=badge, reviewer=reviewer)

    with django_assert_num_queries(len(few)):
        response = reviewing_client.get(QUEUE)

    assert len(response.context["waiting"]) == 5


def test_the_queue_can_be_filtered_by_category_and_badge(reviewing_client, badge_class):
    other = BadgeFactory(issuer=badge_class.issuer, category=CategoryFactory())
    here = SentSubmissionFactory(badge_class=badge_class)
    there = SentSubmissionFactory(badge_class=other)

    assert queued_in(reviewing_client, f"{QUEUE}?badge={badge_class.slug}") == [here]
    assert queued_in(reviewing_client, f"{QUEUE}?category={other.category.slug}") == [there]
    assert queued_in(reviewing_client, f"{QUEUE}?badge=nothing-like-it") == [here, there]


def test_an_empty_queue_says_so(reviewing_client):
    assert "No one is waiting" in body(reviewing_client.get(QUEUE))


def test_claiming_the_next_submission_opens_it_or_says_that_the_queue_is_empty(
    reviewing_client, badge_class
):
    submission = SentSubmissionFactory(badge_class=badge_class)

    response = reviewing_client.post("/reviews/next/")
    again = reviewing_client.post("/reviews/next/", follow=True)

    assignment = Assignment.objects.get(submission=submission)
    assert response.headers["Location"] == review_url(assignment)
    assert "Nothing is waiting for you" in body(again)


def test_claiming_a_submission_that_is_already_taken_shows_a_message(reviewing_client, badge_class):
    taken = AssignmentFactory(badge_class=badge_class, reviewer=reviewer_for(badge_class))
    address = reverse("reviewing:claim", args=[taken.submission.public_id])

    assert "Another reviewer took it" in body(reviewing_client.post(address, follow=True))


def test_releasing_a_submission_returns_it_to_the_queue(reviewing_client, assignment):
    reviewing_client.post(review_url(assignment, "release/"), {"note": "I know this class."})

    assert queued_in(reviewing_client) == [assignment.submission]
    assert reviewing_client.get(review_url(assignment)).status_code == 410


def test_only_reviewers_can_open_the_queue(client):
    assert client.get(QUEUE).status_code == 302
    client.force_login(UserFactory())
    assert client.get(QUEUE).status_code == 403
