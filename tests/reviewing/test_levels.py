"""The rubric level that a reviewer chose: recorded and shown, but it does not decide."""

import pytest
from django.db import DatabaseError
from django.urls import reverse

from reviewing import operations
from reviewing.judging import Judgment
from reviewing.models import CriterionJudgment
from tests.factories import AssignmentFactory, judge_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment():
    return AssignmentFactory()


@pytest.fixture
def criteria(assignment):
    """The first one has a rubric of two levels; the others have none."""
    return operations.criteria_to_judge(assignment.attempt)


@pytest.fixture
def review_page(client, assignment):
    client.force_login(assignment.reviewer)
    return reverse("reviewing:review", args=[assignment.pk])


def posted(criteria, **fields):
    return {f"verdict_{criterion.pk}": "met" for criterion in criteria} | fields


def test_a_reviewer_can_choose_the_level_reached(client, assignment, criteria, review_page):
    _beginning, meeting = criteria[0].levels.all()
    data = posted(criteria, **{f"level_{criteria[0].pk}": meeting.pk})

    client.post(reverse("reviewing:send", args=[assignment.pk]), data)

    judgments = CriterionJudgment.objects.filter(review__sent_at__isnull=False)
    assert {judgment.criterion: judgment.level for judgment in judgments} == {
        criterion: meeting if criterion == criteria[0] else None for criterion in criteria
    }


def test_only_criteria_with_a_rubric_have_a_level_field(client, criteria, review_page):
    page = client.get(review_page).content.decode()

    assert f'name="level_{criteria[0].pk}"' in page
    assert f'name="level_{criteria[1].pk}"' not in page


def test_the_level_is_saved_in_the_draft_and_can_be_cleared(client, criteria, review_page):
    field = f"level_{criteria[0].pk}"
    beginning = criteria[0].levels.all()[0]

    client.post(review_page, {field: beginning.pk})

    assert f'<option value="{beginning.pk}" selected>' in client.get(review_page).content.decode()

    client.post(review_page, {field: ""})

    assert CriterionJudgment.objects.get(criterion=criteria[0]).level is None


def test_the_level_of_another_badge_is_refused_and_typed_text_stays(client, criteria, review_page):
    strange = AssignmentFactory().submission.version.criteria.first().levels.first()
    data = {f"level_{criteria[0].pk}": strange.pk, "summary": "A clear plan."}

    response = client.post(review_page, data)

    assert response.status_code == 422
    assert "A clear plan." in response.content.decode()
    with pytest.raises(operations.LevelOfAnotherCriterion):
        operations.save_draft(
            response.context["assignment"],
            by=response.context["assignment"].reviewer,
            judgments={criteria[0]: Judgment("met", "", strange)},
        )
    assert not CriterionJudgment.objects.filter(level=strange).exists()


def test_the_earner_sees_the_level_with_the_feedback(client, assignment, criteria):
    levels = list(criteria[0].levels.all())
    judgments = judge_all(assignment, "not_yet", "Add the second lesson.")
    judgments[criteria[0]] = Judgment("not_yet", "Name the aim.", levels[0])
    operations.send_review(assignment, by=assignment.reviewer, judgments=judgments)
    client.force_login(assignment.submission.earner)

    page = client.get(assignment.submission.get_absolute_url()).content.decode()

    assert "Level reached:" in page
    assert "<strong>Beginning</strong>" in page


def test_the_level_of_a_sent_review_does_not_change(assignment, criteria):
    meeting = criteria[0].levels.all()[1]
    operations.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment, "met")
    )

    with pytest.raises(DatabaseError, match="does not change"):
        CriterionJudgment.objects.filter(criterion=criteria[0]).update(level=meeting)
