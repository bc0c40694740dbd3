"""Months of any reviews: nothing is lost, nothing is counted twice, and time never runs back."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from reviewing.states import Outcome
from reviewing.workload.done import Done, became_of, by_month
from submissions.states import Status

NONE_CLOSED: dict[int, set] = {1: set()}
START = datetime(2025, 12, 1, tzinfo=UTC)
moments = some.integers(0, 120 * 24).map(lambda hours: START + timedelta(hours=hours))
reviews = some.lists(
    some.builds(
        Done,
        given_at=some.none() | moments,
        finished_at=moments,
        outcome=some.sampled_from(Outcome),
        submission=some.integers(1, 9),
        status=some.sampled_from(Status),
        agency=some.just(1),
    ),
    max_size=20,
)


@given(reviews)
def test_every_review_is_in_one_month_and_has_one_outcome(rows):
    months = by_month(rows, NONE_CLOSED)

    assert Counter(row for month in months for row in month.reviews) == Counter(rows)
    assert len({month.first for month in months}) == len(months)
    for month in months:
        assert month.approved + month.returned + month.declined == len(month.reviews)
        assert 1 <= month.days <= len(month.reviews)
        assert {row.day.replace(day=1) for row in month.reviews} == {month.first}


@given(reviews)
def test_working_days_are_never_negative_nor_more_than_days(rows):
    for month in by_month(rows, NONE_CLOSED):
        known = [row for row in month.reviews if row.given_at]
        assert (month.median_days is None) == (not known)
        longest = max((row.finished_at - row.given_at for row in known), default=timedelta())
        assert 0 <= (month.median_days or 0) <= max(longest.days + 1, 0)


@given(reviews)
def test_what_became_of_returned_ones_is_never_said_of_fewer_than_five(rows):
    became = became_of(rows)

    assert became.returned == 0 or became.returned >= 5
    assert became.approved_later <= min(became.returned, became.approved)
