"""What earners see first when a submission came back."""

import pytest

from reviewing import operations
from tests.factories import AssignmentFactory, judge_all

pytestmark = pytest.mark.django_db


def test_the_comments_come_before_everything_else_on_the_page(client):
    assignment = AssignmentFactory()
    submission = assignment.attempt.submission
    judged = judge_all(assignment, "met")
    criterion = submission.version.criteria.first()
    judged[criterion] = operations.Judgment("not_yet", "Add a date to the plan.")
    operations.send_review(
        assignment, by=assignment.reviewer, judgments=judged, summary="Nearly there."
    )
    client.force_login(submission.earner)

    page = client.get(submission.get_absolute_url()).text

    parts = [
        "What your reviewer wrote",
        "Nearly there.",
        "Add a date to the plan.",
        "Add what is missing",
        "What you can do now",
        "Step by step",
    ]
    assert sorted(parts, key=page.index) == parts
    assert page.count("What your reviewer wrote") == 1
