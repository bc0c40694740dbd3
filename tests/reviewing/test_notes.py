"""Internal notes on a submission."""

import pytest
from django.urls import reverse

from reviewing import operations as reviewing
from reviewing.models import SubmissionNote
from reviewing.notes import operations as notes
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    SentSubmissionFactory,
    coordinator_for,
    reviewer_for,
)

pytestmark = pytest.mark.django_db


def manage_url(submission):
    return reverse("reviewing:manage_notes", args=[submission.public_id])


def test_a_coordinator_and_the_reviewer_read_each_other_s_notes(client):
    assignment = AssignmentFactory()
    submission = assignment.submission
    coordinator = coordinator_for(submission.badge_class)
    client.force_login(coordinator)
    client.post(manage_url(submission), {"text": "Please look at the second file."})
    client.force_login(assignment.reviewer)
    url = reverse("reviewing:notes", args=[assignment.pk])

    read = client.get(url).content.decode()
    client.post(url, {"text": "I did, it is blank."})

    assert "Please look at the second file." in read
    assert submission.earner.name not in read
    assert list(SubmissionNote.objects.values_list("author", flat=True)) == [
        coordinator.pk, assignment.reviewer.pk,
    ]  # fmt: skip


def test_the_pages_of_the_submission_say_how_many_notes_there_are(client):
    assignment = AssignmentFactory()
    coordinator = coordinator_for(assignment.submission.badge_class)
    notes.write(assignment.submission, text="Hm.", by=coordinator)

    client.force_login(coordinator)
    managed = client.get(
        reverse("submissions:manage_submission", args=[assignment.submission.public_id])
    )
    client.force_login(assignment.reviewer)
    review = client.get(assignment.get_absolute_url())

    assert "Read 1 note" in managed.content.decode()
    assert "Internal notes</a>" not in managed.content.decode()
    assert "Internal notes (1)" in review.content.decode()


def test_nobody_else_reads_or_writes_them(client):
    assignment = AssignmentFactory()
    submission = assignment.submission
    notes.write(submission, text="Hm.", by=coordinator_for(submission.badge_class))
    released = reviewer_for(submission.badge_class)
    url = reverse("reviewing:notes", args=[assignment.pk])
    answers = {}

    people = {
        "earner": submission.earner,
        "earner who coordinates": coordinator_for(submission.badge_class, user=submission.earner),
        "coordinator elsewhere": coordinator_for(BadgeFactory()),
        "other reviewer": released,
    }
    for name, person in people.items():
        client.force_login(person)
        for method in ("get", "post"):
            answers[name, method] = (
                getattr(client, method)(manage_url(submission), {"text": "x"}).status_code,
                getattr(client, method)(url, {"text": "x"}).status_code,
            )

    assert {status for pair in answers.values() for status in pair} <= {403, 404}
    assert SubmissionNote.objects.count() == 1


def test_a_reviewer_who_gave_it_back_reads_them_no_more(client):
    assignment = AssignmentFactory()
    reviewing.release(assignment, by=assignment.reviewer)
    client.force_login(assignment.reviewer)

    assert client.get(reverse("reviewing:notes", args=[assignment.pk])).status_code == 404


def test_an_empty_note_is_refused_and_a_double_press_is_one_note(client):
    submission = SentSubmissionFactory()
    client.force_login(coordinator_for(submission.badge_class))

    empty = client.post(manage_url(submission), {"text": " "})
    for _ in range(2):
        client.post(manage_url(submission), {"text": "Call her."})

    assert (empty.status_code, SubmissionNote.objects.count()) == (422, 1)
    assert "Write the note first." in empty.content.decode()


def test_a_note_that_is_too_long_is_kept_in_the_form(client):
    submission = SentSubmissionFactory()
    client.force_login(coordinator_for(submission.badge_class))

    page = client.post(manage_url(submission), {"text": "word " * 1100})

    assert page.status_code == 422
    assert "word word" in page.content.decode()
