"""Which characters a font can draw, as ranges."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from catalog.art import fonts
from catalog.art.font_characters import CodePoints, characters_in

code_points = st.integers(0, 60)
ranges = st.lists(st.tuples(code_points, code_points).map(sorted).map(tuple))


@given(ranges)
def test_a_set_of_ranges_has_what_they_have_and_nothing_else(pairs):
    expected = {one for first, last in pairs for one in range(first, last + 1)}

    known = CodePoints(pairs)

    assert {one for one in range(70) if one in known} == expected


@given(ranges)
def test_ranges_that_touch_become_one(pairs):
    found = list(CodePoints(pairs).ranges())

    assert all(before[1] + 1 < after[0] for before, after in pairwise(found))


@pytest.mark.parametrize("character", ["A", "ñ", "Ż", "Я", "\ue123", "漢", "\U0010fffd"])
def test_our_own_font_has_the_characters_that_it_draws(character):
    font = ImageFont.truetype(str(fonts._own_font()), 20)
    missing = font.getmask("\U0010fffd")

    drawn = font.getmask(character)

    has_glyph = (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))
    assert (ord(character) in characters_in(fonts._own_font())) == has_glyph
