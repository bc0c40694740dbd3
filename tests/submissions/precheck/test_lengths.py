"""A length far under what the badge asks for."""

from __future__ import annotations

import pytest

from submissions.precheck.lengths import count_words, is_far_under, words_asked


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("A reflection of 300 words.", 300),
        ("Write 200-300 words about it.", 200),
        ("Write 200 to 300 words about it.", 200),
        ("Entre 200 y 300 palabras.", 300),
        ("De 200 a 300 palabras.", 200),
        ("About 1,000 words", 1000),
        ("Up to 300 words.", 0),
        ("At most 300 words.", 0),
        ("Hasta 300 palabras.", 0),
        ("Two pieces of student work.", 0),
        ("A list of the words in 3 texts.", 0),
        ("999999999 words", 0),
        ("", 0),
    ],
)
def test_the_number_of_words_that_a_prompt_asks_for(prompt, asked):
    assert words_asked(prompt) == asked


def test_half_of_it_is_not_far_under():
    assert is_far_under(149, 300)
    assert not is_far_under(150, 300)


def test_words_are_counted_as_people_do():
    assert count_words("It’s a well-known fact: 3 of 4 don't.") == 8
