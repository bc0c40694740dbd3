"""Walks through the XML parts of a workbook, and notes what openpyxl does not tell. No Django.

Everything inside the file is untrusted: each part is walked through once, without building a tree,
and refused if it has more than a real workbook.
"""

from __future__ import annotations

import contextlib
import re
import zipfile
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from sandbox.refusals import gettext_noop as _
from spreadsheets import bounds
from spreadsheets.bounds import Unreadable

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
MOST_MERGED = 20_000
_NOT_XML = (".png", ".jpeg", ".jpg", ".gif", ".emf", ".wmf", ".bin")
_CHUNK = 256 * 1024
_CELL = re.compile(r"\$?([A-Za-z]{1,8})\$?([0-9]{1,20})")
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
NOT_A_TABLE = _("This file is not a table we can read. Save it as CSV.")


@dataclass
class Marks:
    """What a sheet says of its rows, columns and cells. Rows and columns count from 1."""

    hidden_rows: array[int] = field(default_factory=lambda: array("L"))
    hidden_columns: set[int] = field(default_factory=set)
    # Cells merged over several rows: (first row, last row, column).
    merged_down: list[tuple[int, int, int]] = field(default_factory=list)
    # Formulas that may have no result in the file: row and column in one number, of `place`.
    formulas: array[int] = field(default_factory=lambda: array("Q"))


def place(row: int, column: int) -> int:
    return row * bounds.MOST_COLUMNS_IN_FILE + column


def marks_of(archive: zipfile.ZipFile) -> dict[str, Marks]:
    """Walk through all parts. Returns the marks of each part by its name. Raises Unreadable."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unreadable(_("The file unpacks to more than we can read. Save it as CSV."))
    if "[Content_Types].xml" not in archive.namelist():
        raise Unreadable(NOT_A_TABLE)
    left = MOST_ELEMENTS
    found = {}
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
        found[part.filename] = walk.marks
    return found


class _Walk:
    """Counts the elements of one XML part, and reads where its cells say that they are."""

    def __init__(self, most: int) -> None:
        self.most, self.elements, self._depth = most, 0, 0
        self._row, self._cells, self._row_depth, self._column = 0, 0, -1, 0
        self._has_result = False
        self.marks = Marks()
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
                self.marks.hidden_rows.append(self._row)
        elif kind == "c" and self._row_depth > 0:
            self._start_cell(attributes)
        elif kind == "f" and self._row_depth > 0 and not self._has_result:
            self.marks.formulas.append(place(self._row, self._column))
        elif kind == "col" and _is_true(attributes.get("hidden", "")):
            first, last = (_small(attributes.get(name, "")) for name in ("min", "max"))
            self.marks.hidden_columns.update(range(max(first, 1), last + 1))
        elif kind == "mergeCell" and len(self.marks.merged_down) < MOST_MERGED:
            self._merge(attributes.get("ref", ""))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cells += 1
        self._column = self._cells
        self._check_columns(self._cells)
        # A formula whose result is text, perhaps an empty one, says so.
        self._has_result = attributes.get("t", "n") != "n"
        if written := attributes.get("r"):
            letters, number = _CELL.fullmatch(written).groups()
            self._column = _column_number(letters)
            self._check_columns(self._column)
            self._check_row(number)

    def _merge(self, ref: str) -> None:
        if found := _RANGE.fullmatch(ref):
            first, last = int(found[2]), int(found[4])
            if first < last:
                self.marks.merged_down.append((first, last, _column_number(found[1])))

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
        raise Unreadable(NOT_A_TABLE)


def _is_hidden(row: Mapping[str, str]) -> bool:
    """By hand, by a filter, in a folded group, or with a height of nothing."""
    if _is_true(row.get("hidden", "")):
        return True
    return row.get("ht", "").strip("0.") == "" and "ht" in row


def _is_true(words: str) -> bool:
    return words.lower() in {"1", "true", "t", "on"}


def _small(number: str) -> int:
    """The number of a column, not beyond those that are read."""
    found = int(number) if number.isdecimal() and len(number) < 9 else 0
    return min(found, bounds.MOST_COLUMNS)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
