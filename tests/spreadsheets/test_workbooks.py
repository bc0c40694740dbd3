"""Workbooks: which sheet, which rows, and what cells say."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.table import Table as ExcelTable

from awarding.lists.columns import ListReader
from spreadsheets import bounds, workbooks
from spreadsheets.file_formats import Choice, Sheet, Unreadable, read
from tests.spreadsheets import bombs

HEADINGS = ["Name", "Email"]
ANA, BEN, CY = (
    ["Ana", "ana@school.example"], ["Ben", "ben@school.example"], ["Cy", "cy@school.example"]
)  # fmt: skip


def file_of(workbook: Workbook) -> io.BytesIO:
    file = io.BytesIO()
    workbook.save(file)
    return file


def book(*sheets) -> io.BytesIO:
    """A file with these sheets: (name, state, rows)."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, state, rows in sheets:
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = state
    return file_of(workbook)


def cells(table):
    return [found for _line, found in table.lines]


def test_the_visible_sheet_with_addresses_is_read_and_all_are_listed():
    file = book(
        ("2024", "hidden", [HEADINGS, BEN]),
        ("Read me", "visible", [["How to use this"], ["Write to help@x.example"]]),
        ("Codes", "veryHidden", [["A"]]),
        ("2026", "visible", [HEADINGS, ANA]),
        ("Others", "visible", [HEADINGS, BEN, CY]),
        ("Empty", "visible", []),
    )

    table = read(file)

    assert (table.sheet, cells(table)) == ("2026", [HEADINGS, ANA])
    assert table.sheets == (
        Sheet("2024", True, 2, True),
        Sheet("Read me", False, 2, False),
        Sheet("Codes", True, 1, False),
        Sheet("2026", False, 2, True),
        Sheet("Others", False, 3, True),
        Sheet("Empty", False, 0, False),
    )


@pytest.mark.parametrize("name", ["2024", "Read me", "Others"])
def test_a_person_can_choose_any_sheet(name):
    file = book(
        ("2024", "hidden", [HEADINGS, BEN]),
        ("Read me", "visible", [["How to use this"]]),
        ("2026", "visible", [HEADINGS, ANA]),
        ("Others", "visible", [HEADINGS, BEN]),
    )

    table = read(file, choice=Choice(sheet=name))

    assert table.sheet == name
    assert cells(table) == ([["How to use this"]] if name == "Read me" else [HEADINGS, BEN])


def test_a_hidden_sheet_is_never_read_by_itself():
    file = book(
        ("Empty", "visible", []),
        ("Notes", "visible", [["Ask the office"]]),
        ("Secret", "hidden", [HEADINGS, BEN]),
    )
    nothing_else = book(("Secret", "hidden", [HEADINGS, BEN]), ("Empty", "visible", []))

    assert (read(file).sheet, cells(read(file))) == ("Notes", [["Ask the office"]])
    assert (read(nothing_else).sheet, cells(read(nothing_else))) == ("Empty", [])


def test_a_sheet_that_is_gone_is_named():
    with pytest.raises(Unreadable, match="There is no sheet “2025” in this file anymore"):
        read(book(("2026", "visible", [HEADINGS, ANA])), choice=Choice(sheet="2025"))


def test_too_many_rows_in_another_sheet_do_no_harm(monkeypatch):
    monkeypatch.setattr(bounds, "MOST_ROWS", 3)
    file = book(
        ("Log", "visible", ([f"Line {n}"] for n in range(5))),
        ("2026", "visible", [HEADINGS, ANA]),
    ).getvalue()

    assert workbooks.read(file).lines == [(1, HEADINGS), (2, ANA)]
    with pytest.raises(bounds.Unreadable, match="more than 100,000 rows"):
        workbooks.read(file, "Log")


def with_hidden_rows(*numbers, rows=(HEADINGS, ANA, BEN, CY)) -> io.BytesIO:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    for number in numbers:
        workbook.active.row_dimensions[number].hidden = True
    return file_of(workbook)


