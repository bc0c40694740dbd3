"""A decision waits before anything follows from it, and until then it can be taken back."""

from datetime import timedelta

import pytest
from django.db import InternalError, transaction
from django.db.utils import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.operations import take_role
from audit.models import AuditEntry
from catalog import operations as catalog
from catalog.models import Issuer
from issuing.models import Assertion
from mail.models import OutgoingEmail
from reviewing import operations
from reviewing.decisions import operations as decisions
from reviewing.decisions.operations import AlreadyDecided, TooLate
from reviewing.models import Assignment, CriterionJudgment, Decision, Review
from reviewing.second_looks import operations as second_looks
from reviewing.states import DECISION_TRANSITIONS, DecisionStatus
from reviewing.tasks import put_decisions_into_effect
from submissions import operations as submissions
from submissions.models import Submission
from submissions.states import Status
from submissions.timeline import build_timeline
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    IssuerFactory,
    SchoolFactory,
    ask_to_decline,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.reviewing.pages import QUEUE, body, review_form_data, review_url

pytestmark = pytest.mark.django_db
WAIT = timedelta(minutes=10)


@pytest.fixture
def badge_class():
    return BadgeFactory(issuer=IssuerFactory(decision_wait_minutes=10))


def decided(assignment, verdict="met", comment="", *, now=None, **kwargs):
    return operations.send_review(
        assignment,
        by=assignment.reviewer,
        judgments=judge_all(assignment, verdict, comment),
        now=now or timezone.now(),
        **kwargs,
    )


def status():
    return Submission.objects.get().status


def test_every_status_of_a_decision_has_its_moves():
    assert set(DECISION_TRANSITIONS) == set(DecisionStatus)


@pytest.mark.parametrize(
    ("verdict", "comment", "becomes", "email"),
    [
        ("met", "", Status.APPROVED, None),
        ("not_yet", "Add it.", Status.RETURNED, "submission_returned"),
    ],
)
def test_what_was_decided_follows_after_ten_minutes_and_once(
    assignment, verdict, comment, becomes, email
):
    decision = decided(assignment, verdict, comment)
    sent = list(OutgoingEmail.objects.values_list("kind", flat=True))

    early = decisions.put_due_into_effect(now=decision.takes_effect_at - timedelta(seconds=1))
    before = (status(), Assertion.objects.count(), Review.objects.sent().count())
    later = [
        decisions.put_due_into_effect(now=decision.takes_effect_at + timedelta(minutes=n))
        for n in range(3)
    ]

    assert decision.takes_effect_at == decision.decided_at + WAIT
    assert early == (0, [])
    assert before == (Status.IN_REVIEW, 0, 0)
    assert later == [(1, []), (0, []), (0, [])]
    assert status() == becomes
    assert Assertion.objects.count() == (becomes == Status.APPROVED)
    new = list(OutgoingEmail.objects.values_list("kind", flat=True))[len(sent) :]
    assert new == ([email] if email else [])


def test_the_task_finds_decisions_that_are_due(assignment):
    decided(assignment, now=timezone.now() - WAIT)
    waiting = decided(AssignmentFactory(badge_class=assignment.submission.badge_class))

    put_decisions_into_effect()

    waiting.refresh_from_db()
    assert waiting.status == DecisionStatus.DUE
    assignment.submission.refresh_from_db()
    assert assignment.submission.status == Status.APPROVED


def test_a_decision_that_fails_stays_due_and_blocks_no_other(assignment):
    first = decided(assignment, now=timezone.now() - WAIT)
    second = decided(AssignmentFactory(badge_class=assignment.submission.badge_class))
    # What it would move has gone another way, as no operation can do.
    Submission.objects.filter(pk=first.attempt.submission_id).update(
        status=Status.WITHDRAWN, due_on=None
    )

    due, failed = decisions.put_due_into_effect(now=second.takes_effect_at)

    assert (due, failed) == (2, [first.pk])
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (DecisionStatus.DUE, DecisionStatus.IN_EFFECT)


def test_the_task_ends_even_if_nobody_has_the_submission(assignment):
    decision = decided(assignment, now=timezone.now() - WAIT)
    # No operation leaves a decision behind.
    Assignment.objects.filter(pk=assignment.pk).update(released_at=timezone.now())

    put_decisions_into_effect()

    decision.refresh_from_db()
    assert (decision.status, status()) == (DecisionStatus.DUE, Status.IN_REVIEW)


def test_without_a_wait_it_follows_at_once(assignment):
    Issuer.objects.update(decision_wait_minutes=0)

    decision = decided(assignment)

    assert decision.status == DecisionStatus.IN_EFFECT
    assert status() == Status.APPROVED


