"""Concurrent actions on one submission, with real threads and real commits."""

from __future__ import annotations

import pytest

from audit.moves import TransitionNotAllowed
from mail.models import OutgoingEmail
from reviewing import operations as reviewing
from reviewing.models import Assignment
from submissions import operations
from submissions.media.operations import arriving
from submissions.models import Attempt, RecordingPiece, RecordingUpload, Submission
from submissions.states import Status
from tests.factories import (
    BadgeFactory,
    DraftFactory,
    SentSubmissionFactory,
    UserFactory,
    reviewer_for,
)
from tests.races import at_once
from tests.submissions.stored_recordings import begin_recording

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Queue no tasks, because these tests are about rows."""
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)


def test_starting_twice_at_the_same_moment_makes_one_draft():
    earner, badge_class = UserFactory(), BadgeFactory()

    first, second = at_once(*[lambda: operations.start(badge_class, by=earner)] * 2)

    assert first == second == Submission.objects.get()
    assert [attempt.number for attempt in Attempt.objects.all()] == [1]


def test_sending_twice_at_the_same_moment_makes_one_attempt_and_one_receipt():
    draft = DraftFactory()
    for criterion in draft.version.criteria.filter(required=True):
        operations.write_text(draft, criterion, "Done.")

    def send():
        submission = Submission.objects.get(pk=draft.pk)
        return operations.send(submission, by=draft.earner, statement_accepted=True)

    outcomes = at_once(send, send)

    attempt = Attempt.objects.exclude(sent_at=None).get()
    assert attempt in outcomes
    assert [type(error) for error in outcomes if error != attempt] == [TransitionNotAllowed]
    assert OutgoingEmail.objects.filter(kind="submission_received").count() == 1


def test_withdrawing_while_a_reviewer_claims_leaves_a_consistent_state():
    submission = SentSubmissionFactory()
    reviewer = reviewer_for(submission.badge_class)

    def withdraw():
        operations.withdraw(Submission.objects.get(pk=submission.pk), by=submission.earner)

    def claim():
        reviewing.claim(Submission.objects.get(pk=submission.pk), by=reviewer)

    withdrawn, claimed = at_once(withdraw, claim)

    submission.refresh_from_db()
    assert withdrawn is None
    assert submission.status == Status.WITHDRAWN
    assert not Assignment.objects.active().exists()
    assert claimed is None or isinstance(claimed, reviewing.AlreadyTaken)


def test_text_written_while_sending_is_either_sent_or_refused():
    draft = DraftFactory()
    plan, teach, _share = draft.version.criteria.all()
    operations.write_text(draft, plan, "Before.")
    operations.write_text(draft, teach, "Done.")

    def write():
        operations.write_text(Submission.objects.get(pk=draft.pk), plan, "After.")

    def send():
        submission = Submission.objects.get(pk=draft.pk)
        operations.send(submission, by=draft.earner, statement_accepted=True)

    wrote, sent = at_once(write, send)

    text = draft.latest_attempt.evidence_items.get(criterion=plan).text
    assert sent is None
    assert (wrote, text) == (None, "After.") or (type(wrote), text) == (
        operations.NotEditable,
        "Before.",
    )


def test_the_same_piece_of_a_recording_at_the_same_moment_is_stored_once():
    draft = DraftFactory()
    upload = begin_recording(draft, draft.version.criteria.first())
    data = b"ID3" + b"x" * 997

    def send():
        mine = RecordingUpload.objects.get(pk=upload.pk)
        return arriving.keep_piece(mine, offset=0, data=data).status

    assert at_once(send, send) == ["waiting", "waiting"]
    assert RecordingPiece.objects.count() == 1
