"""Reviewers who qualify are awarded a badge of their own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from awarding.reviewers.operations import award_due
from editing.forms import Edit
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from reviewing.calibration.operations import anchors, readings
from tests.factories import BadgeFactory, coordinator_for, reviewer_for
from tests.reviewing.calibration.anchors import answers_all, asks, published_anchor, qualified

pytestmark = pytest.mark.django_db


def badge_with_reward(**rules):
    badge = BadgeFactory()
    reward = BadgeFactory(
        issuer=badge.issuer, valid_months=12, renewable=True, renewal_days_before=30
    )
    published_anchor(badge, use="qualification")
    asks(badge, reviewer_badge_id=reward.pk, **rules)
    return badge, reward


def test_whoever_qualifies_is_awarded_the_badge_once():
    badge, reward = badge_with_reward()
    reviewer = reviewer_for(badge)

    found = qualified(reviewer, badge)
    for _ in range(2):
        award_due(now=timezone.now())

    [award] = Assertion.objects.all()
    assert (award.recipient, award.badge_class) == (reviewer, reward)
    assert (award.source, award.source_key) == ("qualified", str(found.pk))


def test_whoever_has_not_reached_the_mark_is_awarded_nothing():
    badge, _reward = badge_with_reward(mark=100)
    published_anchor(badge, use="qualification", must=[0])
    answers_all(readings.begin(badge, by=reviewer_for(badge)), wrong=4)
    award_due(now=timezone.now())

    assert not Assertion.objects.exists()


def test_whoever_had_qualified_before_the_badge_was_chosen_is_awarded_it_later():
    badge = BadgeFactory()
    published_anchor(badge, use="qualification")
    reviewer = reviewer_for(badge)
    qualified(reviewer, badge)
    reward = BadgeFactory(issuer=badge.issuer, valid_months=12, renewable=True)

    anchors.change_rules(
        badge, by=coordinator_for(badge), edit=Edit({"reviewer_badge_id": reward.pk})
    )
    award_due(now=timezone.now())

    assert Assertion.objects.get().recipient == reviewer


def test_whoever_qualifies_again_gets_it_again_once_it_is_due():
    badge, reward = badge_with_reward(recheck_months=24)
    reviewer, now = reviewer_for(badge), timezone.now()
    qualified(reviewer, badge, now=now - timedelta(days=320))
    issue_batch(now=now - timedelta(days=320))
    qualified(reviewer, badge, now=now - timedelta(days=300))
    award_due(now=now)
    assert Assertion.objects.count() == 1

    award_due(now=now + timedelta(days=30))

    first, second = Assertion.objects.order_by("pk")
    assert second.renews == first
    assert {one.badge_class for one in (first, second)} == {reward}
