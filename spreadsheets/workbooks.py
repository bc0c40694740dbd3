"""Reads one sheet of an XLSX file, and looks at the others. No Django.

Before openpyxl reads the file, `workbook_parts` walks through it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook, load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from sandbox.refusals import gettext_noop as _
from spreadsheets import bounds
from spreadsheets.bounds import Line, Unreadable
from spreadsheets.cell_texts import CellTexts
from spreadsheets.words import is_address
from spreadsheets.workbook_parts import NOT_A_TABLE, Marks, marks_of, place

# Sheets that are listed for people to choose from, and of a name what Excel allows and more.
MOST_SHEETS = 40
LONGEST_SHEET_NAME = 60


@dataclass(frozen=True)
class Book:
    """The rows of one sheet, also hidden and empty ones, and what all the sheets are.

    `sheets` are (name, whether hidden, number of rows, whether there are addresses).
    """

    sheet: str
    sheets: list[tuple[str, bool, int, bool]]
    lines: list[Line]
    hidden: frozenset[int]
    hidden_columns: frozenset[int] = frozenset()


@dataclass
class _Scan:
    """One sheet: its lines, or the reason why it can't be read."""

    name: str
    is_hidden: bool
    lines: list[Line] = field(default_factory=list)
    refusal: Unreadable | None = None
    rows: int = 0
    has_addresses: bool = False
    marks: Marks = field(default_factory=Marks)


def read(data: bytes, chosen: str = "") -> Book:
    """The chosen sheet, or else the visible one that has addresses. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            marks = marks_of(archive)
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (Unreadable, MemoryError):
        raise
    except Exception:  # openpyxl raises many kinds of exceptions for broken files
        raise Unreadable(NOT_A_TABLE) from None
    try:
        return _book(workbook, chosen, marks)
    finally:
        workbook.close()


def _book(workbook: Workbook, chosen: str, marks: Mapping[str, Marks]) -> Book:
    if not workbook.worksheets:
        raise Unreadable(_("There is no table in this file."))
    taken: _Scan | None = None
    scans = []
    for sheet in workbook.worksheets:
        scan = _scan(sheet, marks)
        scans.append(scan)
        if taken is None or _rank(scan, chosen) > _rank(taken, chosen):
            taken = scan
        for other in scans[:-1] if scan is taken else [scan]:
            other.lines = []  # only the sheet that is taken is kept in memory
    if chosen and taken.name != chosen:
        raise Unreadable(_("There is no sheet “%(name)s” in this file anymore."), name=chosen[:100])
    if taken.refusal:
        raise taken.refusal
    listed = [(scan.name, scan.is_hidden, scan.rows, scan.has_addresses) for scan in scans]
    hidden = frozenset(taken.marks.hidden_rows)
    columns = frozenset(number - 1 for number in taken.marks.hidden_columns)
    return Book(taken.name, listed[:MOST_SHEETS], taken.lines, hidden, columns)


def _rank(scan: _Scan, chosen: str) -> tuple[bool, bool, bool, bool]:
    """The first sheet of the highest rank is taken; a hidden one only if it was chosen."""
    has_cells = scan.rows > 0 or scan.refusal is not None
    return bool(chosen) and scan.name == chosen, not scan.is_hidden, scan.has_addresses, has_cells


def _scan(sheet: ReadOnlyWorksheet, marks: Mapping[str, Marks]) -> _Scan:
    path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    scan = _Scan(sheet.title[:LONGEST_SHEET_NAME], sheet.sheet_state != "visible")
    scan.marks = marks.get(path, scan.marks)
    try:
        for line, cells in bounds.within(_rows(sheet, scan.marks)):
            scan.lines.append((line, cells))
            if cells:
                scan.rows += 1
                scan.has_addresses = scan.has_addresses or any(map(is_address, cells))
    except MemoryError:
        raise
    except Unreadable as refusal:
        scan.refusal = refusal
    except Exception:
        scan.refusal = Unreadable(_("The file is damaged. Open it and save it again."))
    return scan


def _rows(sheet: ReadOnlyWorksheet, marks: Marks) -> Iterator[Line]:
    """Every row that is not empty, and one empty row for the empty ones between two of them."""
    sheet.reset_dimensions()  # the dimensions stored in the file may be wrong
    texts, formulas, merged = CellTexts(), set(marks.formulas), _Merged(marks)
    was_empty = False
    for line, cells in enumerate(sheet.iter_rows(max_col=bounds.MOST_COLUMNS), start=1):
        width = len(cells)
        while width and cells[width - 1].value is None:
            width -= 1
        if formulas:
            _check_results(line, cells, formulas)
        if width:
            yield line, merged.filled(line, [texts.text(cell) for cell in cells[:width]])
        elif not was_empty:
            yield line, []
        was_empty = not width


def _check_results(line: int, cells: Sequence[ReadOnlyCell], formulas: set[int]) -> None:
    """Refuse formulas without a result: their cells would be read as empty."""
    for column, cell in enumerate(cells, start=1):
        if cell.value is None and place(line, column) in formulas:
            raise Unreadable(
                _(
                    "Row %(line)s has a formula whose result is not in the file. Open the file in "
                    "a spreadsheet program, save it, and upload it again."
                ),
                line=line,
            )


class _Merged:
    """The value of cells that are merged over several rows, which only the first row has."""

    def __init__(self, marks: Marks) -> None:
        self._starting: dict[int, list[tuple[int, int]]] = {}
        for first, last, column in marks.merged_down:
            if column <= bounds.MOST_COLUMNS:
                self._starting.setdefault(first, []).append((last, column - 1))
        self._open: dict[int, tuple[int, str]] = {}

    def filled(self, line: int, cells: list[str]) -> list[str]:
        for column, (last, value) in list(self._open.items()):
            if line > last:
                del self._open[column]
            elif column >= len(cells) or not cells[column]:
                cells += [""] * (column + 1 - len(cells))
                cells[column] = value
        for last, column in self._starting.get(line, ()):
            if column < len(cells):
                self._open[column] = last, cells[column]
        return cells
