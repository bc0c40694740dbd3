"""Reads the first sheet of an XLSX file. No Django.

Everything inside the file is untrusted: before openpyxl reads it, each XML part is walked through
once, without building a tree, and refused if it has more parts than a real workbook.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import NoReturn
from xml.parsers import expat

from openpyxl import load_workbook

from sandbox.refusals import gettext_noop as _
from spreadsheets import tables
from spreadsheets.tables import Line, Unreadable

LARGEST_UNPACKED = 120 * 1024 * 1024
MOST_PARTS = 2_000
# All XML parts together. A cell takes two or three.
MOST_ELEMENTS = 3_000_000
# Of a part that openpyxl holds in memory as a whole.
MOST_ELEMENTS_IN_MEMORY = 300_000
_IN_MEMORY = re.compile(
    r"(styles|workbook|theme\d*|\[Content_Types\])\.xml$|\.rels$", re.IGNORECASE
)
DEEPEST = 60
_NOT_XML = (".png", ".jpeg", ".jpg", ".gif", ".emf", ".wmf", ".bin")
_CHUNK = 256 * 1024
_CELL = re.compile(r"\$?([A-Za-z]{1,8})\$?([0-9]{1,20})")
_NOT_A_TABLE = _("This file is not a table we can read. Save it as CSV.")


def rows(data: bytes) -> Iterator[Line]:
    """(line number, cells as texts) of the first sheet, without empty rows. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive)
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (Unreadable, MemoryError):
        raise
    except Exception:  # openpyxl raises many kinds of exceptions for broken files
        raise Unreadable(_NOT_A_TABLE) from None
    try:
        if not workbook.worksheets:
            raise Unreadable(_("There is no table in this file."))
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # the dimensions stored in the file may be wrong
        found = sheet.iter_rows(max_col=tables.MOST_COLUMNS, values_only=True)
        for line, cells in enumerate(found, start=1):
            if cells.count(None) < len(cells):
                yield line, [_text(cell) for cell in cells]
    except (Unreadable, MemoryError, GeneratorExit):
        raise
    except Exception:
        raise Unreadable(_("The file is damaged. Open it and save it again.")) from None
    finally:
        workbook.close()


def _check(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unreadable(_("The file unpacks to more than we can read. Save it as CSV."))
    if "[Content_Types].xml" not in archive.namelist():
        raise Unreadable(_NOT_A_TABLE)
    left = MOST_ELEMENTS
    # openpyxl follows the names inside the file, so each part is checked that could be XML.
    for part in parts:
        if part.filename.lower().endswith(_NOT_XML):
            continue
        walk = _Walk(MOST_ELEMENTS_IN_MEMORY if _IN_MEMORY.search(part.filename) else left)
        # What is not XML all through is refused by openpyxl, if it reads the part at all.
        with archive.open(part) as opened, contextlib.suppress(expat.ExpatError):
            while chunk := opened.read(_CHUNK):
                walk.feed(chunk)
        left -= walk.elements


class _Walk:
    """Counts the elements of one XML part, and reads where its cells say that they are."""

    def __init__(self, most: int) -> None:
        self.most, self.elements, self._depth = most, 0, 0
        self._rows, self._cells, self._row_depth = 0, 0, -1
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self._depth += 1
        if self.elements > self.most or self._depth > DEEPEST:
            raise Unreadable(
                _(
                    "There is more in this file than we can read. Copy the table into a new file, "
                    "or save it as CSV."
                )
            )
        kind = name.rpartition(" ")[2]
        if kind == "row":
            self._rows, self._cells, self._row_depth = self._rows + 1, 0, self._depth
            self._check_row(attributes.get("r", str(self._rows)))
        elif kind == "c" and self._row_depth > 0:
            self._cells += 1
            self._check_columns(self._cells)
            if place := attributes.get("r"):
                letters, number = _CELL.fullmatch(place).groups()
                self._check_columns(_column_number(letters))
                self._check_row(number)

    def _check_row(self, number: str) -> None:
        # openpyxl reads 1e9, too. No longer than any number that could be a row.
        found = int(number) if number.isdecimal() and len(number) < 20 else tables.MOST_LINES + 1
        if found > tables.MOST_LINES:
            raise tables.too_many_lines(found)

    def _check_columns(self, number: int) -> None:
        if number > tables.MOST_COLUMNS_IN_FILE:
            raise tables.too_many_columns(number)

    def _end(self, _name: str) -> None:
        if self._depth == self._row_depth:
            self._row_depth = -1
        self._depth -= 1

    def _doctype(self, *_declaration: object) -> NoReturn:
        # No spreadsheet has a document type; its entities could expand without limit.
        raise Unreadable(_NOT_A_TABLE)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)[: tables.LONGEST_CELL]
