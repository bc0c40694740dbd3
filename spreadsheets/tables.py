"""Parses CSV, TSV and XLSX within limits of rows, columns, cells and characters. No Django.

`file_formats` runs this in a process of its own. The format is detected from the content. Refusals
are `Unreadable`, whose message is for the person who uploaded the file, in English.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TextIO

from sandbox.refusals import Refused
from sandbox.refusals import gettext_noop as _
from spreadsheets import formulas

MOST_ROWS = 100_000  # that are not empty
# Lines of a file, or rows up to the last one in a sheet: Excel's own limit.
MOST_LINES = 1_048_576
# Columns from the 61st on are ignored, as nothing that is read has so many.
MOST_COLUMNS = 60
MOST_COLUMNS_IN_FILE = 16_384  # Excel's own limit
MOST_CELLS = 600_000
MOST_CHARACTERS = 20_000_000  # of all cells together
LONGEST_CELL = 120_000
LONGEST_LINE = 1_000_000  # characters of a line of a text file
DELIMITERS = ",;\t|"
# Excel detects UTF-8 only with a byte order mark.
BYTE_ORDER_MARK = "\ufeff"

Line = tuple[int, list[str]]


class Unreadable(Refused):
    """The file is not a readable table. The message tells the user what to do."""


def json_lines(data: bytes) -> tuple[None, bytes]:
    """Every row that is not empty, as a line of JSON: [line number, cells]."""
    out = io.BytesIO()
    for line in read(data):
        out.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    return None, out.getvalue()


def read(data: bytes) -> Iterator[Line]:
    """(line number, cells as texts) of an Excel file or of text. Raises Unreadable."""
    if data.startswith(b"PK\x03\x04"):
        from spreadsheets import workbooks  # openpyxl takes long to load

        lines = workbooks.rows(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("This is an old Excel file. Save it as .xlsx or as CSV."))
    else:
        lines = _text(data)
    return _within_limits(lines)


def read_text(text: str) -> Iterator[Line]:
    """As `read`, for text."""
    return _within_limits(_csv(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


def _within_limits(lines: Iterator[Line]) -> Iterator[Line]:
    rows = cells_read = characters = 0
    for line, cells in lines:
        if line > MOST_LINES:
            raise too_many_lines(line)
        if len(cells) > MOST_COLUMNS_IN_FILE:
            raise too_many_columns(len(cells))
        if not any(cells):
            continue
        cells = cells[:MOST_COLUMNS]
        cells_read += sum(map(bool, cells))
        characters += sum(map(len, cells))
        if cells_read > MOST_CELLS or characters > MOST_CHARACTERS:
            raise Unreadable(
                _(
                    "There is more text in this file than we can read at once: the most is "
                    "%(cells)s cells and %(characters)s characters. Split it into several files."
                ),
                cells=f"{MOST_CELLS:,}",
                characters=f"{MOST_CHARACTERS:,}",
            )
        cells = [formulas.unescape(cell.strip()) for cell in cells]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        rows += 1
        # One more for the row of headings.
        if rows > MOST_ROWS + 1:
            raise Unreadable(_("There are more than 100,000 rows. Split the list into several."))
        yield line, cells


def too_many_lines(number: int) -> Unreadable:
    return Unreadable(
        _(
            "This file says that it has %(number)s rows or more; the most is %(most)s. Copy the "
            "rows that you need into a new file."
        ),
        number=f"{number:,}",
        most=f"{MOST_LINES:,}",
    )


def too_many_columns(number: int) -> Unreadable:
    return Unreadable(
        _(
            "This file says that it has %(number)s columns or more; the most is %(most)s. Copy "
            "the columns that you need into a new file."
        ),
        number=f"{number:,}",
        most=f"{MOST_COLUMNS_IN_FILE:,}",
    )


def _text(data: bytes) -> Iterator[Line]:
    encoding = _encoding(data)
    errors = "replace" if encoding == "cp1252" else "strict"
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors=errors, newline="")
    try:
        yield from _csv(text)
    except UnicodeError:
        raise Unreadable(_("The file is damaged: its text can’t be read.")) from None


def _encoding(data: bytes) -> str:
    start = data[:4096]
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Without a byte order mark: every other byte of ASCII letters in UTF-16 is zero.
    if len(start) >= 4 and start[1:40:2].count(0) > 8 * start[0:40:2].count(0):
        return "utf-16-le"
    if len(start) >= 4 and start[0:40:2].count(0) > 8 * start[1:40:2].count(0):
        return "utf-16-be"
    if b"\0" in start or start.startswith(b"%PDF"):
        raise Unreadable(_("This file is not a table. Save it as CSV or as .xlsx."))
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp1252"  # what Excel on Windows writes
    return "utf-8"


def _csv(text: TextIO) -> Iterator[Line]:
    lines = _lines(text)
    first = list(islice(lines, 20))
    if first and first[0].lower().startswith("sep=") and len(first[0].strip()) == 5:
        # Excel's own hint, such as "sep=;".
        delimiter, hint_lines = first[0][4], 1
    else:
        delimiter, hint_lines = _delimiter(first), 0
    csv.field_size_limit(LONGEST_CELL)
    try:
        reader = csv.reader(_chain(first[hint_lines:], lines), delimiter=delimiter)
    except (TypeError, ValueError):  # a delimiter that no table can have, such as a quotation mark
        raise Unreadable(_("This file is not a table. Save it as CSV or as .xlsx.")) from None
    while True:
        line = reader.line_num + hint_lines + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Unreadable(
                _("A cell that begins in line %(line)s is too long. Is a quotation mark missing?"),
                line=line,
            ) from None
        if cells is None:
            return
        yield line, cells


def _lines(text: TextIO) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise Unreadable(
                _(
                    "Line %(number)s has more than %(most)s characters, so this is not a table. "
                    "Save it as CSV or as .xlsx."
                ),
                number=number,
                most=f"{LONGEST_LINE:,}",
            )
        if number > MOST_LINES:
            raise too_many_lines(number)
        yield line


def _chain(first: Iterable[str], rest: Iterator[str]) -> Iterator[str]:
    yield from first
    yield from rest


def _delimiter(sample: list[str]) -> str:
    """The delimiter that splits most lines into the same number of cells; on a tie, into more."""

    def agreement(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0
        # A title above the table has one cell with every delimiter.
        counts = Counter(width for width in widths if width > 1)
        return max(((count, width) for width, count in counts.items()), default=(0, 0))

    return max(DELIMITERS, key=agreement)
