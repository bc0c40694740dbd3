"""How well readers agree, published for all of them together and for nobody alone."""

from datetime import UTC, date, datetime
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporting.periods import Period
from reporting.promises import cases, numbers
from reporting.promises.protection import FEWEST_PEOPLE
from reviewing.agreement.figures import figures
from reviewing.agreement.pairs import Pair
from tests.reviewing.readers import badge_read_by_two, reads, sends, sent_for

SUMMER = Period(date(2026, 7, 1), date(2026, 9, 30))
AUGUST = datetime(2026, 8, 3, 20, tzinfo=UTC)


def pair(submission, first, second, *, person=None, reader=0):
    return Pair(
        submission, submission if person is None else person, 1, "", reader % 5, 5 + reader % 5,
        first, second, None, AUGUST,
    )  # fmt: skip


def pairs(met=0, not_yet=0, split=0, readers=5):
    verdicts = [(True, True)] * met + [(False, False)] * not_yet + [(True, False)] * split
    return [pair(number, *found, reader=number % readers) for number, found in enumerate(verdicts)]


def test_everything_is_said_where_ten_people_are_behind_each_number():
    read = pairs(met=60, not_yet=20, split=20)

    found = numbers.agreement(read, SUMMER)

    assert found["same"] == {
        "of": 100, "count": 80, "share": 0.8, "at_least": None, "at_most": None
    }  # fmt: skip
    assert found["interval"] == [0.7112, 0.8666]
    assert found["on_met"] == round(120 / 140, 4)
    assert found["on_not_yet"] == round(40 / 60, 4)
    assert found["ac1"] == round(figures(read).ac1, 4)
    assert found["ac1_interval"][0] < found["ac1"] < found["ac1_interval"][1]


def test_where_few_differ_only_a_bound_is_said():
    found = numbers.agreement(pairs(met=70, not_yet=25, split=5), SUMMER)

    assert found["same"] == {
        "of": 100, "count": None, "share": None, "at_least": 0.9, "at_most": None
    }  # fmt: skip
    assert [found[name] for name in ("interval", "on_met", "on_not_yet", "ac1")] == [None] * 4


def test_where_few_said_not_yet_nothing_is_said_from_which_it_follows():
    found = numbers.agreement(pairs(met=75, not_yet=5, split=20), SUMMER)

    assert found["same"]["count"] == 80
    assert [found[name] for name in ("on_met", "on_not_yet", "ac1", "ac1_interval")] == [None] * 4


@pytest.mark.parametrize(
    "read",
    [
        pairs(met=15, split=14),
        pairs(met=60, not_yet=20, split=20, readers=2),
        [pair(number, True, True, person=number % 9, reader=number) for number in range(90)],
        [],
    ],
    ids=["few pairs", "few readers", "few educators", "none"],
)
def test_of_few_nothing_is_said(read):
    assert numbers.agreement(read, SUMMER) is None


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 40 * 4 - 1), min_size=30, max_size=80))
def test_no_published_numbers_of_agreement_differ_by_fewer_than_ten_people(drawn):
    read = [
        pair(number, bool(value % 2), bool(value // 2 % 2), person=value // 4, reader=number)
        for number, value in enumerate(drawn)
    ]
    found = numbers.agreement(read, SUMMER)
    if found is None:
        return

    agreed = {number for number, one in enumerate(read) if one.one_met == one.other_met}
    groups = [set(range(len(read)))]
    if found["same"]["count"] is not None:
        assert found["same"]["count"] == len(agreed)
        groups += [agreed, groups[0] - agreed]
    if found["ac1"] is not None:
        met = {number for number in agreed if read[number].one_met}
        groups += [met, agreed - met]

    for group in groups:
        assert len({read[number].person for number in group}) >= FEWEST_PEOPLE
    for one, other in combinations(groups, 2):
        smaller, larger = sorted([one, other], key=len)
        if smaller < larger:
            assert len({read[number].person for number in larger - smaller}) >= FEWEST_PEOPLE


@pytest.mark.django_db
def test_a_first_answer_that_two_people_gave_was_read_twice():
    badge = badge_read_by_two()
    submission = sent_for(badge, now=AUGUST)
    for reader in (reads(submission, now=AUGUST), reads(submission, now=AUGUST)):
        sends(reader, now=AUGUST)

    [answer] = cases.first_answers(SUMMER, until=AUGUST)
    found = cases.pairs_of_readers(SUMMER)

    assert answer.read_twice
    assert {one.person for one in found} == {submission.earner.person_key}
