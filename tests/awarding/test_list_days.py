"""Days of a list that another program wrote as midnight in UTC stay those days."""

from __future__ import annotations

import pytest

from awarding.lists.columns import ListReader
from spreadsheets import file_formats
from tests.awarding.lists import saved_list
from tests.awarding.score_imports import reader_of
from tests.factories import BadgeFactory

MIDNIGHTS = "Email,Date\na@b.example,2026-03-14T00:00:00Z\nb@b.example,2026-03-15T00:00:00Z\n"
MOMENTS = MIDNIGHTS + "c@b.example,2026-03-16T01:30:00Z\n"
COLUMNS_APART = (
    "Email,Date,Expires\na@b.example,2026-03-14T05:00:00Z,2090-03-14T00:00:00.000Z\n"
    "b@b.example,2026-03-15T05:00:00Z,2090-03-15"
)


def days(rows) -> list[str]:
    return [str(row.earned_on) for row in rows]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (MIDNIGHTS, ["2026-03-14", "2026-03-15"]),
        (MOMENTS, ["2026-03-13", "2026-03-14", "2026-03-15"]),
        (COLUMNS_APART, ["2026-03-13", "2026-03-14"]),
    ],
)
def test_the_whole_column_says_whether_midnights_are_days(words, expected):
    award_list = saved_list(BadgeFactory(), words)

    assert days(award_list.rows.order_by("line")) == expected
    assert days(ListReader(file_formats.read_text(words).lines).rows()) == expected


@pytest.mark.django_db
def test_each_column_of_days_is_judged_by_itself():
    rows = saved_list(BadgeFactory(), COLUMNS_APART).rows.order_by("line")

    assert [str(row.expires_on) for row in rows] == ["2090-03-14", "2090-03-15"]


def test_days_of_test_results_are_read_alike():
    words = MIDNIGHTS.replace("\n", ",Score\n", 1).replace("Z\n", "Z,80\n")

    assert days(reader_of(words).rows()) == ["2026-03-14", "2026-03-15"]
