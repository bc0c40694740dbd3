"""Writes tables that every spreadsheet opens and whose cells are never run as formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import BinaryIO

from spreadsheets import formulas
from spreadsheets.file_formats import BYTE_ORDER_MARK

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767  # characters, Excel's own limit
LONGEST_TITLE = 31  # of a sheet


def csv_lines(table: Iterable[Iterable[object]]) -> Iterator[str]:
    """The lines of a CSV file, with a byte order mark and with formulas escaped."""
    writer = csv.writer(_EchoWriter())
    yield BYTE_ORDER_MARK
    for row in table:
        yield writer.writerow([formulas.escape("" if cell is None else str(cell)) for cell in row])


def write_xlsx(table: Iterable[Iterable[object]], *, title: str) -> BinaryIO:
    """An XLSX file with one sheet, open for reading. The first row is the headings, which stay.

    Numbers, dates and moments without a zone are values of their own. Text is never a formula.
    Rows go to the disk one by one.
    """
    from openpyxl import Workbook  # it takes long to load
    from openpyxl.styles import Font

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title[:LONGEST_TITLE])
    sheet.freeze_panes = "A2"
    for number, row in enumerate(table):
        cells = [_cell(sheet, value) for value in row]
        if number == 0:
            for cell in cells:
                cell.font = Font(bold=True)
        sheet.append(cells)
    file = TemporaryFile()  # noqa: SIM115  the caller closes it
    workbook.save(file)
    file.seek(0)
    return file


def _cell(sheet, value: object):
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL])
    cell.data_type = "s"  # also where it begins with an equals sign
    return cell


class _EchoWriter:
    """A file-like object whose `write` returns the line instead of storing it."""

    def write(self, line: str) -> str:
        return line
