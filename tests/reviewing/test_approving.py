"""A reader judges, and an approver lets it out, in other words if need be."""

import pytest
from django.db import transaction
from django.db.utils import IntegrityError, InternalError

from audit.models import AuditEntry
from reviewing import operations
from reviewing.decisions import operations as decisions
from reviewing.models import CriterionJudgment, Decision, Review
from reviewing.second_looks import operations as second_looks
from reviewing.second_looks.operations import NotASecondPerson
from reviewing.second_looks.words import Words
from reviewing.states import DecisionStatus, Outcome, ReaderRole
from submissions.models import Submission
from submissions.states import Status
from tests.factories import MembershipFactory, SchoolFactory, coordinator_for, reviewer_for
from tests.reviewing.pages import body
from tests.reviewing.readers import WHY_NOT, badge_to_approve, reads, sends, sent_for, with_wait

pytestmark = pytest.mark.django_db


@pytest.fixture
def badge_class():
    return badge_to_approve(issuer=with_wait(0))


@pytest.fixture
def assignment(badge_class):
    return reads(sent_for(badge_class))


@pytest.fixture
def approver(badge_class):
    return reviewer_for(badge_class)


def status():
    return Submission.objects.get().status


def look_url(decision, what=""):
    return f"/reviews/second-looks/{decision.pk}/{what}"


def typed(decision, comment, summary=""):
    judged = decision.review.judgments.all()
    return {"summary": summary, **{f"comment_{one.criterion_id}": comment for one in judged}}


@pytest.mark.parametrize(("not_yet", "ends"), [((), Status.APPROVED), ((0,), Status.RETURNED)])
def test_every_decision_waits_for_the_approver(assignment, approver, not_yet, ends):
    decision = sends(assignment, not_yet)
    before = (decision.status, status(), Review.objects.sent().count())

    second_looks.confirm(decision, by=approver)

    assert before == (DecisionStatus.UNCONFIRMED, Status.IN_REVIEW, 0)
    assert status() == ends
    assert Review.objects.sent().get() == decision.review
    assert AuditEntry.objects.filter(act="review approved").exists()


def test_the_educator_reads_the_words_of_the_approver_and_the_readers_stay(
    client, assignment, approver
):
    decision = sends(assignment, (0,), summary="Sloppy.")
    client.force_login(approver)
    page = body(client.get(look_url(decision)))

    client.post(look_url(decision, "confirm/"), typed(decision, "Say who did what.", "Nearly."))

    assert "Sloppy." in page
    assert WHY_NOT in page
    wording = Review.objects.sent().get()
    assert (wording.role, wording.reviewer, wording.summary) == (
        ReaderRole.APPROVER,
        approver,
        "Nearly.",
    )
    own = Review.objects.by_readers().get()
    assert (own.summary, own.decision, own.sent_at) == ("Sloppy.", Outcome.RETURN, None)
    assert set(own.judgments.values_list("criterion", "verdict")) == set(
        wording.judgments.values_list("criterion", "verdict")
    )
    earner = Submission.objects.get().earner
    client.force_login(earner)
    read = body(client.get(Submission.objects.get().get_absolute_url()))
    assert "Nearly." in read
    assert "Say who did what." in read
    assert "Sloppy." not in read
    client.force_login(assignment.reviewer)
    assert "Nearly." in body(client.get(assignment.get_absolute_url()))


def test_a_criterion_that_is_not_yet_met_keeps_a_comment(client, assignment, approver):
    decision = sends(assignment, (0,))
    client.force_login(approver)

    answer = client.post(look_url(decision, "confirm/"), typed(decision, "", "Kept words."))

    assert answer.status_code == 422
    assert "Kept words." in body(answer)
    decision.refresh_from_db()
    assert decision.status == DecisionStatus.UNCONFIRMED


def test_an_approver_can_not_change_a_judgment_not_even_in_the_database(assignment, approver):
    decision = sends(assignment, (0,))
    review = Review.objects.create(
        attempt=decision.attempt,
        reviewer=approver,
        role=ReaderRole.APPROVER,
        begun_at=decision.decided_at,
    )
    for judgment in decision.review.judgments.all():
        CriterionJudgment.objects.create(
            review=review, criterion_id=judgment.criterion_id, verdict="met"
        )
    review.decision, review.finished_at = decision.outcome, decision.decided_at
    review.save()

    with pytest.raises((IntegrityError, InternalError), match="never a judg"), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(
            status=DecisionStatus.DUE,
            takes_effect_at=decision.decided_at,
            confirmed_by=approver,
            confirmed_at=decision.decided_at,
            wording=review,
        )


def test_who_approves_is_neither_the_reader_nor_a_colleague(assignment, approver, badge_class):
    decision = sends(assignment)
    school = SchoolFactory()
    for person in (approver, assignment.submission.earner):
        MembershipFactory(user=person, agency=school)

    for person in (assignment.reviewer, approver, reviewer_for(badge_to_approve())):
        with pytest.raises(NotASecondPerson):
            second_looks.confirm(decision, by=person)
    second_looks.confirm(decision, by=coordinator_for(badge_class))
    assert status() == Status.APPROVED


def test_an_approver_sends_it_back_and_the_reader_judges_anew(client, assignment, approver):
    decision = sends(assignment)
    client.force_login(approver)

    client.post(look_url(decision, "send-back/"), {"note": "The first criterion is not met."})

    client.force_login(assignment.reviewer)
    assert "The first criterion is not met." in body(client.get(assignment.get_absolute_url()))
    again = sends(assignment, (0,))
    second_looks.confirm(again, by=approver)
    assert status() == Status.RETURNED
    assert AuditEntry.objects.filter(act="review sent back").exists()


def test_the_reader_takes_it_back_as_long_as_nobody_has_approved(assignment, approver):
    decision = sends(assignment)

    decisions.recall(assignment, by=assignment.reviewer)

    with pytest.raises(decisions.AlreadyDecided):
        second_looks.confirm(decision, by=approver)
    assert status() == Status.IN_REVIEW
    sends(assignment)


def test_words_taken_back_are_there_when_the_approver_goes_on(client, badge_class, approver):
    issuer = badge_class.issuer
    issuer.decision_wait_minutes = 10
    issuer.save()
    assignment = reads(sent_for(badge_class))
    decision = sends(assignment)
    client.force_login(approver)
    client.post(look_url(decision, "confirm/"), typed(decision, "Well done.", "Nearly."))
    assert "You approved it" in body(client.get(look_url(decision)))

    client.post(look_url(decision, "unconfirm/"))
    page = body(client.get(look_url(decision)))

    assert "Well done." in page
    second_looks.confirm(decision, by=approver, words=Words("Third words."))
    decision.refresh_from_db()
    assert decision.wording.summary == "Third words."
    assert Review.objects.sent().count() == 0


def test_the_queue_says_that_it_waits_for_an_approver(client, assignment, approver):
    sends(assignment)
    client.force_login(assignment.reviewer)
    own = body(client.get("/reviews/"))
    page = body(client.get(assignment.get_absolute_url()))
    client.force_login(approver)

    assert "Your review needs a second person who approves it." in own
    assert "Before this takes effect, a second person has to approve it" in page
    assert "A reader’s review, to be approved." in body(client.get("/reviews/"))
    with pytest.raises(operations.AlreadyTaken):
        operations.claim(assignment.submission, by=approver)
