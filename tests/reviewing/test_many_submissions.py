"""With 100,000 submissions, a reviewer's pages ask few questions, and find rows by an index.

Only for the queue are all attempts read, once: where thousands wait, PostgreSQL finds that cheaper
than to look for the open places of each by an index.
"""

from __future__ import annotations

import re
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from postgres.bulk_insert import insert_rows
from reviewing.models import Assignment, Place, ReadingPlan, Review
from submissions.models import Attempt, EvidenceItem, Submission
from submissions.states import Status
from tests.factories import AssignmentFactory, BadgeFactory, reviewer_for
from tests.reviewing.blind.channels import signed_in
from tests.reviewing.pages import QUEUE, review_url

pytestmark = [pytest.mark.django_db, pytest.mark.long]

PEOPLE, EACH = 2_000, 48  # so many have sent so many that were approved
LARGE = {model._meta.db_table for model in (
    Submission, Attempt, EvidenceItem, ReadingPlan, Place, Assignment, Review,
)}  # fmt: skip


def keys(model, count):
    return list(model.objects.order_by("-pk").values_list("pk", flat=True)[:count])[::-1]


def fill(badges, reviewer, statement):
    """96,000 approved submissions, 2,000 in the queue and 2,000 that somebody reads."""
    now = timezone.now()
    started, sent, due = now - timedelta(days=9), now - timedelta(days=8), now.date()
    with connection.cursor() as cursor:
        # Triggers would look at each row, and refuse evidence of what was sent long ago.
        cursor.execute("SET LOCAL session_replication_role = replica")
    insert_rows(
        User, ["email", "name", "password"],
        [(f"{number}@many.example", f"Earner {number}", "!") for number in range(PEOPLE)],
    )  # fmt: skip
    people = keys(User, PEOPLE)
    one, other = badges
    rows = [
        (earner, one.pk, one.current_version_id, Status.APPROVED, started, sent, None)
        for earner in people
        for _ in range(EACH)
    ]
    for badge, status in ((one, Status.SUBMITTED), (other, Status.IN_REVIEW)):
        rows += [
            (earner, badge.pk, badge.current_version_id, status, started, sent, due)
            for earner in people
        ]
    names = ["earner_id", "badge_class_id", "version_id", "status", "started_at", "submitted_at",
             "due_on"]  # fmt: skip
    insert_rows(Submission, names, rows)
    submissions = keys(Submission, len(rows))
    insert_rows(
        Attempt,
        ["submission_id", "number", "begun_at", "sent_at", "statement_accepted_at", "statement_id"],
        [(key, 1, started, sent, sent, statement) for key in submissions],
    )
    attempts = keys(Attempt, len(rows))
    insert_rows(
        ReadingPlan,
        ["attempt_id", "scheme", "share", "of_first", "of_new_reviewers", "of_declines", "seed",
         "made_at"],
        [(key, "one_reader", 0, 0, 0, False, uuid4().hex, sent) for key in attempts],
    )  # fmt: skip
    insert_rows(
        Place, ["attempt_id", "number", "reason", "opened_at"],
        [(key, 1, "first", sent) for key in attempts],
    )  # fmt: skip
    criteria = [badge.current_version.criteria.first().pk for badge in badges]
    insert_rows(
        EvidenceItem, ["attempt_id", "criterion_id", "kind", "text", "added_at"],
        [(key, criteria[0], "text", "What I did.", sent) for key in attempts],
    )  # fmt: skip
    places = keys(Place, len(rows))
    read = [
        (place, key, reviewer.pk, sent, sent if row[3] == Status.APPROVED else None)
        for place, key, row in zip(places, submissions, rows, strict=True)
        if row[3] != Status.SUBMITTED
    ]
    insert_rows(
        Assignment, ["place_id", "submission_id", "reviewer_id", "assigned_at", "decided_at"], read
    )
    approved = [key for key, row in zip(attempts, rows, strict=True) if row[3] == Status.APPROVED]
    insert_rows(
        Review,
        ["attempt_id", "reviewer_id", "role", "begun_at", "finished_at", "decision", "sent_at"],
        [(key, reviewer.pk, "reader", sent, sent, "approve", sent) for key in approved],
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE")


@pytest.fixture
def many():
    """A reviewer with one submission in work, among those of very many people."""
    badge = BadgeFactory()
    badges = [badge, BadgeFactory(issuer=badge.issuer, category=badge.category)]
    assignment = AssignmentFactory(badge_class=badge)
    fill(badges, reviewer_for(badge), assignment.attempt.statement_id)
    assert Submission.objects.count() > 100_000 - 1
    return assignment


def plans_of(queries):
    """What PostgreSQL would do for each question, as text."""
    with connection.cursor() as cursor:
        for query in queries:
            if query["sql"].startswith("SELECT"):
                cursor.execute(f"EXPLAIN {query['sql']}")
                yield query["sql"], "\n".join(line for (line,) in cursor.fetchall())


def walked_through(queries):
    """Large tables that are read from beginning to end, with the question that does it."""
    return {
        (table, sql[:300])
        for sql, plan in plans_of(queries)
        for table in re.findall(r"Seq Scan on (\w+)", plan)
        if table in LARGE
    }


def test_the_pages_of_a_reviewer_ask_few_questions_and_read_few_rows(many):
    client = signed_in(many.reviewer)
    attempts = {Attempt._meta.db_table}
    pages = [
        # The page, the most questions that it asks, and the large tables that it may walk through.
        (QUEUE, 12, attempts),
        (f"{QUEUE}?page=40", 12, attempts),
        ("/reviews/done/", 12, set()),
        (review_url(many), 17, set()),
    ]

    for page, most, walked in pages:
        client.get(page)  # what is kept for a while is kept now
        began = time.monotonic()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page).status_code == 200
        took, queries = time.monotonic() - began, captured.captured_queries

        assert len(queries) <= most, (page, [query["sql"][:200] for query in queries])
        assert {table for table, _sql in walked_through(queries)} <= walked, page
        assert took < 30, page
