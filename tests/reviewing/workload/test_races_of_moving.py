"""A coordinator moves what somebody decides, takes or moves at the same moment."""

from __future__ import annotations

import pytest

from mail.models import OutgoingEmail
from reviewing import operations as reviewing
from reviewing.models import Assignment, Review
from reviewing.workload import operations
from reviewing.workload.operations import ChangedMeanwhile
from tests.factories import BadgeFactory, coordinator_for, judge_all, reviewer_for
from tests.races import at_once, meanwhile
from tests.reviewing.readers import reads, sends, sent_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)


@pytest.fixture
def badge():
    return BadgeFactory()


def test_what_is_decided_meanwhile_is_not_moved(badge):
    assignment, to, by = reads(sent_for(badge)), reviewer_for(badge), coordinator_for(badge)

    with (
        pytest.raises(ChangedMeanwhile),
        meanwhile(
            lambda: operations.move(
                assignment.place, reader=assignment.pk, to=to, by=by, reason="Ill."
            )
        ),
    ):
        sends(assignment)

    assert Review.objects.get().decision == "approve"
    assert Assignment.objects.get().released_at is None


def test_two_coordinators_move_it_once(badge):
    assignment, by = reads(sent_for(badge)), coordinator_for(badge)
    people = [reviewer_for(badge) for _ in range(2)]

    outcomes = at_once(
        *[
            lambda to=to: operations.move(
                assignment.place, reader=assignment.pk, to=to, by=by, reason="Ill."
            )
            for to in people
        ]
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["ChangedMeanwhile", "NoneType"]
    assert Assignment.objects.active().get().reviewer in people


def test_what_is_written_while_it_is_moved_is_kept(badge):
    assignment, to, by = reads(sent_for(badge)), reviewer_for(badge), coordinator_for(badge)

    with meanwhile(
        lambda: operations.move(assignment.place, reader=assignment.pk, to=to, by=by, reason="Ill.")
    ):
        reviewing.save_draft(
            assignment, by=assignment.reviewer, judgments=judge_all(assignment), summary="Nearly."
        )

    assert Review.objects.get().summary == "Nearly."
    assert Assignment.objects.active().get().reviewer == to


def test_two_emails_at_the_same_moment_are_one(badge):
    assignment = reads(sent_for(badge))
    waiting = [(assignment.reviewer, [assignment.pk])]

    outcomes = at_once(*[lambda: operations.write_to(waiting)] * 2)

    assert outcomes == [None, None]
    assert OutgoingEmail.objects.filter(kind="open_reviews").count() == 1