def test_hidden_rows_are_counted_and_left_out_unless_they_are_wanted():
    file = with_hidden_rows(3, 9)

    left_out, wanted = read(file), read(file, choice=Choice(with_hidden_rows=True))

    assert (cells(left_out), left_out.hidden_rows) == ([HEADINGS, ANA, CY], 1)
    assert (cells(wanted), wanted.hidden_rows) == ([HEADINGS, ANA, BEN, CY], 1)
    assert [line for line, _cells in read(file).lines] == [1, 2, 4]


def test_rows_that_a_filter_hides_are_left_out():
    workbook = Workbook()
    for row in (HEADINGS, ANA, BEN):
        workbook.active.append(row)
    workbook.active.auto_filter.ref = "A1:B3"
    workbook.active.auto_filter.add_filter_column(0, ["Ana"])
    workbook.active.row_dimensions[3].hidden = True

    table = read(file_of(workbook))

    assert (cells(table), table.hidden_rows) == ([HEADINGS, ANA], 1)


def test_folded_rows_and_rows_without_height_are_hidden():
    rows = "".join(
        f"<row{attributes}>{bombs.cell(text)}</row>"
        for attributes, text in (
            ("", "Email"), (' ht="0" customHeight="1"', "a@b.example"),
            (' ht="15" hidden="0"', "b@b.example"),
            (' outlineLevel="1" hidden="true"', "c@b.example"),
        )
    )  # fmt: skip

    table = read(io.BytesIO(bombs.workbook(rows)))

    assert (cells(table), table.hidden_rows) == ([["Email"], ["b@b.example"]], 2)


def test_hidden_headings_are_kept_if_there_are_no_others():
    technical = ["name_1", "email"]

    assert cells(read(with_hidden_rows(1))) == [HEADINGS, ANA, BEN, CY]
    assert cells(read(with_hidden_rows(1, rows=(technical, HEADINGS, ANA)))) == [HEADINGS, ANA]


def test_a_hidden_row_is_no_blank_row_between_two_tables():
    file = with_hidden_rows(3, rows=(HEADINGS, ANA, BEN, ["Cy", "absent on the day"]))

    assert cells(read(file)) == [HEADINGS, ANA, ["Cy", "absent on the day"]]


def test_hidden_rows_without_numbers_are_counted_as_they_are_placed():
    rows = "".join(
        f"<row{attributes}>{bombs.cell(text)}</row>"
        for attributes, text in (
            (' r="4"', "Email"), ("", "a@b.example"), (' hidden="1"', "b@b.example"),
            ("", "c@b.example"),
        )
    )  # fmt: skip

    table = read(io.BytesIO(bombs.workbook(rows)))

    assert list(table.lines) == [(4, ["Email"]), (5, ["a@b.example"]), (7, ["c@b.example"])]


def test_hidden_columns_are_read():
    workbook = Workbook()
    workbook.active.append(["Name", "Id", "Email"])
    workbook.active.append(["Ana", 1001, "ana@school.example"])
    workbook.active.column_dimensions["B"].hidden = True

    assert cells(read(file_of(workbook)))[1] == ["Ana", "1001", "ana@school.example"]


AFTERNOON = datetime.combine(date(2026, 3, 15), time(14, 5, 22))
VALUES = [
    (0.85, "0%", "85%"), (0.855, "0.0%", "85.5%"), (1, "0%", "100%"), (0.29, "0%", "29%"),
    (0.855, "0%", "85.5%"), (0, '0%;[Red]"-"0%', "0%"), (0.85, '0.00"%"', "0.85"),
    (0.85, "General", "0.85"), (0.1 + 0.2, "General", "0.3"), (1e-7, "General", "0.0000001"),
    (12.0, "General", "12"), (1512, "#,##0", "1512"), (1234567890123.0, "0", "1234567890123"),
    (1234, "000000", "001234"), (1234.0, "000000", "001234"), (123456789, "00000", "123456789"),
    ("007", "General", "007"), ("46095", "@", "46095"), (True, "General", "TRUE"),
    (False, "General", "FALSE"), ("#N/A", "General", "#N/A"), ("#DIV/0!", "0", "#DIV/0!"),
    (date(2026, 3, 14), "m/d/yyyy", "2026-03-14"), (46095, "d-mmm-yy", "2026-03-14"),
    (46095.9999, "m/d/yyyy h:mm", "2026-03-14 23:59:51"), (46095, "m/d/yy h:mm", "2026-03-14"),
    (AFTERNOON, "yyyy-mm-dd hh:mm:ss", "2026-03-15 14:05:22"), (46095, "dd/mm/yy", "2026-03-14"),
    (46095, '[$-80A]d" de "mmmm" de "yyyy', "2026-03-14"), (time(14, 5), "h:mm", "14:05:00"),
    (timedelta(hours=30), "[h]:mm", "1 day, 6:00:00"),
]  # fmt: skip


