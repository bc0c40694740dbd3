"""Two independent readers, and a third one where they differ about what is required."""

import pytest
from django.db import transaction
from django.db.utils import IntegrityError, InternalError
from django.utils import timezone

from issuing.models import Assertion
from mail.models import OutgoingEmail
from reviewing import operations
from reviewing.decisions import operations as decisions
from reviewing.decisions.operations import AlreadyDecided, DecidedTogether
from reviewing.models import Assignment, CriterionJudgment, Decision, DecisionBasis, Place, Review
from reviewing.querysets import awaiting_review
from reviewing.schemes import operations as schemes
from reviewing.second_looks import operations as second_looks
from reviewing.states import DecisionStatus, Outcome, PlaceReason, ReaderRole
from submissions import operations as submissions
from submissions.models import Submission
from submissions.states import Status
from tests.factories import MembershipFactory, SchoolFactory, UserFactory, reviewer_for
from tests.reviewing.readers import (
    badge_read_by_two,
    opens_the_others,
    reads,
    sends,
    sent_for,
    with_wait,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def badge_class():
    return badge_read_by_two(issuer=with_wait(0))


@pytest.fixture
def submission(badge_class):
    return sent_for(badge_class)


@pytest.fixture
def pair(submission):
    return reads(submission), reads(submission)


def status():
    return Submission.objects.get().status


def refused(act, *, match="."):
    with pytest.raises((IntegrityError, InternalError), match=match), transaction.atomic():
        act()


def test_two_people_can_take_it_and_nobody_else(submission, badge_class):
    first, second, third = (reviewer_for(badge_class) for _ in range(3))

    one = operations.claim(submission, by=first)
    assert list(awaiting_review(first)) == []
    assert list(awaiting_review(second)) == [submission]
    other = operations.claim_next(by=second)

    assert [one.place.number, other.place.number] == [1, 2]
    assert list(awaiting_review(third)) == []
    with pytest.raises(operations.AlreadyTaken):
        operations.claim(submission, by=third)
    assert submission.status_changes.filter(to_status=Status.IN_REVIEW).count() == 1


def test_nobody_reads_the_same_attempt_in_two_places_with_any_account(submission, pair):
    first, second = pair
    linked = UserFactory(linked_to=first.reviewer)
    decisions.open_place(second, by=second.reviewer, now=timezone.now())

    for person in (first.reviewer, linked):
        refused(
            lambda person=person: Assignment.objects.create(
                place=second.place,
                submission=submission,
                reviewer=person,
                assigned_at=timezone.now(),
            ),
            match="two places",
        )


def test_it_is_decided_when_both_have_finished_and_rests_on_both(pair):
    first, second = pair

    assert sends(first) is None
    before = (status(), Decision.objects.count(), Assertion.objects.count())
    decision = sends(second)

    assert before == (Status.IN_REVIEW, 0, 0)
    assert status() == Status.APPROVED
    assert Assertion.objects.count() == 1
    assert {one.reviewer for one in decision.rests_on.all()} == {first.reviewer, second.reviewer}
    assert Review.objects.sent().count() == 1
    assert not Assignment.objects.active().exists()


def test_the_educator_is_told_once_and_reads_the_review_that_found_more(pair, submission):
    first, second = pair
    optional = [
        place
        for place, criterion in enumerate(operations.criteria_to_judge(first.attempt))
        if not criterion.required
    ]

    sends(first, (0, *optional), summary="The first reader's words.")
    decision = sends(second, (0,), summary="The second reader's words.")

    assert decision.outcome == Outcome.RETURN
    assert Review.objects.sent().get().summary == "The second reader's words."
    assert OutgoingEmail.objects.filter(kind="submission_returned").count() == 1
    assert submission.attempts.count() == 2


def test_where_they_differ_a_third_reader_judges_the_evidence_first_and_then_decides(
    pair, submission
):
    first, second = pair
    sends(first)
    assert sends(second, (0,)) is None
    place = Place.objects.get(number=3)
    assert (place.reason, status()) == (PlaceReason.DIFFER, Status.IN_REVIEW)
    assert not awaiting_review(first.reviewer).exists()

    third = reads(submission)
    with pytest.raises(schemes.EvidenceFirst):
        schemes.show_others(third, by=third.reviewer)
    with pytest.raises(schemes.OthersNotRead):
        sends(third)
    opens_the_others(third, (0,))
    decision = sends(third, (0,), summary="The third reader's words.")

    assert decision.rests_on.count() == 3
    assert Review.objects.sent().get().summary == "The third reader's words."
    assert status() == Status.RETURNED
    assert Assignment.objects.filter(decided_at=None).count() == 0


def test_two_who_decline_confirm_each_other(pair):
    first, second = pair

    sends(first, decline=True)
    decision = sends(second, decline=True)

    assert status() == Status.DECLINED
    assert {decision.decided_by, decision.confirmed_by} == {first.reviewer, second.reviewer}


def test_a_single_decline_needs_the_third_reader_and_counts_as_the_second_person(pair, submission):
    first, second = pair
    sends(first, decline=True)
    assert sends(second) is None

    third = reads(submission)
    opens_the_others(third)
    decision = sends(third, decline=True)

    assert (status(), decision.confirmed_by) == (Status.DECLINED, first.reviewer)


def test_a_decline_of_the_third_reader_alone_waits_for_somebody_who_has_not_read_it(
    pair, submission
):
    first, second = pair
    sends(first)
    sends(second, (0,))
    third = reads(submission)
    opens_the_others(third)

    decision = sends(third, decline=True)

    assert decision.status == DecisionStatus.UNCONFIRMED
    for reader in (first.reviewer, second.reviewer, third.reviewer):
        with pytest.raises(second_looks.NotASecondPerson):
            second_looks.confirm(decision, by=reader)
    again = second_looks.send_back(decision, by=reviewer_for(submission.badge_class), note="No.")
    assert again.reviewer == third.reviewer
    sends(third)
    assert status() == Status.APPROVED


def test_a_colleague_of_the_educator_by_now_does_not_confirm_the_others_decline(pair, submission):
    first, second = pair
    sends(first, decline=True)
    school = SchoolFactory()
    for person in (first.reviewer, submission.earner):
        MembershipFactory(user=person, agency=school)

    decision = sends(second, decline=True)

    assert (decision.status, decision.confirmed_by) == (DecisionStatus.UNCONFIRMED, None)


def test_a_review_is_taken_back_until_the_other_reader_has_finished(pair):
    first, second = pair
    sends(first, (0,))
    assert decisions.recall(first, by=first.reviewer) is True
    assert decisions.recall(first, by=first.reviewer) is False
    sends(first)
    sends(second, (0,))

    for assignment in pair:
        with pytest.raises(DecidedTogether):
            decisions.recall(Assignment.objects.get(pk=assignment.pk), by=assignment.reviewer)
    refused(
        lambda: Review.objects.filter(reviewer=first.reviewer).update(
            finished_at=None, decision=""
        ),
        match="two readers",
    )


def test_what_two_finished_is_not_taken_back_while_the_decision_waits(submission):
    submission.badge_class.issuer.decision_wait_minutes = 10
    submission.badge_class.issuer.save()
    first, second = reads(submission), reads(submission)
    sends(first)
    assert sends(second).status == DecisionStatus.DUE

    with pytest.raises(DecidedTogether):
        decisions.recall(Assignment.objects.get(pk=second.pk), by=second.reviewer)
    with pytest.raises(AlreadyDecided):
        operations.release(Assignment.objects.get(pk=first.pk), by=UserFactory())


def test_what_is_finished_is_frozen_by_the_database(pair):
    first, second = pair
    sends(first, summary="As it was.")
    review = Review.objects.get()

    for change in (
        lambda: Review.objects.update(summary="Other words."),
        lambda: Review.objects.update(decision=Outcome.DECLINE),
        lambda: Review.objects.update(role=ReaderRole.THIRD),
        lambda: Review.objects.all()._raw_delete("default"),
        lambda: CriterionJudgment.objects.update(verdict="not_yet"),
        lambda: CriterionJudgment.objects.filter(review=review)._raw_delete("default"),
        lambda: Review.objects.update(sent_at=timezone.now()),
    ):
        refused(change)
    decision = sends(second)
    basis = DecisionBasis.objects.filter(decision=decision)
    refused(lambda: basis.update(review=decision.review_id))
    refused(lambda: basis._raw_delete("default"))
    refused(lambda: Place.objects.all()._raw_delete("default"))


def test_a_decision_rests_on_a_finished_review_of_its_attempt(pair, badge_class):
    first, second = pair
    sends(first)
    decision = sends(second)
    elsewhere = reads(sent_for(badge_class))
    draft = operations.save_draft(elsewhere, by=elsewhere.reviewer, judgments={})

    refused(lambda: DecisionBasis.objects.create(decision=decision, review=draft))


def test_a_reader_who_gives_it_back_makes_room_and_the_other_one_goes_on(pair, submission):
    first, second = pair
    sends(first)

    operations.release(second, by=second.reviewer)

    assert status() == Status.IN_REVIEW
    sends(reads(submission))
    assert status() == Status.APPROVED


def test_a_finished_reader_removed_before_the_other_has_finished_makes_room_too(pair, submission):
    first, second = pair
    sends(first)

    operations.release(Assignment.objects.get(pk=first.pk), by=UserFactory())
    sends(second)

    assert status() == Status.IN_REVIEW
    draft = Review.objects.get(reviewer=first.reviewer)
    assert (draft.finished_at, draft.decision) == (None, "")
    sends(reads(submission))
    assert status() == Status.APPROVED


def test_when_both_give_it_back_it_waits_in_the_queue_again(pair):
    for assignment in pair:
        operations.release(assignment, by=assignment.reviewer)

    assert status() == Status.SUBMITTED


def test_withdrawing_ends_both(pair, submission):
    sends(pair[0])

    submissions.withdraw(submission, by=submission.earner)

    assert not Assignment.objects.active().exists()
    with pytest.raises(AlreadyDecided):
        sends(pair[1])


def test_the_next_attempt_is_read_by_two_again(pair, submission):
    for assignment in pair:
        sends(assignment, (0,))
    submission.refresh_from_db()
    submissions.send(submission, by=submission.earner, statement_accepted=True)

    for assignment in (reads(submission), reads(submission)):
        sends(assignment)

    assert status() == Status.APPROVED
    assert Decision.objects.count() == 2


def test_independent_pairs_are_found_without_the_third_reader(pair, submission, badge_class):
    first, second = pair
    sends(first)
    assert not Review.objects.independent_pairs().exists()
    sends(second, (0,))
    third = reads(submission)
    opens_the_others(third)
    sends(third)
    operations.claim(sent_for(badge_class), by=first.reviewer)

    [found] = Review.objects.independent_pairs()

    assert found.reviewer == first.reviewer
    assert Review.objects.get(pk=found.other_id).reviewer == second.reviewer


def test_what_the_earner_took_back_is_read_by_two_when_it_is_sent_again(submission):
    submissions.take_back(submission, by=submission.earner)
    submission.refresh_from_db()
    submissions.send(submission, by=submission.earner, statement_accepted=True)

    pair = reads(submission), reads(submission)

    assert {one.place.attempt.number for one in pair} == {2}
    for assignment in pair:
        sends(assignment)
    assert status() == Status.APPROVED
