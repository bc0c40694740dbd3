"""Reading tables from any spreadsheet, and refusing broken and malicious files."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from awarding.lists.columns import ListReader
from spreadsheets import file_formats as spreadsheet_reading
from spreadsheets import formulas, workbook_parts
from spreadsheets.file_formats import Unreadable
from spreadsheets.writing import csv_lines

ROWS = [["E-mail", "Nombre"], ["rosa@school.example", "Rosa Álvarez"]]


def read(content: bytes):
    return list(spreadsheet_reading.read(io.BytesIO(content)).lines)


def xlsx(rows) -> bytes:
    workbook, file = Workbook(), io.BytesIO()
    for row in rows:
        workbook.active.append(row)
    workbook.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_is_read_with_any_delimiter_and_encoding(encoding, delimiter):
    words = "\r\n".join(delimiter.join(row) for row in ROWS)

    assert read(words.encode(encoding)) == [(1, ROWS[0]), (2, ROWS[1])]


def test_line_numbers_count_empty_lines_and_line_breaks_in_cells():
    words = 'E-mail,Text\n\nrosa@school.example,"two\nlines"\nlee@school.example,one\n'

    assert read(words.encode()) == [
        (1, ["E-mail", "Text"]),
        (3, ["rosa@school.example", "two\nlines"]),
        (5, ["lee@school.example", "one"]),
    ]


def test_excels_delimiter_hint_is_followed():
    assert read(b"sep=;\nE-mail;Name\na@b.example;Lee, Ann\n") == [
        (2, ["E-mail", "Name"]),
        (3, ["a@b.example", "Lee, Ann"]),
    ]


def test_dates_and_numbers_of_a_workbook_are_read_as_displayed():
    content = xlsx([["E-mail", "Fecha", "Nota"], ["a@b.example", date(2026, 3, 15), 12.0]])

    assert read(content) == [
        (1, ["E-mail", "Fecha", "Nota"]),
        (2, ["a@b.example", "2026-03-15", "12"]),
    ]


def zip_of(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def bomb() -> bytes:
    return zip_of(
        **{
            "[Content_Types].xml": b"<a/>",
            "big.bin": b"\0" * (workbook_parts.LARGEST_UNPACKED + 1),
        }
    )


def with_entities() -> bytes:
    entities = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'
    return zip_of(**{"[Content_Types].xml": b"<a/>", "xl/workbook.xml": entities})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "old Excel file"),
        (b"%PDF-1.7 ...", "not a table"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "not a table"),
        (b"PK\x03\x04 broken", "not a table"),
        (zip_of(mimetype=b"application/vnd.oasis"), "not a table"),
        (with_entities(), "not a table"),
        (xlsx(ROWS)[:-600], "not a table"),
        (b'E-mail,Text\na@b.example,"' + b"never closed " * 20_000, "quotation mark"),
        (b"a" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)
def test_a_file_that_is_not_a_table_is_refused_with_an_explanation(content, words):
    with pytest.raises(Unreadable, match=words):
        read(content)


def test_a_zip_bomb_is_refused():
    with pytest.raises(Unreadable, match="unpacks"):
        read(bomb())


def test_too_many_rows_are_refused():
    with pytest.raises(Unreadable, match="100,000"):
        read(b"E-mail\n" + b"a@b.example\n" * 100_001)


# --- Award lists ----------------------------------------------------------------------------------


def entries(words: str):
    return list(ListReader(spreadsheet_reading.read_text(words).lines).rows())


@pytest.mark.parametrize(
    "words",
    [
        "Correo electrónico;Fecha;Nombre completo;Texto\nROSA@School.example;2026-03-15;Rosa;Led",
        "Text\tName\tE-Mail Address\tDate earned\nLed\tRosa\trosa@school.example\t3/15/2026",
        "Given name,Recipient,Text,Completion date\nRosa,rosa@school.example,Led,15 March 2026",
        "First name,Email,Text,Fecha\nRosa,Rosa <rosa@school.example>,Led,15 de marzo de 2026",
    ],
)
def test_columns_are_recognized_by_common_names_in_any_order(words):
    [entry] = entries(words)

    assert (entry.email, entry.name, entry.narrative, entry.earned_on, entry.problem) == (
        "rosa@school.example",
        "Rosa",
        "Led",
        date(2026, 3, 15),
        "",
    )


def test_first_and_last_name_make_a_name_and_other_columns_are_told():
    reader = ListReader(
        spreadsheet_reading.read_text(
            "Nombre,Apellidos,Correo,Sede\nRosa,Álvarez Cruz,rosa@school.example,Este"
        ).lines
    )

    [entry] = reader.rows()

    assert entry.name == "Rosa Álvarez Cruz"
    assert reader.columns["unused"] == ["Sede"]


@pytest.mark.parametrize(
    "words",
    [
        "rosa@school.example\nlee@school.example\n",
        "rosa@school.example, lee@school.example",
        "Rosa <rosa@school.example>; Lee <lee@school.example>",
        "\ufeffROSA@school.example\r\n\r\n lee@school.example ;\r\n",
    ],
)
def test_a_list_of_addresses_needs_no_headings(words):
    assert [entry.email for entry in entries(words)] == [
        "rosa@school.example",
        "lee@school.example",
    ]


@pytest.mark.parametrize("words", ["", "\n \n", "Rosa,Lee\nrosa@school.example,x"])
def test_a_list_without_addresses_is_refused(words):
    with pytest.raises(Unreadable):
        entries(words)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",Rosa,,", "no_email"),
        ("rosa.school.example,Rosa,,", "bad_email"),
        ("rosa@school,Rosa,,", "bad_email"),
        ("rosa@school.example,Ro\x00sa,,", "control_characters"),
        (f"rosa@school.example,{'R' * 151},,", "name_too_long"),
        (f"rosa@school.example,Rosa,,{'R' * 5001}", "text_too_long"),
        ("rosa@school.example,Rosa,31/02/2026,", "date_unreadable"),
        ("rosa@school.example,Rosa,soon,", "date_unreadable"),
        ("rosa@school.example,Rosa,1512,", "date_unreadable"),
    ],
)
def test_a_row_with_a_problem_is_returned_with_the_problem(row, problem):
    [entry] = entries(f"E-mail,Name,Date,Text\n{row}")

    assert entry.problem == problem


def test_a_tab_in_a_text_becomes_four_spaces():
    [entry] = entries('E-mail,Name,Date,Text\nrosa@school.example,Rosa,,"Led\tit."')

    assert (entry.problem, entry.narrative) == ("", "Led    it.")


@pytest.mark.parametrize(
    ("cell", "harmless"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"), ("\t1", "'\t1"), ("\r=1", "'\r'=1"),
        ("Rosa;=cmd|' /C calc'!A0", "Rosa;'=cmd|' /C calc'!A0"),
        ("Rosa\n=1;+2\t@3", "Rosa\n'=1;'+2\t'@3"),
        ("Rosa", "Rosa"), ("", ""), ("A=B", "A=B"), ("3.5", "3.5"), ("2026-01-01", "2026-01-01"),
        ("one; two\n\nthree", "one; two\n\nthree"), ("O'Neill", "O'Neill"),
    ],
)  # fmt: skip
def test_a_formula_is_made_harmless_and_read_back(cell, harmless):
    assert formulas.escape(cell) == harmless
    assert formulas.unescape(harmless) == cell


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_no_cell_is_a_formula_by_whatever_a_spreadsheet_divides_lines(delimiter):
    attack = "Rosa;=1+1\n=2;+3"

    text = "".join(csv_lines([["1", attack, "2"]]))

    lines = text.removeprefix("\ufeff").splitlines()
    cells = [cell for row in csv.reader(lines, delimiter=delimiter) for cell in row]
    assert [cell for cell in cells if cell[:1] in set("=+-@")] == []


def test_an_exported_table_that_is_uploaded_again_is_the_same():
    rows = [["Email", "Text"], ["rosa@school.example", "- Led a workshop\n- Wrote; +1 hour"]]

    exported = "".join(csv_lines(rows))

    assert [cells for _line, cells in spreadsheet_reading.read_text(exported).lines] == rows


def test_exported_cells_are_never_formulas():
    assert list(csv_lines([["=1+1", "-2", "fine", None, 3]])) == [
        "\ufeff",
        "'=1+1,'-2,fine,,3\r\n",
    ]
