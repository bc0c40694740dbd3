"""With a later attempt, the earner says what they changed, and readers begin with that."""

from __future__ import annotations

import pytest
from django.db import InternalError, transaction
from django.urls import reverse

from reviewing import operations as reviewing
from submissions import operations
from submissions.models import ChangeNote
from submissions.operations import editable_attempt
from tests.factories import AssignmentFactory, DraftFactory, coordinator_for, judge_all
from tests.reviewing.pages import body, review_url

pytestmark = pytest.mark.django_db
QUESTION = "What did you change?"
CHANGED = "I added a date to the plan."


def send_address(submission):
    return reverse("submissions:send", args=[submission.public_id])


@pytest.fixture
def returned():
    """A submission that came back, with its next attempt begun."""
    assignment = AssignmentFactory()
    judgments = judge_all(assignment, "not_yet", "Add a date.")
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judgments)
    submission = assignment.submission
    submission.refresh_from_db()
    editable_attempt(submission, submission.version.criteria.first())
    return assignment


def test_the_first_attempt_is_not_asked(client):
    draft = DraftFactory()
    for criterion in draft.version.criteria.filter(required=True):
        operations.write_text(draft, criterion, "Done.")
    client.force_login(draft.earner)

    assert QUESTION not in body(client.get(send_address(draft)))


def test_readers_read_first_what_changed_and_the_earner_finds_it_again(client, returned):
    submission = returned.submission
    client.force_login(submission.earner)
    assert QUESTION in body(client.get(send_address(submission)))
    typed = {"changes": f" {CHANGED}\r\nAnd a title. ", "statement": "on"}
    client.post(send_address(submission), typed)
    again = reviewing.claim(submission, by=returned.reviewer)

    client.force_login(returned.reviewer)
    page = body(client.get(review_url(again)))
    client.force_login(coordinator_for(submission.badge_class))
    for_coordinator = body(
        client.get(reverse("submissions:manage_submission", args=[submission.public_id]))
    )
    client.force_login(submission.earner)
    history = body(client.get(submission.get_absolute_url()))

    assert ChangeNote.objects.get().text == f"{CHANGED}\nAnd a title."
    assert page.index(CHANGED) < page.index("review-criteria")
    assert CHANGED in for_coordinator
    assert CHANGED in history


def test_nothing_has_to_be_said(returned):
    submission = returned.submission
    operations.send(submission, by=submission.earner, statement_accepted=True, changes="")

    assert not ChangeNote.objects.exists()


def test_what_is_too_long_stays_in_the_form(client, returned):
    client.force_login(returned.submission.earner)
    typed = {"changes": "long " * 500, "statement": "on"}

    answer = client.post(send_address(returned.submission), typed)

    assert answer.status_code == 422
    assert "Shorten this to 2000 characters." in body(answer)
    assert "long long" in body(answer)


def test_what_was_said_does_not_change(returned):
    submission = returned.submission
    operations.send(submission, by=submission.earner, statement_accepted=True, changes=CHANGED)

    with pytest.raises(InternalError, match="does not change"), transaction.atomic():
        ChangeNote.objects.update(text="Something else.")
