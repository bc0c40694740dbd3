"""What was sent can be taken back and changed while nobody has begun to read it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from audit.moves import TransitionNotAllowed
from reviewing import operations as reviewing
from reviewing.models import Assignment
from reviewing.querysets import awaiting_review
from submissions import operations
from submissions.models import EvidenceItem, Submission
from submissions.states import Status
from submissions.timeline import build_timeline
from tests.factories import (
    AssignmentFactory,
    SentSubmissionFactory,
    UserFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)


def address_of(submission):
    return reverse("submissions:take_back", args=[submission.public_id])


def take_back(submission, **kwargs):
    operations.take_back(submission, by=submission.earner, **kwargs)
    submission.refresh_from_db()


def test_it_leaves_the_queue_and_the_earner_can_change_it():
    submission = SentSubmissionFactory()
    reviewer = reviewer_for(submission.badge_class)

    take_back(submission)

    assert not awaiting_review(reviewer).exists()
    plan = submission.version.criteria.first()
    operations.write_text(submission, plan, "A better plan.")
    operations.send(submission, by=submission.earner, statement_accepted=True)
    assert awaiting_review(reviewer).get() == submission


def test_what_was_sent_stays_as_it_was_and_the_next_attempt_begins_with_it():
    submission = SentSubmissionFactory()
    sent = submission.latest_attempt
    texts = set(sent.evidence_items.values_list("text", flat=True))

    take_back(submission)

    copy = submission.attempts.get(sent_at=None)
    assert copy.number == 2
    assert set(copy.evidence_items.values_list("text", flat=True)) == texts
    assert set(sent.evidence_items.values_list("text", flat=True)) == texts
    assert EvidenceItem.objects.count() == 2 * len(texts)


def test_the_promise_counts_from_when_it_is_sent_again():
    submission = SentSubmissionFactory(now=MONDAY)
    first = submission.due_on

    take_back(submission, now=MONDAY)
    assert submission.due_on is None
    operations.send(submission, by=submission.earner, statement_accepted=True, now=THURSDAY)

    submission.refresh_from_db()
    assert submission.due_on > first


def test_the_timeline_says_that_it_was_taken_back():
    submission = SentSubmissionFactory()

    take_back(submission)

    steps = [(step.state, step.title) for step in build_timeline(submission)]
    assert steps[:4] == [
        ("done", "Started"),
        ("done", "Submitted"),
        ("done", "Taken back by the educator"),
        ("now", "Change your evidence"),
    ]


def test_what_a_reviewer_found_met_stays_met():
    assignment = AssignmentFactory()
    plan, *others = reviewing.criteria_to_judge(assignment.submission.latest_attempt)
    judgments = {plan: reviewing.Judgment("met", "Clear.")} | {
        criterion: reviewing.Judgment("not_yet", "More.") for criterion in others
    }
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judgments)
    submission = Submission.objects.get()
    operations.send(submission, by=submission.earner, statement_accepted=True)

    take_back(submission)

    assert list(submission.met_criteria.all()) == [plan]
    with pytest.raises(operations.NotEditable):
        operations.write_text(submission, plan, "Other.")


def test_once_a_reviewer_has_it_it_stays_as_it_is(client):
    submission = AssignmentFactory().submission
    client.force_login(submission.earner)

    assert "take-back" not in client.get(submission.get_absolute_url()).content.decode()
    answer = client.post(address_of(submission), follow=True)

    submission.refresh_from_db()
    assert submission.status == Status.IN_REVIEW
    assert "A reviewer has begun to read it" in answer.content.decode()


def test_a_reviewer_who_gives_it_back_makes_it_possible_again():
    assignment = AssignmentFactory()
    reviewing.release(assignment, by=assignment.reviewer)

    take_back(assignment.submission)

    assert assignment.submission.status == Status.TAKEN_BACK


@pytest.mark.parametrize("verdict", ["met", "not_yet"])
def test_what_was_decided_is_not_taken_back(verdict):
    assignment = AssignmentFactory()
    judgments = judge_all(assignment, verdict, "More.")
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judgments)

    with pytest.raises(TransitionNotAllowed):
        take_back(Submission.objects.get())


def test_the_page_asks_first_and_leads_to_the_evidence(client):
    submission = SentSubmissionFactory()
    client.force_login(submission.earner)

    assert address_of(submission) in client.get(submission.get_absolute_url()).content.decode()
    assert client.get(address_of(submission)).status_code == 200
    answer = client.post(address_of(submission))

    assert answer.url == reverse("submissions:edit", args=[submission.public_id])
    assert client.get(answer.url).status_code == 200


def test_pressing_twice_takes_it_back_once(client):
    submission = SentSubmissionFactory()
    client.force_login(submission.earner)

    client.post(address_of(submission))
    again = client.post(address_of(submission), follow=True)

    assert "Nothing changed" in again.content.decode()
    assert submission.attempts.count() == 2


def test_nobody_else_takes_it_back(client):
    submission = SentSubmissionFactory()

    for person in (UserFactory(), coordinator_for(submission.badge_class)):
        client.force_login(person)
        assert client.post(address_of(submission)).status_code == 404
    submission.refresh_from_db()
    assert submission.status == Status.SUBMITTED


def test_what_was_taken_back_can_be_withdrawn():
    submission = SentSubmissionFactory()
    take_back(submission)

    operations.withdraw(submission, by=submission.earner)

    assert submission.status == Status.WITHDRAWN


def test_the_coordinator_reads_that_it_was_taken_back(client):
    submission = SentSubmissionFactory()
    take_back(submission)
    client.force_login(coordinator_for(submission.badge_class))

    page = reverse("submissions:manage_submission", args=[submission.public_id])
    text = client.get(page).content.decode()

    assert "Taken back by the educator" in text
    assert "The educator acts next" in text


# Races


@pytest.mark.django_db(transaction=True)
def test_taking_back_while_a_reviewer_claims_lets_exactly_one_through():
    submission = SentSubmissionFactory()
    reviewer = reviewer_for(submission.badge_class)

    taken, claimed = at_once(
        lambda: operations.take_back(Submission.objects.get(), by=submission.earner),
        lambda: reviewing.claim(Submission.objects.get(), by=reviewer),
    )

    submission.refresh_from_db()
    if taken is None:
        assert submission.status == Status.TAKEN_BACK
        assert isinstance(claimed, reviewing.AlreadyTaken)
        assert not Assignment.objects.exists()
    else:
        assert isinstance(taken, operations.AlreadyBeingRead)
        assert submission.status == Status.IN_REVIEW
        assert submission.attempts.count() == 1


@pytest.mark.django_db(transaction=True)
def test_taking_back_twice_at_the_same_moment_begins_one_attempt():
    submission = SentSubmissionFactory()

    outcomes = at_once(
        *[lambda: operations.take_back(Submission.objects.get(), by=submission.earner)] * 2
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "NoneType", "TransitionNotAllowed",
    ]  # fmt: skip
    assert submission.attempts.count() == 2


@pytest.mark.django_db(transaction=True)
def test_taking_back_while_withdrawing_ends_withdrawn():
    submission = SentSubmissionFactory()

    at_once(
        lambda: operations.take_back(Submission.objects.get(), by=submission.earner),
        lambda: operations.withdraw(Submission.objects.get(), by=submission.earner),
    )

    submission.refresh_from_db()
    assert submission.status == Status.WITHDRAWN
