"""Names with addresses as mail programs write them, in place of a table."""

from __future__ import annotations

import pytest

from spreadsheets.file_formats import read_text

ARROYO, BEN = ["Arroyo, Ana", "ana@b.example"], ["Ben Ito", "ben@b.example"]


def people(words):
    return [cells for _line, cells in read_text(words).lines]


@pytest.mark.parametrize(
    "words",
    [
        "Arroyo, Ana <ana@b.example>; Ben Ito <ben@b.example>",
        '"Arroyo, Ana" <ana@b.example>, Ben Ito <ben@b.example>,',
        "\ufeffArroyo, Ana <ana@b.example>\n\nBen Ito ben@b.example\n",
        "Arroyo, Ana <ana@b.example>;\nBen Ito (ben@b.example);",
        "Arroyo, Ana <ana@b.example>\r\nBen Ito - ben@b.example",
    ],
)
def test_nobody_is_lost_and_last_names_stay_with_first_names(words):
    assert people(words) == [["Name", "Email"], ARROYO, BEN]


def test_lines_keep_their_numbers():
    table = read_text("Ana <ana@b.example>; Ben <ben@b.example>\n\nCy <cy@b.example>")

    assert [line for line, _cells in table.lines] == [0, 1, 1, 3]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Ana,ana@b.example\nBen,ben@b.example", ["Ana", "ana@b.example"]),
        ("ana@b.example, ben@b.example", ["ana@b.example", "ben@b.example"]),
        ("Name\tEmail\nAna\tana@b.example", ["Name", "Email"]),
        ("Ana Arroyo,3/14/2026,Ana <ana@b.example>", ["Ana Arroyo", "3/14/2026"]),
        ("Name;Who\nAna;Ana <ana@b.example>", ["Name", "Who"]),
    ],
)
def test_tables_and_bare_addresses_are_left_as_they_are(words, first):
    assert people(words)[0][:2] == first
