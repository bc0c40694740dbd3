"""The version of the statement that was accepted is kept with each attempt."""

from __future__ import annotations

import pytest
from django.db import InternalError, transaction
from django.urls import reverse

from editing.forms import Edit
from program import operations as program
from program import statements
from reviewing import operations as reviewing
from submissions import operations
from submissions.declarations.operations import StatementChanged
from submissions.models import Attempt
from submissions.states import Status
from tests.editing.windows import Window
from tests.factories import (
    AssignmentFactory,
    DraftFactory,
    SentSubmissionFactory,
    coordinator_for,
    judge_all,
)

pytestmark = pytest.mark.django_db


def change_statement(text):
    program.write_statement(by=None, agency=None, edit=Edit({"text": text}))


def ready_draft():
    draft = DraftFactory()
    for criterion in draft.version.criteria.filter(required=True):
        operations.write_text(draft, criterion, "Done.")
    return draft


def test_each_attempt_keeps_the_version_that_was_in_force_when_it_was_sent():
    assignment = AssignmentFactory()
    submission = assignment.submission
    reviewing.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment, "not_yet", "More.")
    )
    change_statement("All of it is mine.")
    submission.refresh_from_db()

    operations.send(submission, by=submission.earner, statement_accepted=True)

    texts = [attempt.statement.text for attempt in submission.attempts.all()]
    assert texts == [statements.default_texts()["text"], "All of it is mine."]


def test_the_page_shows_the_statement_and_asks_whether_it_is_true(client):
    draft = ready_draft()
    client.force_login(draft.earner)

    shown = client.get(reverse("submissions:send", args=[draft.public_id])).content.decode()

    assert "This is my own work." in shown
    assert "All of this is true of what I send." in shown


def test_who_was_shown_an_earlier_version_reads_the_new_one_first(client):
    draft = ready_draft()
    client.force_login(draft.earner)
    address = reverse("submissions:send", args=[draft.public_id])
    window = Window(client, address, has="statement").type(statement="on")
    change_statement("All of it is mine.")

    refused = window.press()

    draft.refresh_from_db()
    assert (refused.status_code, draft.status) == (422, Status.DRAFT)
    text = refused.content.decode()
    assert "The statement has changed" in text
    assert "All of it is mine." in text
    again = Window(client, address, has="statement").type(statement="on").press()
    assert again.status_code == 302
    assert draft.latest_attempt.statement.text == "All of it is mine."


def test_nothing_is_written_when_the_statement_changed():
    draft = ready_draft()

    with pytest.raises(StatementChanged):
        operations.send(draft, by=draft.earner, statement_accepted=True, statement_shown="earlier")

    assert draft.latest_attempt.sent_at is None


def test_the_database_refuses_an_attempt_without_the_version_that_was_accepted():
    attempt = SentSubmissionFactory().latest_attempt

    with pytest.raises(InternalError), transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(statement=None)


def test_the_earner_the_reviewer_and_the_coordinator_read_what_was_accepted(client):
    change_statement("All of it is mine.")
    assignment = AssignmentFactory()
    submission = assignment.submission
    change_statement("Newer words.")

    readers = {
        submission.earner: submission.get_absolute_url(),
        assignment.reviewer: assignment.get_absolute_url(),
        coordinator_for(submission.badge_class): reverse(
            "submissions:manage_submission", args=[submission.public_id]
        ),
    }
    for reader, address in readers.items():
        client.force_login(reader)
        text = client.get(address).content.decode()
        assert "All of it is mine." in text
        assert "Newer words." not in text
