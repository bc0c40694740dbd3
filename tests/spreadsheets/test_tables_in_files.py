"""Several tables in one file: the one with addresses is read, and the others are counted."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spreadsheets.file_formats import Choice, Unreadable, read, read_text
from spreadsheets.words import has_address, is_address, names_addresses

ANA, BEN = ["Ana", "ana@school.example"], ["Ben", "ben@school.example"]
PEOPLE = "Name,Email\nAna,ana@school.example\nBen,ben@school.example\n"
LEGEND = "Code,Meaning\nA,Absent\nP,Present here\n"
READ = [["Name", "Email"], ANA, BEN]


def cells(words):
    table = read_text(words)
    return [found for _line, found in table.lines], table.tables


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^"])
def test_every_separator_divides_a_table(separator):
    words = PEOPLE.replace(",", separator)

    assert cells(words) == (READ, 1)


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("Last, First|Email\nArroyo, Ana|ana@school.example\n", ["Arroyo, Ana", ANA[1]]),
        ("Email^Note\nana@school.example^one; two, three|four\n", [ANA[1], "one; two, three|four"]),
        ("Email;Pre;Post\nana@school.example;8,5;9,0\n", [ANA[1], "8,5", "9,0"]),
        ('Name,Email,Note\nAna,ana@school.example,"a;b;c"\n', [*ANA, "a;b;c"]),
        ("Name,Email,Copy to\nAna,ana@school.example,b@b.example;c@b.example;d@b.example\n",
         [*ANA, "b@b.example;c@b.example;d@b.example"]),
    ],
)  # fmt: skip
def test_other_separators_inside_cells_do_not_divide(words, rows):
    assert cells(words)[0][1] == rows


@pytest.mark.parametrize(
    "words",
    [
        f"{PEOPLE}\n{LEGEND}",
        f"{PEOPLE},\n,\n{LEGEND}",
        f"{LEGEND}\n{PEOPLE}",
        f"{PEOPLE}\nEmail,Score\nana@school.example,85%\n",
        f"{PEOPLE}Email,Score\nana@school.example,85%\n",
        f"Email,Supervisor\nlee@school.example,Lee\n\n{PEOPLE}",
        f"{PEOPLE}\nLegend\nP = present\nA = absent\n",
    ],
)
def test_a_table_above_or_below_is_counted_and_left_out(words):
    assert cells(words) == (READ, 2)


@pytest.mark.parametrize(
    "words",
    [
        "Name,Email,,Code,Meaning\nAna,ana@school.example,,A,Absent\nBen,ben@school.example,,P,Here\n",
        "Name,Email,,Code,Meaning\nAna,ana@school.example,,A,Absent\nBen,ben@school.example\n,,,X,Excused\n",
        "Name,Email,,Name,Email\nAna,ana@school.example,,Cy,cy@school.example\nBen,ben@school.example\n",
        "Name,Email,,Code\nAna,ana@school.example,,A\nBen,ben@school.example\n,,,\n,,,X\n",
    ],
)  # fmt: skip
def test_a_table_beside_is_left_out_where_it_is_none_of_the_people(words):
    found, tables = cells(words)

    if tables == 2:
        assert found == READ
    else:  # as long as the list of people, so it may be about them
        assert [row[:2] for row in found] == READ


LATER = "Not finished\nName,Email\nCy,cy@school.example\nDi,di@school.example\n"


def test_a_list_below_a_title_of_its_own_is_another_list_and_can_be_included():
    words = f"{PEOPLE}\n{LATER}"
    rest = [["Cy", "cy@school.example"], ["Di", "di@school.example"]]

    table = read_text(words)
    both = read_text(words, choice=Choice(with_other_tables=True))

    assert ([row for _line, row in table.lines], table.tables) == (READ, 2)
    assert table.alike == (("Not finished", 2),)
    assert [row for _line, row in both.lines] == READ + rest


@pytest.mark.parametrize("title", ["Page 2", "Report of October, page 2 of 5", "Página 2"])
def test_the_headings_of_a_new_page_begin_no_other_list(title):
    words = f"Name,Email\nAna,ana@school.example\n{title}\nName,Email\nBen,ben@school.example\n"

    assert [row for row in cells(words)[0] if "@" in row[-1]] == [ANA, BEN]
    assert cells(words)[1] == 1


@pytest.mark.parametrize(
    "words",
    [
        '"Name,Email"\n"Ana,ana@school.example"\n"Ben,ben@school.example"\n',
        '"Name;Email"\n"Ana;ana@school.example"\n"Ben;ben@school.example"\n',
    ],
)
def test_rows_that_are_one_cell_each_are_divided(words):
    assert cells(words) == (READ, 1)


def test_marks_that_nobody_sees_are_no_part_of_an_address():
    words = "Name,Email\n\ufeffAna,ana@school.example\u200b\nBen,\u202aben@school.example\u202c\n"

    assert cells(words) == (READ, 1)


@pytest.mark.parametrize(
    "words",
    [
        "<html><table><tr><td>ana@school.example</td></tr></table></html>",
        '<?xml version="1.0"?><Workbook>ana@school.example</Workbook>',
        '[{"email": "ana@school.example"}]',
        "BEGIN:VCARD\nEMAIL:ana@school.example\nEND:VCARD",
        "{\\rtf1 ana@school.example}",
    ],
)
def test_what_is_no_table_is_refused_in_words(words):
    with pytest.raises(Unreadable, match=r"table|web page"):
        read(io.BytesIO(words.encode()))


def test_a_legend_before_the_people_is_left_out():
    words = "Code,,Name,Email\nA,,Ana,ana@school.example\nP,,Ben,ben@school.example\nX\n"

    assert cells(words) == ([["", "", *row] for row in READ], 2)


@pytest.mark.parametrize(
    "third",
    ["Date\n{},3/14/2026\n{},\n", "Note\n{},\n{},Led it\n", "Level\n{},B1\n{},B2\n"],
)
def test_a_column_of_the_people_after_an_empty_one_is_kept(third):
    words = "Name,Email,," + third.format("Ana,ana@school.example,", "Ben,ben@school.example,")

    found, tables = cells(words)

    assert tables == 1
    assert len(found[0]) == 4


@pytest.mark.parametrize(
    "words",
    [
        "Name,Email\n\nAna,ana@school.example\nBen,ben@school.example\n",
        "Name,Email\nAna,ana@school.example\n\n\nBen,ben@school.example\n",
        "Name,Email\nAna,ana@school.example\nName,Email\nBen,ben@school.example\n",
        "Name,Email\nAna,ana@school.example\n\nNAME,e-mail\nBen,ben@school.example\n",
        "Class 3\n\nName,Email\nAna,ana@school.example\n\n"
        "Class 3\n\nName,Email\nBen,ben@school.example\n",
        "Attendance\n\nOctober\n\nName,Email\nAna,ana@school.example\nBen,ben@school.example\n",
        "".join(f"Line {n}\n" for n in range(15)) + "\n" + PEOPLE,
    ],
)  # fmt: skip
def test_titles_blank_rows_and_repeated_headings_are_no_tables(words):
    assert cells(words) == (READ, 1)


@pytest.mark.parametrize("row", ["Cy,", "Cy,n/a", "Cy,cy.school.example", "Cy,cy@school", "Cy,?"])
def test_people_without_an_address_are_kept_after_a_blank_row(row):
    found, tables = cells(f"{PEOPLE}\n{row}\n")

    assert ([line[0] for line in found], tables) == (["Name", "Ana", "Ben", "Cy"], 1)


@pytest.mark.parametrize(
    "above",
    [
        "Questions? Write to help@school.example",
        "help@school.example",
        "Contact,help@school.example",
    ],
)
@pytest.mark.parametrize("gap", ["", "\n"])
def test_an_address_to_ask_at_is_no_table(above, gap):
    assert cells(f"{above}\n{gap}Name,Email\nAna,ana@school.example\n") == (READ[:2], 1)


def test_headings_in_other_words_are_kept():
    words = "Wer,Kontakt\nAna,ana@school.example\n\nBen,ben@school.example\n"

    assert cells(words) == ([["Wer", "Kontakt"], ANA, BEN], 1)


def test_a_table_without_addresses_is_read_as_it_is():
    words = 'Student,Student ID,Score\n"Arroyo, Ana",S1001,214\n\n"Ito, Ben",S1002,204\n'

    assert cells(words) == (
        [["Student", "Student ID", "Score"], ["Arroyo, Ana", "S1001", "214"],
         ["Ito, Ben", "S1002", "204"]], 1,
    )  # fmt: skip


def test_the_lines_keep_their_numbers():
    table = read(io.BytesIO(f"{LEGEND}\n{PEOPLE}".encode()))

    assert [line for line, _cells in table.lines] == [5, 6, 7]


@given(
    st.lists(st.integers(0, 2), min_size=1, max_size=12),
    st.booleans(),
    st.lists(st.integers(0, 11), max_size=3),
)
def test_blank_rows_and_repeated_headings_lose_no_person(blank_rows, has_title, repeats):
    people = [[f"Person {n}", f"person{n}@school.example"] for n in range(len(blank_rows))]
    lines = ["Attendance,,", ""] if has_title else []
    lines.append("Name,Email")
    for n, (person, blank) in enumerate(zip(people, blank_rows, strict=True)):
        lines += [",".join(person), *[""] * blank]
        lines += ["Name,Email"] * (n in repeats)

    assert cells("\n".join(lines)) == ([["Name", "Email"], *people], 1)


@pytest.mark.parametrize("lines", ["\r", "\n", "\r\n"])
def test_lines_end_as_any_system_ends_them(lines):
    assert cells(PEOPLE.replace("\n", lines)) == (READ, 1)


@pytest.mark.parametrize(
    "heading",
    [
        "Email", "E-mail", "EMAIL ADDRESS", "StudentEmail", "Recipient Email", "Work e-mail",
        "Correo electrónico", "Correo", "Email of recipient", "Recipient", "mail", "User Email",
        "School Email Address", "Dirección de correo electrónico",
    ],
)  # fmt: skip
def test_a_heading_of_addresses_is_known(heading):
    assert names_addresses(heading)


@pytest.mark.parametrize(
    "cell",
    ["", "no email", "Email sent on Monday", "ana@school.example", "Name", "Mailing", "correo no",
     "email " * 20, "Email me!! now"],
)  # fmt: skip
def test_other_cells_are_no_headings_of_addresses(cell):
    assert not names_addresses(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("ana@school.example", True), ("Ana <ana@school.example>", True),
        ("mailto:ana@school.example", True), ("a@b, c@school.example", True),
        ("@ana", False), ("ana@", False), ("ana@school", False), ("5 @ 3.50", False),
        ("ana @school.example", False), ("", False), ("@" * 5_000 + "a@b.example", False),
    ],
)  # fmt: skip
def test_what_has_an_address(cell, expected):
    assert has_address(cell) is expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("ana@school.example", True), ("Ana Arroyo <ana@school.example>", True),
        ("Arroyo, Ana <ana@school.example>; ben@school.example", True),
        ("mailto:ana@school.example", True), ("ana@school.example, ben@school.example", True),
        ("Write to help@school.example", False), ("help@school.example or call", False),
        ("5 @ 3.50", False), ("", False), ("Ana", False),
    ],
)  # fmt: skip
def test_what_is_an_address_and_what_is_a_sentence(cell, expected):
    assert is_address(cell) is expected
