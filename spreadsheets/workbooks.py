"""Reads one sheet of an XLSX file, and looks at the others. No Django.

Everything inside the file is untrusted: before openpyxl reads it, each XML part is walked through
once, without building a tree, and refused if it has more parts than a real workbook.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from sandbox.refusals import gettext_noop as _
from spreadsheets import bounds
from spreadsheets.bounds import Line, Unreadable
from spreadsheets.cell_texts import CellTexts
from spreadsheets.words import is_address

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
# Sheets that are listed for people to choose from, and of a name what Excel allows and more.
MOST_SHEETS = 40
LONGEST_SHEET_NAME = 60
_NOT_A_TABLE = _("This file is not a table we can read. Save it as CSV.")


@dataclass(frozen=True)
class Book:
    """The rows of one sheet, also hidden and empty ones, and what all the sheets are.

    `sheets` are (name, whether hidden, number of rows, whether there are addresses).
    """

    sheet: str
    sheets: list[tuple[str, bool, int, bool]]
    lines: list[Line]
    hidden: frozenset[int]


@dataclass
class _Scan:
    """One sheet: its lines, or the reason why it can't be read."""

    name: str
    is_hidden: bool
    lines: list[Line] = field(default_factory=list)
    refusal: Unreadable | None = None
    rows: int = 0
    has_addresses: bool = False
    hidden: frozenset[int] = frozenset()


def read(data: bytes, chosen: str = "") -> Book:
    """The chosen sheet, or else the visible one that has addresses. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            hidden = _check(archive)
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (Unreadable, MemoryError):
        raise
    except Exception:  # openpyxl raises many kinds of exceptions for broken files
        raise Unreadable(_NOT_A_TABLE) from None
    try:
        return _book(workbook, chosen, hidden)
    finally:
        workbook.close()


def _book(workbook: Workbook, chosen: str, hidden: Mapping[str, array[int]]) -> Book:
    if not workbook.worksheets:
        raise Unreadable(_("There is no table in this file."))
    taken: _Scan | None = None
    scans = []
    for sheet in workbook.worksheets:
        scan = _scan(sheet, hidden)
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
    return Book(taken.name, listed[:MOST_SHEETS], taken.lines, taken.hidden)


def _rank(scan: _Scan, chosen: str) -> tuple[bool, bool, bool, bool]:
    """The first sheet of the highest rank is taken; a hidden one only if it was chosen."""
    has_cells = scan.rows > 0 or scan.refusal is not None
    return bool(chosen) and scan.name == chosen, not scan.is_hidden, scan.has_addresses, has_cells


def _scan(sheet: ReadOnlyWorksheet, hidden: Mapping[str, array[int]]) -> _Scan:
    path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    scan = _Scan(sheet.title[:LONGEST_SHEET_NAME], sheet.sheet_state != "visible")
    scan.hidden = frozenset(hidden.get(path, ()))
    try:
        for line, cells in bounds.within(_rows(sheet)):
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


def _rows(sheet: ReadOnlyWorksheet) -> Iterator[Line]:
    """Every row that is not empty, and one empty row for the empty ones between two of them."""
    sheet.reset_dimensions()  # the dimensions stored in the file may be wrong
    texts = CellTexts()
    was_empty = False
    for line, cells in enumerate(sheet.iter_rows(max_col=bounds.MOST_COLUMNS), start=1):
        width = len(cells)
        while width and cells[width - 1].value is None:
            width -= 1
        if width:
            yield line, [texts.text(cell) for cell in cells[:width]]
        elif not was_empty:
            yield line, []
        was_empty = not width


def _check(archive: zipfile.ZipFile) -> dict[str, array[int]]:
    """Walk through all parts. Returns the numbers of the hidden rows of each part."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unreadable(_("The file unpacks to more than we can read. Save it as CSV."))
    if "[Content_Types].xml" not in archive.namelist():
        raise Unreadable(_NOT_A_TABLE)
    left = MOST_ELEMENTS
    hidden = {}
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
        if walk.hidden_rows:
            hidden[part.filename] = walk.hidden_rows
    return hidden


class _Walk:
    """Counts the elements of one XML part, and reads where its cells say that they are."""

    def __init__(self, most: int) -> None:
        self.most, self.elements, self._depth = most, 0, 0
        self._row, self._cells, self._row_depth = 0, 0, -1
        self.hidden_rows = array("L")
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
            self._cells, self._row_depth = 0, self._depth
            self._row = self._check_row(attributes.get("r") or str(self._row + 1))
            if _is_hidden(attributes):
                self.hidden_rows.append(self._row)
        elif kind == "c" and self._row_depth > 0:
            self._cells += 1
            self._check_columns(self._cells)
            if place := attributes.get("r"):
                letters, number = _CELL.fullmatch(place).groups()
                self._check_columns(_column_number(letters))
                self._check_row(number)

    def _check_row(self, number: str) -> int:
        # openpyxl reads 1e9, too. No longer than any number that could be a row.
        found = int(number) if number.isdecimal() and len(number) < 20 else bounds.MOST_LINES + 1
        if found > bounds.MOST_LINES:
            raise bounds.too_many_lines(found)
        return found

    def _check_columns(self, number: int) -> None:
        if number > bounds.MOST_COLUMNS_IN_FILE:
            raise bounds.too_many_columns(number)

    def _end(self, _name: str) -> None:
        if self._depth == self._row_depth:
            self._row_depth = -1
        self._depth -= 1

    def _doctype(self, *_declaration: object) -> NoReturn:
        # No spreadsheet has a document type; its entities could expand without limit.
        raise Unreadable(_NOT_A_TABLE)


def _is_hidden(row: Mapping[str, str]) -> bool:
    """By hand, by a filter, in a folded group, or with a height of nothing."""
    if row.get("hidden", "").lower() in {"1", "true", "t", "on"}:
        return True
    return row.get("ht", "").strip("0.") == "" and "ht" in row


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
