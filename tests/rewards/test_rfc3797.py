from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.rfc3797 import MOST_PICKS, BadSource, draw, key_string, numbers, selection, text

# RFC 3797, section 6: the published example, computed by its author.
SOURCES = [
    {"kind": "numbers", "values": ["9319"]},
    {"kind": "numbers", "values": ["2", "5", "12", "8", "10"]},
    {"kind": "numbers", "values": ["9", "18", "26", "34", "41", "45"]},
]
KEY = "9319./2.5.8.10.12./9.18.26.34.41.45./"
WINNERS = [17, 7, 2, 16, 25, 23, 8, 24, 19, 13]


def test_the_worked_example_of_the_rfc_gives_its_key():
    assert key_string(SOURCES) == KEY


def test_the_worked_example_of_the_rfc_gives_its_winners():
    assert list(itertools.islice(selection(KEY, 25), 10)) == WINNERS


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        ("007", "7./"),
        ("0", "0./"),
        ("0.50", "0.5/"),
        ("12.00", "12./"),
        ("1,234.5", "1234.5/"),
        (" 42 ", "42./"),
    ],
)
def test_a_number_has_one_canonical_form(value, canonical):
    assert numbers([value]) == canonical


@pytest.mark.parametrize(
    "value", ["", "twelve", "NaN", "Infinity", "-3", "1.2.3", "1E+3", "1_0", "٣"]
)
def test_text_that_is_not_a_number_is_refused(value):
    with pytest.raises(BadSource, match="“"):
        numbers([value])


def test_text_keeps_letters_and_digits_in_upper_case():
    assert text("Round 4,812,003: a9-f0 é") == "ROUND4812003A9F0/"


@given(st.integers(1, 400), st.text("0123456789./ABCDEF", min_size=1, max_size=60))
def test_everyone_in_the_pool_is_selected_once(pool, key):
    assert sorted(selection(key, pool)) == list(range(1, pool + 1))


@given(st.lists(st.integers(0, 10**6).map(str), min_size=1, max_size=8), st.randoms())
def test_the_order_of_numbers_does_not_matter(values, rng):
    shuffled = list(values)
    rng.shuffle(shuffled)

    assert numbers(shuffled) == numbers(values)


@pytest.mark.parametrize("left_out", range(len(SOURCES)))
def test_every_source_changes_the_result(left_out):
    fewer = [source for n, source in enumerate(SOURCES) if n != left_out]

    assert key_string(fewer) != KEY
    assert list(itertools.islice(selection(key_string(fewer), 25), 10)) != WINNERS


def test_a_large_pool_ends_after_the_most_picks():
    assert sum(1 for _ in selection(KEY, MOST_PICKS + 10)) == MOST_PICKS


def test_chances_are_in_proportion_to_entries():
    """A person with 10 of 100 entries is picked first for about 500 of 5,000 fixed keys.

    Four standard deviations of a binomial(5000, 0.1) are 85. The keys are fixed, so the test always
    gives the same count.
    """
    firsts = sum(next(selection(f"{round_}./", 100)) <= 10 for round_ in range(5000))

    assert abs(firsts - 500) < 85


def _inputs(**changes) -> dict:
    return {
        "sources": SOURCES,
        "prizes": [{"id": "1", "quantity": 1}, {"id": "2", "quantity": 2}],
        "prizes_per_person": 1,
        "skipped": [],
        "given_up": [],
        **changes,
    }


PEOPLE = [f"P{n}" for n in range(1, 26)]


def test_prizes_are_assigned_along_the_sequence_in_their_order():
    assert [(pick.number, pick.prize) for pick in draw(PEOPLE, _inputs())] == [
        (17, "1.1"),
        (7, "2.1"),
        (2, "2.2"),
    ]


def test_a_person_with_several_entries_wins_once():
    people = list(PEOPLE)
    people[7 - 1] = people[17 - 1]

    picks = draw(people, _inputs())

    assert [(pick.number, pick.prize, pick.skipped_because) for pick in picks] == [
        (17, "1.1", ""),
        (7, "", "already served"),
        (2, "2.1", ""),
        (16, "2.2", ""),
    ]


def test_a_person_who_cannot_win_is_skipped_with_the_reason():
    skipped = [
        {"person": "P17", "reason": "a sponsor's family"},
        {"number": 2, "reason": "badge revoked"},
    ]

    picks = draw(PEOPLE, _inputs(skipped=skipped))

    assert [(pick.number, pick.prize, pick.skipped_because) for pick in picks] == [
        (17, "", "a sponsor's family"),
        (7, "1.1", ""),
        (2, "", "badge revoked"),
        (16, "2.1", ""),
        (25, "2.2", ""),
    ]


def test_a_prize_given_up_goes_to_the_next_in_the_sequence():
    declined = {"prize": "1.1", "reason": "declined"}

    picks = draw(PEOPLE, _inputs(given_up=[declined]))

    assert picks[:3] == draw(PEOPLE, _inputs())
    assert (picks[3].number, picks[3].prize) == (16, "1.1")


def test_with_fewer_people_than_prizes_everyone_wins_one():
    picks = draw(["P1", "P2"], _inputs())

    assert sorted(pick.prize for pick in picks) == ["1.1", "2.1"]
