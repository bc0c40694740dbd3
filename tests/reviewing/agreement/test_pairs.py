"""Which pairs of verdicts count: only those of two readers who did not know each other's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from reviewing.agreement.pairs import independent_pairs
from reviewing.second_looks import operations as second_looks
from tests.factories import BadgeFactory, coordinator_for
from tests.reviewing.readers import (
    badge_read_by_two,
    badge_to_approve,
    opens_the_others,
    reads,
    sends,
    sent_for,
)

pytestmark = pytest.mark.django_db
EVER = {"since": datetime(2020, 1, 1, tzinfo=UTC), "until": datetime(2100, 1, 1, tzinfo=UTC)}


def pairs_of(badge, **period):
    return independent_pairs([badge.issuer.agency_id], **{**EVER, **period})


def two_read(badge, first=(), second=()):
    submission = sent_for(badge)
    one, other = reads(submission), reads(submission)
    sends(one, first)
    sends(other, second)
    return submission, one, other


@pytest.fixture
def badge():
    return badge_read_by_two()


def test_two_readers_of_a_submission_give_a_pair_for_each_criterion(badge):
    submission, one, other = two_read(badge)
    criteria = badge.current_version.criteria.order_by("pk")

    found = pairs_of(badge)

    assert [pair.criterion for pair in found] == [str(one.thread) for one in criteria]
    assert {pair[:3] for pair in found} == {(submission.pk, submission.earner.person_key, badge.pk)}
    assert {(pair.one, pair.other) for pair in found} == {
        tuple(sorted([one.reviewer_id, other.reviewer_id]))
    }
    assert {(pair.one_met, pair.other_met, pair.consensus) for pair in found} == {
        (True, True, True)
    }


def test_one_reader_is_no_pair(badge):
    submission = sent_for(badge)
    sends(reads(submission))
    reads(submission)

    assert pairs_of(badge) == []


def test_a_third_reader_settles_the_consensus_and_is_in_no_pair(badge):
    submission, one, other = two_read(badge, first=[0])
    third = reads(submission)
    opens_the_others(third)
    sends(third)

    found = pairs_of(badge)

    split = [pair for pair in found if pair.one_met != pair.other_met]
    assert [pair.consensus for pair in split] == [True]
    assert third.reviewer_id not in {reader for pair in found for reader in (pair.one, pair.other)}
    assert {(pair.one, pair.other) for pair in found} == {
        tuple(sorted([one.reviewer_id, other.reviewer_id]))
    }


def test_until_the_third_reader_has_finished_nothing_is_settled(badge):
    two_read(badge, first=[0])

    split = [pair for pair in pairs_of(badge) if pair.one_met != pair.other_met]

    assert [pair.consensus for pair in split] == [None]


def test_an_approver_is_in_no_pair():
    badge = badge_to_approve()
    submission = sent_for(badge)
    decision = sends(reads(submission))
    second_looks.confirm(decision, by=coordinator_for(badge))

    assert pairs_of(badge) == []


def test_a_second_look_at_a_decline_is_no_pair():
    badge = BadgeFactory()
    decision = sends(reads(sent_for(badge)), decline=True)
    second_looks.confirm(decision, by=coordinator_for(badge))

    assert pairs_of(badge) == []


def test_a_second_reading_because_of_a_decline_is_no_pair():
    """It is independent, but only what somebody wants to decline is read so."""
    badge = BadgeFactory(second_reading_of_declines=True)
    submission = sent_for(badge)
    sends(reads(submission), [0], decline=True)
    sends(reads(submission), [0], decline=True)

    assert pairs_of(badge) == []


def test_second_readings_by_chance_are_pairs():
    badge = BadgeFactory(second_reading_share=100)
    two_read(badge)

    assert len(pairs_of(badge)) == badge.current_version.criteria.count()


def test_pairs_are_of_a_period_an_agency_and_a_badge(badge):
    two_read(badge)
    other = badge_read_by_two()
    two_read(other)
    agencies = [badge.issuer.agency_id, other.issuer.agency_id]
    now = timezone.now()

    assert {pair.badge for pair in independent_pairs(agencies, **EVER)} == {badge.pk, other.pk}
    assert {pair.badge for pair in independent_pairs(agencies, badge=badge.pk, **EVER)} == {
        badge.pk
    }
    assert pairs_of(badge, until=now - timedelta(hours=1)) == []
    assert pairs_of(badge, since=now + timedelta(hours=1)) == []


def test_two_who_say_not_yet_agree(badge):
    two_read(badge, [0], [0])

    assert [pair.consensus for pair in pairs_of(badge)].count(False) == 1