def test_a_changed_wait_is_for_decisions_from_then_on(assignment):
    decision = decided(assignment)
    Issuer.objects.update(decision_wait_minutes=0)

    assert decisions.put_due_into_effect(now=timezone.now()) == (0, [])
    assert decisions.put_due_into_effect(now=decision.takes_effect_at) == (1, [])


def test_the_earner_reads_nothing_of_it_before(client, assignment):
    earner, submission = assignment.submission.earner, assignment.submission
    client.force_login(earner)
    pages = [
        submission.get_absolute_url(),
        reverse("submissions:list"),
        reverse("issuing:my_awards"),
        submission.badge_class.get_absolute_url(),
    ]
    shown = [client.get(page).content.split(b"csrf")[0] for page in pages]
    steps = build_timeline(Submission.objects.get())

    decision = decided(assignment, "not_yet", "Two more pieces.", summary="Nearly there.")

    assert [client.get(page).content.split(b"csrf")[0] for page in pages] == shown
    assert build_timeline(Submission.objects.get()) == steps
    decisions.put_due_into_effect(now=decision.takes_effect_at)
    assert "Two more pieces." in body(client.get(pages[0]))


def test_an_earner_who_coordinates_reads_nothing_in_the_activity_log(client, assignment):
    submission = assignment.submission
    coordinator = coordinator_for(submission.badge_class)
    Membership.objects.create(
        user=submission.earner,
        agency=submission.badge_class.issuer.agency,
        role=Membership.Role.COORDINATOR,
        begun_at=timezone.now(),
        confirmed_at=timezone.now(),
    )
    decision = ask_to_decline(assignment)
    second_looks.confirm(decision, by=coordinator)
    log, words = reverse("reporting:manage_activity"), "Decline confirmed by a second person"

    client.force_login(submission.earner)
    own = body(client.get(log))
    client.force_login(coordinator)
    of_others = body(client.get(log))

    assert (words in own, words in of_others) == (False, True)


# --- Taking it back -------------------------------------------------------------------------------


def test_the_reviewer_reads_when_it_takes_effect_and_takes_it_back(reviewing_client, assignment):
    typed = review_form_data(assignment, "not_yet", "Say <how>.", summary="Nearly there.")
    reviewing_client.post(review_url(assignment, "send/"), typed)
    [decision] = Decision.objects.all()
    moment = timezone.localtime(decision.takes_effect_at)
    pages = [body(reviewing_client.get(page)) for page in (review_url(assignment), QUEUE)]

    answer = reviewing_client.post(review_url(assignment, "recall/"), follow=True)

    for page in pages:
        assert f"Your decision takes effect at {moment:%-I:%M} " in page
        assert "Take it back" in page
    assert "Taken back." in body(answer)
    assert body(answer).count("Say &lt;how&gt;.") == 3
    assert body(answer).count("checked") == 3
    assert "Nearly there." in body(answer)
    assert decisions.put_due_into_effect(now=decision.takes_effect_at) == (0, [])
    decision.refresh_from_db()
    assert (decision.status, decision.ended_by) == (DecisionStatus.RECALLED, assignment.reviewer)
    assert AuditEntry.objects.filter(act="decision taken back").count() == 1


def test_after_it_was_taken_back_another_decision_counts(assignment):
    decided(assignment, "not_yet", "Add it.")
    is_taken_back = decisions.recall(assignment, by=assignment.reviewer)

    second = decided(assignment, "met")
    decisions.put_due_into_effect(now=second.takes_effect_at)

    assert is_taken_back
    assert status() == Status.APPROVED
    assert [d.status for d in Decision.objects.order_by("pk")] == ["recalled", "in_effect"]
    assert {j.verdict for j in CriterionJudgment.objects.all()} == {"met"}


@pytest.mark.parametrize("worker_was_there", [True, False])
def test_after_the_wait_it_is_too_late(reviewing_client, assignment, worker_was_there):
    decision = decided(assignment, now=timezone.now() - WAIT)
    if worker_was_there:
        decisions.put_due_into_effect(now=timezone.now())

    page = body(reviewing_client.get(review_url(assignment)))
    answer = reviewing_client.post(review_url(assignment, "recall/"), follow=True)

    assert "Take it back" not in page
    assert "It is too late to take this back: your decision is in effect." in body(answer)
    decision.refresh_from_db()
    assert decision.status == ("in_effect" if worker_was_there else "due")


