"""From judgments to a decision."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.db import InternalError, transaction
from hypothesis import given
from hypothesis import strategies as st

from audit.models import AuditEntry
from audit.moves import ReasonMissing
from catalog.models import Criterion
from reviewing import judging, operations
from reviewing.judging import Judgment
from reviewing.models import Assignment, CriterionJudgment, Review
from submissions.models import Submission
from submissions.states import Status
from tests.factories import (
    AssignmentFactory,
    SentSubmissionFactory,
    declined_by,
    judge_all,
    reviewer_for,
)

JUDGED = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.sampled_from(["", "met", "not_yet"]), st.booleans()),
    min_size=1,
    max_size=8,
)


def criterion(number, *, required, has_evidence):
    result = Criterion(pk=number, position=number, name=f"Criterion {number}", required=required)
    result.has_evidence = has_evidence
    return result


@given(JUDGED)
def test_the_outcome_depends_only_on_the_judgments(judged):
    criteria = [
        criterion(number, required=required, has_evidence=has_evidence)
        for number, (required, has_evidence, _verdict, _comments) in enumerate(judged, start=1)
    ]
    judgments = {
        judged_criterion: Judgment(verdict, "Add the second lesson." if comments else " ")
        for judged_criterion, (_required, _evidence, verdict, comments) in zip(
            criteria, judged, strict=True
        )
    }
    undecided = any(not v and (required or evidence) for required, evidence, v, _ in judged)
    uncommented = any(v == "not_yet" and not comments for _, _, v, comments in judged)
    missing = any(required and v == "not_yet" for required, _, v, _ in judged)

    outcome = judging.preview_outcome(criteria, judgments)

    if undecided or uncommented:
        assert outcome.decision == ""
    else:
        assert outcome.decision == ("return" if missing else "approve")
        assert judging.decide(criteria, judgments) == outcome.decision


@pytest.mark.parametrize(
    ("verdicts", "button", "proposal", "progress"),
    [
        (["", "met", ""], "Send the review", "Send the review", "1 of 3 judged"),
        (["met", "met", ""], "Approve", "Propose to approve", "2 of 3 judged"),
        (
            ["not_yet", "met", "not_yet"],
            "Return with 2 not yet",
            "Propose to return with 2 not yet",
            "3 of 3 judged, 2 not yet",
        ),
        (["met", "met", "not_yet"], "Approve", "Propose to approve", "3 of 3 judged, 1 not yet"),
    ],
)
def test_the_button_says_what_it_does(verdicts, button, proposal, progress):
    criteria = [
        criterion(number, required=number < 3, has_evidence=number < 3) for number in (1, 2, 3)
    ]
    judgments = {
        one: Judgment(verdict, "Add a date.")
        for one, verdict in zip(criteria, verdicts, strict=True)
    }

    final = judging.preview_outcome(criteria, judgments)
    proposed = judging.preview_outcome(criteria, judgments, is_proposal=True)

    assert (final.button, final.progress) == (button, progress)
    assert (proposed.button, proposed.progress) == (proposal, progress)


@dataclass
class Case:
    verdicts: dict[str, str]
    status: Status


@pytest.mark.django_db
@pytest.mark.parametrize(
    "case",
    [
        Case({"Plan a lesson": "met", "Teach it": "met"}, Status.APPROVED),
        Case({"Plan a lesson": "met", "Teach it": "met", "Share it": "not_yet"}, Status.APPROVED),
        Case({"Plan a lesson": "met", "Teach it": "not_yet"}, Status.RETURNED),
        Case({"Plan a lesson": "not_yet", "Teach it": "not_yet"}, Status.RETURNED),
    ],
)
def test_only_required_criteria_decide_and_optional_ones_may_stay_open(assignment, case):
    judgments = {
        criterion: Judgment(case.verdicts[criterion.name], "Say how you saw it.")
        for criterion in operations.criteria_to_judge(assignment.attempt)
        if criterion.name in case.verdicts
    }

    operations.send_review(assignment, by=assignment.reviewer, judgments=judgments)

    assert Submission.objects.get().status == case.status


@pytest.mark.django_db
def test_every_not_yet_needs_a_comment_and_every_required_criterion_a_verdict(assignment):
    plan, teach, _share = operations.criteria_to_judge(assignment.attempt)

    with pytest.raises(operations.ReviewIncomplete) as refusal:
        operations.send_review(
            assignment, by=assignment.reviewer, judgments={teach: Judgment("not_yet", "  ")}
        )

    assert refusal.value.criteria == [plan, teach]
    assert Submission.objects.get().status == Status.IN_REVIEW
    assert not Review.objects.sent().exists()


@pytest.mark.django_db
def test_declining_needs_a_reason(assignment):
    with pytest.raises(ReasonMissing):
        operations.send_review(
            assignment, by=assignment.reviewer, judgments={}, summary=" ", decline=True
        )

    declined_by(assignment, summary="Not own work.")

    assert Submission.objects.get().status == Status.DECLINED


@pytest.mark.django_db
def test_only_the_assigned_reviewer_can_send_a_review(assignment):
    other = reviewer_for(assignment.submission.badge_class)

    with pytest.raises(operations.ReviewerNotAllowed):
        operations.send_review(assignment, by=other, judgments=judge_all(assignment))


@pytest.mark.django_db
def test_claiming_the_next_submission_takes_the_most_urgent_one(badge_class, reviewer):
    own = SentSubmissionFactory(badge_class=badge_class, earner=reviewer)
    first = SentSubmissionFactory(badge_class=badge_class)
    second = SentSubmissionFactory(badge_class=badge_class)
    Submission.objects.filter(pk=second.pk).update(due_on="2026-02-02")

    taken = [operations.claim_next(by=reviewer) for _ in range(3)]

    assert [claimed and claimed.submission for claimed in taken] == [second, first, None]
    own.refresh_from_db()
    assert own.status == Status.SUBMITTED


@pytest.mark.django_db
def test_releasing_keeps_the_draft_and_logs_the_reason(assignment):
    reviewer, submission = assignment.reviewer, assignment.submission
    plan = operations.criteria_to_judge(assignment.attempt)[0]
    operations.save_draft(assignment, by=reviewer, judgments={plan: Judgment("met", "Clear.")})

    operations.release(assignment, by=reviewer, note="I know this class.")

    entry = AuditEntry.objects.get(act="review given back")
    assert (entry.actor, entry.note) == (reviewer, "I know this class.")
    again = operations.claim(submission, by=reviewer)
    draft = Review.objects.get(attempt=again.attempt, reviewer=reviewer)
    assert [(j.criterion, j.comment) for j in draft.judgments.all()] == [(plan, "Clear.")]


@pytest.mark.django_db
def test_the_database_refuses_a_reviewer_who_is_the_earner():
    submission = SentSubmissionFactory()
    own = {"reviewer": submission.earner}
    now = submission.submitted_at

    with pytest.raises(InternalError), transaction.atomic():
        Assignment.objects.create(submission=submission, assigned_at=now, **own)
    with pytest.raises(InternalError), transaction.atomic():
        Review.objects.create(attempt=submission.latest_attempt, begun_at=now, **own)

    other = AssignmentFactory()
    with pytest.raises(InternalError), transaction.atomic():
        Assignment.objects.filter(pk=other.pk).update(reviewer=other.submission.earner)


@pytest.mark.django_db
def test_sent_reviews_and_ended_assignments_never_change(assignment):
    operations.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment, "met", "Good.")
    )
    other = AssignmentFactory(badge_class=assignment.submission.badge_class)
    draft = operations.save_draft(other, by=other.reviewer, judgments=judge_all(other))
    judgments = CriterionJudgment.objects.filter(review__attempt=assignment.attempt)

    for change in (
        lambda: Review.objects.sent().update(summary="something else"),
        lambda: judgments.update(comment="something else"),
        lambda: judgments.update(review=draft),
        lambda: judgments.all()[0].delete(),
        lambda: Assignment.objects.filter(pk=assignment.pk).update(decided_at=None),
        lambda: Assignment.objects.filter(pk=assignment.pk).delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()
    assert {judgment.comment for judgment in judgments.all()} == {"Good."}
