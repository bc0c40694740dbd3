"""What comes too late, or at the same moment, to a review: two windows and two connections."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import Membership
from catalog import operations as catalog
from issuing.models import Assertion
from reviewing import operations
from reviewing.assigning import operations as assigning
from reviewing.models import Assignment, Decision, Review
from submissions import operations as submissions
from submissions.models import Submission
from submissions.states import Status
from tests.factories import BadgeFactory, coordinator_for, reviewer_for
from tests.races import at_once
from tests.reviewing.blind.channels import signed_in
from tests.reviewing.pages import body, review_form_data, review_url
from tests.reviewing.readers import badge_read_by_two, judging, reads, sends, sent_for, with_wait

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)


@pytest.fixture
def badge():
    return BadgeFactory(issuer=with_wait(0))


def names(outcomes):
    return sorted(type(one).__name__ if isinstance(one, Exception) else "done" for one in outcomes)


def test_the_back_button_sends_nothing_a_second_time_and_gives_the_words_back(badge):
    assignment = reads(sent_for(badge))
    client, send = signed_in(assignment.reviewer), review_url(assignment, "send/")
    first = client.post(send, review_form_data(assignment))

    # The page from before, with other words in it.
    again = client.post(send, review_form_data(assignment, "not_yet", "Typed before I went back."))

    assert first.status_code == 302
    assert again.status_code == 409
    assert "Typed before I went back." in body(again)
    assert Review.objects.get().decision == "approve"
    assert Assertion.objects.count() == 1


def test_an_old_page_saves_no_draft_after_the_review_was_sent(badge):
    assignment = reads(sent_for(badge))
    client = signed_in(assignment.reviewer)
    client.post(review_url(assignment, "send/"), review_form_data(assignment))

    answer = client.post(
        review_url(assignment),
        review_form_data(assignment, "not_yet", "Too late."),
        headers={"Accept": "application/json"},
    )

    assert answer.status_code == 409
    assert not Review.objects.get().judgments.filter(comment="Too late.").exists()


def test_a_claim_that_was_given_to_somebody_else_sends_nothing_and_keeps_the_words(badge):
    submission = sent_for(badge)
    assignment, other = reads(submission), reviewer_for(badge)
    client = signed_in(assignment.reviewer)
    assigning.assign(submission, to=other, by=coordinator_for(badge), reason="Away.")

    answer = client.post(
        review_url(assignment, "send/"), review_form_data(assignment, comment="All my words.")
    )

    assert answer.status_code == 409
    assert "All my words." in body(answer)
    assert Submission.objects.get().status == Status.IN_REVIEW
    assert Assignment.objects.active().get().reviewer == other


def test_a_claim_is_taken_away_while_its_reader_sends_and_one_of_the_two_is_refused(badge):
    submission = sent_for(badge)
    assignment, coordinator = reads(submission), coordinator_for(badge)

    outcomes = at_once(
        lambda: sends(assignment),
        lambda: assigning.take_away(Submission.objects.get(), by=coordinator, reason="Away."),
    )

    status = Submission.objects.get().status
    if status == Status.APPROVED:  # there was nothing to take away any more
        assert outcomes[1] is False
        assert Assertion.objects.count() == 1
    else:
        assert names(outcomes) == ["AlreadyDecided", "done"]
        assert status == Status.SUBMITTED
        assert not Decision.objects.exists()


def test_somebody_who_is_no_reviewer_any_more_can_send_nothing_and_another_one_can(badge):
    submission = sent_for(badge)
    assignment = reads(submission)
    operations.save_draft(
        assignment, by=assignment.reviewer, judgments=judging(assignment), summary="Mine."
    )
    client = signed_in(assignment.reviewer)
    Membership.objects.filter(user=assignment.reviewer).update(ended_at=timezone.now())

    answer = client.post(review_url(assignment, "send/"), review_form_data(assignment))
    other = reviewer_for(badge)
    given = assigning.assign(
        Submission.objects.get(), to=other, by=coordinator_for(badge), reason="Away."
    )
    sends(given)

    assert answer.status_code in {403, 404}
    assert Submission.objects.get().status == Status.APPROVED
    # The draft is kept aside, and nothing rests on it.
    draft = Review.objects.get(reviewer=assignment.reviewer)
    assert (draft.summary, draft.finished_at) == ("Mine.", None)
    assert list(Decision.objects.get().rests_on.all()) == [Review.objects.get(reviewer=other)]


def test_what_was_sent_for_a_badge_is_decided_although_it_was_retired_meanwhile(badge):
    assignment = reads(sent_for(badge))

    outcomes = at_once(lambda: sends(assignment), lambda: catalog.retire(badge, by=None))

    assert names(outcomes) == ["done", "done"]
    assert Submission.objects.get().status == Status.APPROVED
    assert Assertion.objects.count() == 1


def test_a_new_version_that_is_published_meanwhile_changes_nothing_for_the_reader(badge):
    assignment = reads(sent_for(badge))
    earlier = badge.current_version
    draft = catalog.draft_version(badge, by=None)
    catalog.edit_version(draft, name="A new name", shows_earner_to_reviewers=True)

    outcomes = at_once(
        lambda: sends(assignment),
        lambda: catalog.publish(type(badge).objects.get(pk=badge.pk), by=None),
    )

    assert names(outcomes) == ["done", "done"]
    submission = Submission.objects.get()
    assert (submission.version, submission.status) == (earlier, Status.APPROVED)
    assert not submission.version.shows_earner_to_reviewers
    assert Assertion.objects.get().version == earlier


def test_two_different_decisions_of_two_readers_never_both_count():
    submission = sent_for(badge_read_by_two(issuer=with_wait(0)))
    first, second = reads(submission), reads(submission)

    outcomes = at_once(lambda: sends(first), lambda: sends(second, decline=True))

    assert names(outcomes) == ["done", "done"]
    assert not Decision.objects.exists()
    assert Submission.objects.get().status == Status.IN_REVIEW
    assert submission.attempts.get().places.count() == 3


def test_two_windows_of_one_reader_send_different_decisions_and_one_counts(badge):
    assignment = reads(sent_for(badge))

    outcomes = at_once(lambda: sends(assignment), lambda: sends(assignment, (0,)))

    assert names(outcomes) == ["AlreadyDecided", "done"]
    assert Decision.objects.count() == 1
    assert Review.objects.sent().count() == 1


def test_sending_again_while_somebody_takes_the_earlier_attempt_is_one_reading(badge):
    """The earner takes it back to change it at the moment when a reviewer begins."""
    submission, reviewer = sent_for(badge), reviewer_for(badge)

    outcomes = at_once(
        lambda: operations.claim(Submission.objects.get(), by=reviewer),
        lambda: submissions.take_back(Submission.objects.get(), by=submission.earner),
    )

    assert names(outcomes).count("done") == 1
    is_read = Assignment.objects.active().exists()
    expected = Status.IN_REVIEW if is_read else Status.TAKEN_BACK
    assert Submission.objects.get().status == expected
