"""What was met stays met, unless a reader says why they judge it again. The earner reads that."""

from __future__ import annotations

import pytest

from audit.moves import ReasonMissing
from reviewing import operations
from reviewing.judging import Judgment
from reviewing.models import Review
from reviewing.schemes.agreement import agree
from submissions.states import Status
from tests.factories import judge_all
from tests.reviewing.pages import QUEUE, body, review_form_data, review_url, second_attempt

pytestmark = pytest.mark.django_db
WHY = "The plan you sent now has another aim."


@pytest.fixture
def again(assignment):
    return second_attempt(assignment)


@pytest.fixture
def plan(again):
    return again.submission.version.criteria.first()


def reopens(client, assignment, criterion, reason=WHY, **typed):
    data = {**review_form_data(assignment, ""), f"reason_{criterion.pk}": reason, **typed}
    data["judge_again"] = criterion.pk
    return client.post(review_url(assignment), data)


def criteria(assignment):
    return operations.criteria_to_judge(assignment.attempt, reader=assignment.reviewer_id)


def test_a_reader_who_judges_again_says_why(reviewing_client, again, plan):
    answer = reopens(reviewing_client, again, plan, reason="  ", summary="Typed before.")

    page = body(reviewing_client.get(review_url(again)))
    assert answer.headers["Location"] == f"{review_url(again)}#again-{plan.pk}"
    assert "Say why you judge it again" in page
    assert "Typed before." in page
    assert f'name="verdict_{plan.pk}"' not in page
    with pytest.raises(ReasonMissing):
        operations.judge_again(again, plan, by=again.reviewer, reason=" ")


def test_the_criterion_opens_and_can_be_left_met_after_all(reviewing_client, again, plan):
    reopens(reviewing_client, again, plan)
    opened = body(reviewing_client.get(review_url(again)))
    reviewing_client.post(review_url(again), {"leave_met": plan.pk})
    closed = body(reviewing_client.get(review_url(again)))

    assert f'name="verdict_{plan.pk}"' in opened
    assert WHY in opened
    assert f'name="verdict_{plan.pk}"' not in closed
    assert plan not in criteria(again)


def test_the_queue_counts_it_among_the_criteria_to_judge(reviewing_client, again, plan):
    open_before = len(criteria(again))
    operations.judge_again(again, plan, by=again.reviewer, reason=WHY)
    judgments = {one: Judgment("met", "Fine.") for one in criteria(again)}
    operations.save_draft(again, by=again.reviewer, judgments=judgments)

    page = body(reviewing_client.get(QUEUE))

    count = open_before + 1
    assert f"Draft saved: {count} of {count} criteria reviewed" in page


def test_the_earner_reads_why_and_can_change_it_again(client, again, plan):
    operations.judge_again(again, plan, by=again.reviewer, reason=WHY)
    judgments = {one: Judgment("met", "Fine.") for one in criteria(again)}
    judgments[plan] = Judgment("not_yet", "Say the aim in one sentence.")
    operations.send_review(again, by=again.reviewer, judgments=judgments)
    submission = again.submission
    submission.refresh_from_db()
    client.force_login(submission.earner)

    page = body(client.get(submission.get_absolute_url()))
    editing = body(client.get(f"/submissions/{submission.public_id}/evidence/"))

    assert submission.status == Status.RETURNED
    assert plan not in submission.met_criteria.all()
    assert submission.met_criteria.count() == 2
    assert WHY in page
    assert WHY in editing


def test_what_is_found_met_again_changes_nothing(again, plan):
    operations.judge_again(again, plan, by=again.reviewer, reason=WHY)
    judgments = {one: Judgment("met", "") for one in criteria(again)}

    operations.send_review(again, by=again.reviewer, judgments=judgments)

    again.submission.refresh_from_db()
    assert again.submission.status == Status.APPROVED


def test_it_has_to_be_judged_then(again, plan):
    operations.judge_again(again, plan, by=again.reviewer, reason=WHY)

    with pytest.raises(operations.ReviewIncomplete):
        operations.send_review(again, by=again.reviewer, judgments=judge_all(again, "met"))


def test_only_what_was_met_before_is_judged_again(again, plan):
    teach = again.submission.version.criteria.all()[1]

    with pytest.raises(operations.NotMetBefore):
        operations.judge_again(again, teach, by=again.reviewer, reason=WHY)
    with pytest.raises(operations.ReviewerNotAllowed):
        operations.judge_again(again, plan, by=again.submission.earner, reason=WHY)


def test_saving_the_draft_keeps_the_reason(reviewing_client, again, plan):
    reopens(reviewing_client, again, plan)
    typed = {**review_form_data(again, "met"), f"verdict_{plan.pk}": "not_yet"}
    reviewing_client.post(review_url(again), typed)

    judgment = Review.objects.get(finished_at=None).judgments.get(criterion=plan)
    assert (judgment.verdict, judgment.reopened_because) == ("not_yet", WHY)


def test_of_two_readers_the_one_who_did_not_judge_again_left_it_met(plan):
    nothing, met, not_yet = {}, {plan: Judgment("met")}, {plan: Judgment("not_yet")}

    assert agree([plan], ("approve", nothing), ("approve", met))
    assert not agree([plan], ("approve", nothing), ("return", not_yet))
