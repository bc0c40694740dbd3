"""How often reviewers give the agreed verdicts, for coordinators and for themselves."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from reviewing.calibration.figures import figures_of_badge, figures_of_reviewer
from reviewing.calibration.operations import readings
from tests.factories import BadgeFactory, reviewer_for
from tests.reviewing.calibration.anchors import answers_all, asks, published_anchor

pytestmark = pytest.mark.django_db


def rows(found):
    return [(row.name, row.verdicts, row.as_agreed) for row in found]


def test_reviewers_are_compared_by_person_criterion_and_quarter():
    badge = BadgeFactory()
    asks(badge, mark=50)
    for _ in range(2):
        published_anchor(badge, use="qualification")
    published_anchor(badge)
    spring = datetime(2026, 4, 2, 19, tzinfo=UTC)
    careful, hasty = reviewer_for(badge), reviewer_for(badge)
    answers_all(readings.begin(badge, by=careful, now=spring), now=spring)
    summer = spring + timedelta(days=100)
    answers_all(readings.begin(badge, by=hasty, now=summer), wrong=1, now=summer)

    found = figures_of_badge(badge)

    assert (found["overall"].verdicts, found["overall"].as_agreed) == (8, 7)
    assert rows(found["by_person"]) == [(careful.name, 4, 4), (hasty.name, 4, 3)]
    assert rows(found["by_criterion"]) == [("Plan a lesson", 4, 3), ("Teach it", 4, 4)]
    assert rows(found["by_quarter"]) == [("From April 2026", 4, 4), ("From July 2026", 4, 3)]
    own = figures_of_reviewer(badge, hasty)
    assert (own["overall"].verdicts, own["overall"].as_agreed) == (4, 3)
    assert "by_person" not in own


def test_under_thirty_verdicts_it_is_too_few_to_say():
    badge = BadgeFactory()
    asks(badge, mark=50)
    for _ in range(5):
        published_anchor(badge, use="qualification")
    reviewer, now = reviewer_for(badge), timezone.now()

    sentences = []
    for day in range(3):
        at = now + timedelta(days=day)
        answers_all(readings.begin(badge, by=reviewer, now=at), wrong=1, now=at)
        sentences.append(figures_of_reviewer(badge, reviewer)["overall"].sentence)

    assert sentences == [
        "Too few verdicts to say how often they are as agreed, n = 10.",
        "Too few verdicts to say how often they are as agreed, n = 20.",
        "Verdicts were as agreed 9 times in 10, n = 30.",
    ]
    assert figures_of_reviewer(badge, reviewer)["overall"].interval == "74% to 97%"
