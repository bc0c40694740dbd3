"""Earners and reviewers stay hidden from each other, unless the badge shows names."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.template import Context, Template

from reviewing import operations
from reviewing.judging import Judgment
from submissions import operations as submissions
from submissions.models import Submission
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    UserFactory,
    judge_all,
    png,
    reviewer_for,
)
from tests.reviewing.pages import QUEUE, review_form_data, review_url

pytestmark = pytest.mark.django_db


def add_named_file(submission, reviewer):
    """Evidence for a second attempt whose file name contains the earner's name."""
    share = submission.version.criteria.all()[2]
    item = submissions.add_file(
        submission,
        share,
        file=ContentFile(png()),
        file_name="Quetzalcoatl-Ferreira.png",
        content_type="image/png",
    )
    submissions.send(submission, by=submission.earner, statement_accepted=True)
    return item, operations.claim(submission, by=reviewer)


def full_response(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return f"{headers}\n{content.decode(errors='replace')}".lower()


@pytest.mark.parametrize("shown", [False, True])
def test_the_earner_stays_hidden_unless_the_badge_shows_names(client, shown):
    badge_class = BadgeFactory(version={"shows_earner_to_reviewers": shown})
    reviewer = reviewer_for(badge_class)
    earner = UserFactory(name="Xochitl Ferreira", email="x.ferreira@school.example")
    first = AssignmentFactory(badge_class=badge_class, earner=earner, reviewer=reviewer)
    client.force_login(reviewer)
    queue = [client.get(QUEUE)]
    operations.send_review(first, by=reviewer, judgments=judge_all(first, "not_yet", "More."))
    item, second = add_named_file(first.submission, reviewer)

    seen = [
        *queue,
        client.get(QUEUE),
        client.get(review_url(second)),
        client.get(review_url(second, "decline/")),
        client.get(item.get_file_url()),
        client.post(
            review_url(second), review_form_data(second), headers={"Accept": "application/json"}
        ),
        client.post(review_url(second, "send/"), review_form_data(second, "")),
        client.post(review_url(second, "send/"), review_form_data(second), follow=True),
        client.post(review_url(second, "send/"), review_form_data(second)),
        client.get("/reviews/done/"),
        client.get(review_url(first)),
    ]

    assert [answer.status_code for answer in seen] == [
        200, 200, 200, 200, 200, 200, 422, 200, 409, 200, 200,
    ]  # fmt: skip
    revealing = [
        index
        for index, answer in enumerate(seen)
        if any(word in full_response(answer) for word in ("ferreira", "xochitl"))
    ]
    assert revealing == ([2, 6, 7, 10] if shown else [])


def test_a_reviewer_can_only_read_files_of_their_own_assignments(client, assignment):
    submission, reviewer = assignment.submission, assignment.reviewer
    operations.send_review(
        assignment, by=reviewer, judgments=judge_all(assignment, "not_yet", "More.")
    )
    other = reviewer_for(submission.badge_class)
    item, taken = add_named_file(submission, other)

    def answer_to(user):
        client.force_login(user)
        return client.get(item.get_file_url()).status_code

    # The first reviewer decided an attempt before this file was added.
    assert (answer_to(other), answer_to(reviewer)) == (200, 404)
    operations.release(taken, by=other)
    assert answer_to(other) == 404


def test_the_earner_sees_the_feedback_but_not_the_reviewer(assignment):
    reviewer, submission = assignment.reviewer, assignment.submission
    plan, teach, _share = operations.criteria_to_judge(assignment.attempt)
    drafted = {plan: Judgment("met", "A clear aim."), teach: Judgment("not_yet", "Add <one> more.")}
    tags = Template(
        "{% load reviewing_tags %}{% feedback submission %}"
        "{% for criterion in criteria %}{% criterion_feedback submission criterion %}{% endfor %}"
    )

    def shown():
        fresh = Submission.objects.get(pk=submission.pk)
        criteria = fresh.version.criteria.all()
        return tags.render(Context({"submission": fresh, "criteria": criteria}))

    operations.save_draft(assignment, by=reviewer, judgments=drafted, summary="A fine start.")
    before = shown()
    operations.send_review(assignment, by=reviewer, judgments=drafted, summary="A fine start.")
    after = shown()

    assert before.strip() == ""
    assert after.count("A clear aim.") == 2
    assert after.count("Add &lt;one&gt; more.") == 2
    assert "A fine start." in after
    assert reviewer.name not in after
    assert reviewer.email not in after
    assert "Reviewer" in after


def test_feedback_needs_no_query_per_criterion(assignment, django_assert_num_queries):
    operations.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment, "met", "Good.")
    )
    submission = Submission.objects.get()
    criteria = list(submission.version.criteria.all())
    tags = Template(
        "{% load reviewing_tags %}{% feedback submission %}"
        "{% for criterion in criteria %}{% criterion_feedback submission criterion %}{% endfor %}"
    )

    with django_assert_num_queries(2):  # reviews with attempts, judgments with criteria
        tags.render(Context({"submission": submission, "criteria": criteria}))