def test_taking_back_twice_changes_nothing_more(reviewing_client, assignment):
    decided(assignment)

    answers = [reviewing_client.post(review_url(assignment, "recall/")) for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [review_url(assignment)] * 2
    assert AuditEntry.objects.filter(act="decision taken back").count() == 1


def test_while_it_waits_nothing_of_the_review_changes(reviewing_client, assignment):
    decision = decided(assignment, "met", "Good.")
    typed = review_form_data(assignment, "not_yet", "Something else.")
    answers = {
        what: reviewing_client.post(review_url(assignment, what), {**typed, "reason": "A copy."})
        for what in ("", "send/", "decline/")
    }
    released = reviewing_client.post(review_url(assignment, "release/"), follow=True)

    assert {what: answer.status_code for what, answer in answers.items()} == {
        "": 409, "send/": 409, "decline/": 409,
    }  # fmt: skip
    assert all("Something else." in body(answers[what]) for what in ("", "send/"))
    assert "A copy." in body(answers["decline/"])
    assert "You have decided. Take your decision back first." in body(released)
    for change in (
        lambda: Review.objects.update(summary="Something else."),
        lambda: CriterionJudgment.objects.update(comment="Something else."),
        lambda: Review.objects.update(decision="approve", sent_at=timezone.now()),
        lambda: Decision.objects.update(outcome="return"),
        lambda: Decision.objects.all().delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()
    assert Decision.objects.get() == decision
    assert {j.comment for j in CriterionJudgment.objects.all()} == {"Good."}


def test_the_database_keeps_one_decision_for_an_attempt(assignment):
    decision = decided(assignment)
    same = {
        field: getattr(decision, field)
        for field in ("attempt", "review", "outcome", "status", "decided_by", "decided_at")
    }

    with pytest.raises(IntegrityError, match="one_decision_per_attempt"), transaction.atomic():
        Decision.objects.create(**same, takes_effect_at=decision.takes_effect_at)


def test_a_review_is_sent_only_by_a_decision_in_effect(assignment):
    review = operations.save_draft(assignment, by=assignment.reviewer, judgments={})

    review.decision, review.sent_at = "approve", timezone.now()
    with pytest.raises(InternalError, match="when its decision takes effect"):
        review.save()


# --- What happens meanwhile -----------------------------------------------------------------------


def test_the_earner_withdraws_while_it_waits(reviewing_client, assignment):
    decision = decided(assignment)
    submission = Submission.objects.get()
    submissions.withdraw(submission, by=submission.earner)

    answer = reviewing_client.post(review_url(assignment, "recall/"), follow=True)

    assert decisions.put_due_into_effect(now=decision.takes_effect_at) == (0, [])
    assert (status(), Assertion.objects.count()) == (Status.WITHDRAWN, 0)
    assert "The educator withdrew it before your review was sent." in body(answer)
    decision.refresh_from_db()
    assert decision.status == DecisionStatus.DROPPED


def test_an_operator_returns_it_to_the_queue_while_it_waits(assignment):
    decision = decided(assignment)
    operator = reviewer_for(assignment.submission.badge_class)

    operations.release(assignment, by=operator, note="Away.")

    assert decisions.put_due_into_effect(now=decision.takes_effect_at) == (0, [])
    decision.refresh_from_db()
    assert (decision.status, status()) == (DecisionStatus.DROPPED, Status.SUBMITTED)
    again = operations.claim(Submission.objects.get(), by=operator)
    assert decided(again).status == DecisionStatus.DUE
    with pytest.raises(AlreadyDecided):
        decisions.recall(assignment, by=assignment.reviewer)


def retire(assignment):
    catalog.retire(assignment.submission.badge_class, by=None)


def deactivate(assignment):
    type(assignment.reviewer).objects.update(is_active=False)


def end_role(assignment):
    membership = Membership.objects.get(user=assignment.reviewer)
    take_role(membership, by=None)


def become_colleagues(assignment):
    school = SchoolFactory()
    for user in (assignment.reviewer, assignment.submission.earner):
        Membership.objects.create(
            user=user,
            agency=school,
            role=Membership.Role.EARNER,
            begun_at=timezone.now(),
            confirmed_at=timezone.now(),
        )


@pytest.mark.parametrize("event", [retire, deactivate, end_role, become_colleagues])
def test_what_was_decided_by_right_takes_effect_whatever_happens_to_the_reviewer(assignment, event):
    decision = decided(assignment)

    event(assignment)
    done = decisions.put_due_into_effect(now=decision.takes_effect_at)

    assert done == (1, [])
    assert (status(), Assertion.objects.count()) == (Status.APPROVED, 1)


def test_a_late_worker_still_takes_nothing_back(assignment):
    decision = decided(assignment, now=timezone.now() - timedelta(hours=1))

    with pytest.raises(TooLate):
        decisions.recall(assignment, by=assignment.reviewer)

    assert decisions.put_due_into_effect(now=timezone.now()) == (1, [])
    assignment.refresh_from_db()
    decision.refresh_from_db()
    # What counts for reports and dates is when the educator could read it.
    assert assignment.decided_at == decision.ended_at == Review.objects.get().sent_at
    assert decision.ended_at > decision.takes_effect_at
