"""Naming somebody whose work one does not judge, or who does not judge one's own."""

from __future__ import annotations

import pytest

from audit.models import AuditEntry
from audit.moves import TransitionNotAllowed
from mail.models import OutgoingEmail
from reviewing import operations
from reviewing.conflicts import are_in_conflict
from reviewing.models import Assignment, NamedConflict
from reviewing.reviewers.operations import conflicts
from submissions.models import Submission
from tests import races
from tests.factories import (
    AssignmentFactory,
    SentSubmissionFactory,
    UserFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)

pytestmark = pytest.mark.django_db


def test_what_one_reads_of_the_other_returns_to_the_queue_with_its_draft(assignment):
    reviewer, submission = assignment.reviewer, assignment.submission
    review = operations.save_draft(assignment, by=reviewer, judgments=judge_all(assignment))

    conflicts.name_person(submission.earner, address=reviewer.email, by=submission.earner)

    assignment.refresh_from_db()
    submission.refresh_from_db()
    assert (assignment.released_at is not None, submission.status) == (True, "submitted")
    assert review.judgments.count() == submission.version.criteria.count()
    assert operations.claim(submission, by=reviewer_for(submission.badge_class))
    assert OutgoingEmail.objects.filter(kind="review_taken", to=reviewer.email).count() == 1


def test_an_address_without_an_account_waits_for_it(badge_class, reviewer):
    named = conflicts.name_person(reviewer, address="New@Other.example", by=reviewer)
    assert (named.other, named.address) == (None, "new@other.example")
    earner = UserFactory(email="new@other.example")

    submission = SentSubmissionFactory(badge_class=badge_class, earner=earner)

    named.refresh_from_db()
    assert (named.other, named.address) == (earner, "")
    with pytest.raises(operations.ReviewerNotAllowed):
        operations.claim(submission, by=reviewer)


def test_an_educator_names_somebody_who_reviews_later(badge_class):
    submission = SentSubmissionFactory(badge_class=badge_class)
    earner = submission.earner
    conflicts.name_person(earner, address="new@other.example", by=earner)
    reviewer = reviewer_for(badge_class, user__email="new@other.example")

    assert conflicts.find_accounts(conflicts.with_an_account()) == 1
    assert conflicts.find_accounts(conflicts.with_an_account()) == 0

    assert are_in_conflict(reviewer, earner)


def test_somebody_is_named_once_and_by_another_address_as_well(reviewer):
    other = UserFactory()

    one, two = (conflicts.name_person(reviewer, address=other.email, by=reviewer) for _ in "12")

    assert one == two


def test_nobody_names_themselves_or_everybody(reviewer):
    with pytest.raises(conflicts.NamesThemselves):
        conflicts.name_person(reviewer, address=reviewer.email.upper(), by=reviewer)
    for n in range(conflicts.MOST_NAMED):
        conflicts.name_person(reviewer, address=f"person{n}@other.example", by=reviewer)

    with pytest.raises(conflicts.TooManyNamed):
        conflicts.name_person(reviewer, address="more@other.example", by=reviewer)
    assert conflicts.name_person(reviewer, address="person3@other.example", by=reviewer)


def test_a_conflict_that_has_ended_stays_ended(badge_class, reviewer):
    submission = SentSubmissionFactory(badge_class=badge_class)
    named = conflicts.name_person(reviewer, address=submission.earner.email, by=reviewer)

    conflicts.end_conflict(named, by=reviewer)

    with pytest.raises(TransitionNotAllowed):
        conflicts.end_conflict(named, by=reviewer)
    assert operations.claim(submission, by=reviewer)


def test_a_reviewer_who_recognized_somebody_does_not_learn_the_name(assignment):
    named = conflicts.recognize(assignment)

    assert (named.other, named.submission) == (assignment.submission.earner, assignment.submission)
    assert conflicts.recognize(assignment) == named
    assignment.refresh_from_db()
    assert assignment.released_at is not None


def test_what_a_coordinator_names_is_in_the_activity_log(badge_class, reviewer):
    coordinator, agency = coordinator_for(badge_class), badge_class.issuer.agency
    other = UserFactory(name="Zenobia Known")

    named = conflicts.name_person(reviewer, address=other.email, by=coordinator, agency=agency)
    conflicts.end_conflict(named, by=coordinator, agency=agency)

    entries = AuditEntry.objects.filter(act__startswith="conflict").order_by("pk")
    assert [(one.act, one.note, one.actor) for one in entries] == [
        ("conflict named", "", coordinator),
        ("conflict ended", "", coordinator),
    ]
    assert "Zenobia" not in "".join(one.subject for one in entries)


@pytest.mark.django_db(transaction=True)
def test_naming_and_claiming_at_the_same_moment_let_nothing_be_decided(monkeypatch):
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)
    submission = SentSubmissionFactory()
    earner, reviewer = submission.earner, reviewer_for(submission.badge_class)

    races.at_once(
        lambda: conflicts.name_person(earner, address=reviewer.email, by=earner),
        lambda: operations.claim(Submission.objects.get(pk=submission.pk), by=reviewer),
    )

    held = Assignment.objects.active().first()
    if held:
        with pytest.raises(operations.ConflictOfInterest):
            operations.send_review(held, by=reviewer, judgments=judge_all(held))
    assert NamedConflict.objects.in_force().count() == 1


@pytest.mark.django_db(transaction=True)
def test_naming_and_sending_at_the_same_moment_have_one_winner(monkeypatch):
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)
    assignment = AssignmentFactory()
    earner, reviewer = assignment.submission.earner, assignment.reviewer
    judgments = judge_all(assignment)

    _named, sent = races.at_once(
        lambda: conflicts.name_person(earner, address=reviewer.email, by=earner),
        lambda: operations.send_review(
            Assignment.objects.get(pk=assignment.pk), by=reviewer, judgments=judgments
        ),
    )

    assignment.refresh_from_db()
    is_refused = isinstance(sent, operations.ConflictOfInterest | operations.AlreadyDecided)
    assert is_refused is (assignment.decided_at is None)
    assert is_refused is (assignment.released_at is not None)
