"""Any accent that is accepted can be read, in the light and in the dark theme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.colors import (
    DARK_PAPER,
    SWATCHES,
    TEXT,
    WALL,
    WHITE,
    contrast,
    darkened,
    is_dark_enough,
    look,
)

CSS = Path(__file__).parents[2] / "static" / "css"
colors = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(colors)
def test_the_shade_that_is_suggested_is_accepted_and_its_texts_can_be_read(color):
    shade = darkened(color)
    made = look(shade)

    assert is_dark_enough(shade)
    assert shade == color or not is_dark_enough(color)
    pairs = [
        (made.light, WHITE), (made.light, WALL), (made.light_ink, made.light),
        (made.light_ink, made.light_hover), (made.dark, DARK_PAPER), (made.dark_ink, made.dark),
        (made.dark_ink, made.dark_hover),
    ]  # fmt: skip
    assert [pair for pair in pairs if contrast(*pair) < TEXT] == []


@pytest.mark.parametrize("color", SWATCHES)
def test_a_color_to_choose_from_is_dark_enough_and_is_drawn_as_what_it_is(color):
    css = (CSS / "components" / "swatches.css").read_text()

    assert is_dark_enough(color)
    assert re.search(rf'data-color="{color}"\] {{\n  background: {color};', css)


def test_the_grounds_are_those_of_the_pages():
    tokens = (CSS / "tokens.css").read_text()

    assert f"--color-wall: light-dark({WALL}," in tokens
    assert re.search(rf"--color-paper: light-dark\(#\w+, {DARK_PAPER}\)", tokens)


@pytest.mark.django_db
def test_the_style_sheet_of_an_accent_follows_from_its_address(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/program/accent/12487f.css")

    assert "--color-action: light-dark(#12487f, #" in response.content.decode()
    assert "immutable" in response["Cache-Control"]
    assert client.get("/program/accent/ffee00.css").status_code == 404
    assert client.get("/program/accent/12487f;}.css").status_code == 404
