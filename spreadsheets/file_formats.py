"""Reads uploaded tables row by row: CSV, TSV and XLSX, in every encoding that spreadsheets write.

The format is detected from the content, not the file name. A file that cannot be read raises
`Unreadable` with a message for the person who uploaded it. Files are streamed; only an XLSX file's
shared strings are held in memory, within a limit.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext as _
from openpyxl import load_workbook

LARGEST_FILE = 10 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 60
# Decompressed size of an XLSX file, in bytes.
LARGEST_UNPACKED = 120 * 1024 * 1024
LONGEST_CELL = 120_000
DELIMITERS = ",;\t|"
# Excel detects UTF-8 only with a byte order mark.
BYTE_ORDER_MARK = "\ufeff"

Line = tuple[int, list[str]]


class Unreadable(Exception):
    """The file is not a readable table. The message tells the user what to do."""


def read(file: BinaryIO) -> Iterator[Line]:
    """(line number, cells) of every row that is not empty. Iterating may raise Unreadable, too."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > LARGEST_FILE:
        raise Unreadable(_("The file is larger than 10 MB. Split it into several."))
    start = file.read(8)
    file.seek(0)
    if start.startswith(b"PK\x03\x04"):
        lines = _xlsx(file)
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("This is an old Excel file. Save it as .xlsx or as CSV."))
    else:
        lines = _text(file)
    return _limit_rows(lines)


def read_text(text: str) -> Iterator[Line]:
    """As `read`, for pasted text."""
    return _limit_rows(_csv(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


def _limit_rows(lines: Iterator[Line]) -> Iterator[Line]:
    number = 0
    for line, cells in lines:
        cells = [cell.strip() for cell in cells[:MOST_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        number += 1
        # One more for the row of headings.
        if number > MOST_ROWS + 1:
            raise Unreadable(_("There are more than 100,000 rows. Split the list into several."))
        yield line, cells


def _text(file: BinaryIO) -> Iterator[Line]:
    encoding = _encoding(file)
    file.seek(0)
    errors = "replace" if encoding == "cp1252" else "strict"
    text = io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="")
    try:
        yield from _csv(text)
    except UnicodeError:
        raise Unreadable(_("The file is damaged: its text can’t be read.")) from None
    finally:
        if not file.closed:
            text.detach()  # the caller closes the file


def _encoding(file: BinaryIO) -> str:
    start = file.read(4096)
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
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while part := file.read(1 << 16):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"  # what Excel on Windows writes
    return "utf-8"


def _csv(text: Iterable[str]) -> Iterator[Line]:
    lines = iter(text)
    first = list(islice(lines, 20))
    if first and first[0].lower().startswith("sep=") and len(first[0].strip()) == 5:
        # Excel's own hint, such as "sep=;".
        delimiter, hint_lines = first[0][4], 1
    else:
        delimiter, hint_lines = _delimiter(first), 0
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(_chain(first[hint_lines:], lines), delimiter=delimiter)
    while True:
        line = reader.line_num + hint_lines + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            words = _("A cell that begins in line %s is too long. Is a quotation mark missing?")
            raise Unreadable(words % line) from None
        if cells is None:
            return
        yield line, cells


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


def _xlsx(file: BinaryIO) -> Iterator[Line]:
    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_bombs(archive)
        file.seek(0)
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Unreadable:
        raise
    except Exception:  # openpyxl raises many kinds of exceptions for broken files
        raise Unreadable(_("This file is not a table we can read. Save it as CSV.")) from None
    try:
        if not workbook.worksheets:
            raise Unreadable(_("There is no table in this file."))
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # the dimensions stored in the file may be wrong
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
        for line, cells in enumerate(rows, start=1):
            yield line, [_cell_text(cell) for cell in cells]
    except (Unreadable, GeneratorExit):
        raise
    except Exception:
        raise Unreadable(_("The file is damaged. Open it and save it again.")) from None
    finally:
        workbook.close()


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > 2000 or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unreadable(_("The file unpacks to more than we can read. Save it as CSV."))
    if "[Content_Types].xml" not in archive.namelist():
        raise Unreadable(_("This file is not a table we can read. Save it as CSV."))
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as opened:
                start = opened.read(4096).replace(b"\0", b"")
            # No spreadsheet has a document type; its entities could expand without limit.
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                raise Unreadable(_("This file is not a table we can read. Save it as CSV."))


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)[:LONGEST_CELL]