def test_a_cell_says_what_the_spreadsheet_shows():
    workbook = Workbook()
    workbook.active.append(["Email", "Value"])
    for row, (value, number_format, _text) in enumerate(VALUES, start=2):
        workbook.active.append(["ana@school.example", value])
        workbook.active.cell(row=row, column=2).number_format = number_format

    found = [row[1] for row in cells(read(file_of(workbook)))[1:]]

    assert found == [text for _value, _format, text in VALUES]


@pytest.mark.parametrize("epoch", ["1900", "1904"])
def test_a_date_cell_is_that_day_in_both_systems_of_dates(epoch):
    workbook = Workbook()
    if epoch == "1904":
        workbook.epoch = CALENDAR_MAC_1904
    workbook.active.append(["Email", "Date"])
    for value in (AFTERNOON.date(), AFTERNOON, datetime.combine(AFTERNOON, time(23, 59, 59))):
        workbook.active.append(["ana@school.example", value])

    rows = list(ListReader(read(file_of(workbook)).lines).rows())

    assert [(row.earned_on, row.problem) for row in rows] == [(date(2026, 3, 15), "")] * 3


def test_merged_cells_tables_and_filters_are_read():
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(["Attendance of October"])
    for row in (HEADINGS, ANA, BEN):
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("C3:C4")
    sheet.add_table(ExcelTable(displayName="People", ref="A2:B4"))
    sheet.freeze_panes = "A3"

    assert cells(read(file_of(workbook))) == [HEADINGS, ANA, BEN]


def test_cells_merged_over_several_rows_count_for_each_of_them():
    workbook = Workbook()
    sheet = workbook.active
    for row in (["Badge", *HEADINGS], ["One", *ANA], [None, *BEN], ["Two", *CY]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")

    found = cells(read(file_of(workbook)))

    assert found[1:] == [["One", *ANA], ["One", *BEN], ["Two", *CY]]


def test_a_formula_without_a_result_is_refused_and_one_with_an_empty_text_is_read():
    workbook = Workbook()
    workbook.active.append(HEADINGS)
    workbook.active.append(["=A1", "ana@school.example"])
    empty = (
        '<row><c t="inlineStr"><is><t>a@b.example</t></is></c>'
        '<c t="str"><f>IF(1,"","x")</f><v></v></c></row>'
    )

    with pytest.raises(Unreadable, match="Row 2 has a formula whose result is not in the file"):
        read(file_of(workbook))
    assert cells(read(io.BytesIO(bombs.workbook(empty)))) == [["a@b.example"]]


def test_hidden_columns_are_named():
    workbook = Workbook()
    workbook.active.append([*HEADINGS, "Narrative"])
    workbook.active.append([*ANA, "Led it"])
    workbook.active.column_dimensions["C"].hidden = True

    assert read(file_of(workbook)).hidden_columns == (2,)


def test_a_style_that_the_file_does_not_have_is_no_format():
    rows = '<row><c t="inlineStr"><is><t>a@b.example</t></is></c><c s="77"><v>0.5</v></c></row>'

    assert cells(read(io.BytesIO(bombs.workbook(rows)))) == [["a@b.example", "0.5"]]


def test_garbled_names_in_a_workbook_are_repaired():
    table = read(book(("People", "visible", [HEADINGS, ["JosÃ© PeÃ±a", "jose@school.example"]])))

    assert cells(table)[1][0] == "José Peña"
    assert [(reading.encoding, reading.samples) for reading in table.readings] == [
        ("utf-8", ("JosÃ© PeÃ±a",))
    ]


def test_another_table_below_in_a_sheet_is_left_out():
    table = read(book(("People", "visible", [HEADINGS, ANA, [], ["Code", "Why"], ["A", "Ill"]])))

    assert (cells(table), table.tables) == ([HEADINGS, ANA], 2)
