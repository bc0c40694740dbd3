"""Lists as other programs write them, from the folder of cases beside the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from spreadsheets.dates import parse_date
from spreadsheets.file_formats import read

CASES = Path(__file__).parents[3] / "shared" / "cases" / "lists"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not here")

# The number of rows, and a row of people.
READ = {
    "canvas-credentials-two-badges.csv": (
        3, ["class-B", "cy@school.example", "Cy", "Oduya", "", "", "", "2025-03-16"]
    ),
    "data-on-second-sheet.xlsx": (2, ["Ana", "ana@school.example"]),
    "earned-flag-1-0.csv": (4, ["Cy", "Oduya", "cy@school.example"]),
    "elpac-caret.csv": (2, ["ana@school.example", "Ana Arroyo", "ELPAC", "1512", "Level 4"]),
    "excel-mac-macroman.csv": (3, ["Zoë Muñoz", "zoe@school.example", "3/14/2026"]),
    "google-quiz.csv": (2, ["3/15/2026 14:05:22", "ana@school.example", "8 / 10", "Ana"]),
    "hidden-first-sheet.xlsx": (2, ["Ana", "ana@school.example"]),
    "last-first.csv": (2, ["Arroyo, Ana", "ana@school.example"]),
    "notes-column.csv": (
        2, ["Ana", "ana@school.example", "Late twice; do not email before 3/1"]
    ),
    "percent-scores.csv": (3, ["ben@school.example", "Digital", "N/A"]),
    "te-student-id-no-email.csv": (
        2, ["Arroyo, Ana", "S1001", "901R", "Reading", "03/14/2026", "214", "ESL Level 4"]
    ),
}  # fmt: skip


def read_case(name):
    with (CASES / name).open("rb") as file:
        return read(file)


@pytest.mark.parametrize("name", READ)
def test_the_last_row_of_each_list_is_read(name):
    found = [cells for _line, cells in read_case(name).lines]

    assert (len(found), found[-1]) == READ[name]


def test_the_names_from_a_mac_are_read():
    table = read_case("excel-mac-macroman.csv")

    assert [cells[0] for _line, cells in table.lines] == ["Name", "José Peña", "Zoë Muñoz"]


def test_the_visible_sheet_is_named():
    assert read_case("hidden-first-sheet.xlsx").sheet == "2026 cohort"
    assert read_case("data-on-second-sheet.xlsx").sheet == "Recipients"


def test_all_four_dates_are_dates():
    dates = [cells[2] for _line, cells in read_case("dates-with-times.csv").lines][1:]

    assert [str(parse_date(words)[0]) for words in dates] == [
        "2026-03-14", "2026-03-15", "2026-03-16", "2026-03-14"
    ]  # fmt: skip
