"""Divides text into cells, whatever separates them. No Django."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TextIO

from sandbox.refusals import gettext_noop as _
from spreadsheets.bounds import LONGEST_CELL, LONGEST_LINE, MOST_LINES, Line, Unreadable
from spreadsheets.bounds import too_many_lines as _too_many_lines
from spreadsheets.words import has_address

DELIMITERS = ",;\t|^"
# Excel detects UTF-8 only with a byte order mark.
BYTE_ORDER_MARK = "\ufeff"


def rows(words: str) -> Iterator[Line]:
    """(line number, cells) of every row, also of empty ones. Raises Unreadable."""
    lines = _lines(io.StringIO(words.removeprefix(BYTE_ORDER_MARK), newline=""))
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


def divided(lines: Sequence[Line]) -> Sequence[Line]:
    """The rows divided again, if each of them is in one cell: “"Ana,ana@school.example"”.

    A table that was opened with another separator, or pasted into one column, looks like this.
    """
    full = [cells for _number, cells in lines if any(cells)]
    if len(full) < 2 or any(sum(map(bool, cells)) != 1 for cells in full):
        return lines
    sample = [next(filter(None, cells)) for cells in full[:20]]
    delimiter = _delimiter(sample)
    try:
        found = [
            (number, next(csv.reader([next(filter(None, cells))], delimiter=delimiter), []))
            if any(cells) else (number, [])
            for number, cells in lines
        ]  # fmt: skip
    except csv.Error:
        return lines
    wide = sum(len(cells) > 1 for _number, cells in found)
    has_addresses = any(_is_only_an_address(cell) for _number, cells in found for cell in cells)
    return found if has_addresses and wide * 5 >= len(full) * 4 else lines


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
            raise _too_many_lines(number)
        yield line


def _chain(first: Iterable[str], rest: Iterator[str]) -> Iterator[str]:
    yield from first
    yield from rest


def _delimiter(sample: list[str]) -> str:
    """The delimiter that splits most lines into the same number of cells.

    On a tie, it is the one that leaves most addresses alone in a cell, then that of more cells.
    """

    def agreement(delimiter: str) -> tuple[int, int, int]:
        try:
            found = [row for row in csv.reader(sample, delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0, 0
        # A title above the table has one cell with every delimiter.
        counts = Counter(len(row) for row in found if len(row) > 1)
        count, width = max(((count, width) for width, count in counts.items()), default=(0, 0))
        return count, sum(_is_only_an_address(cell) for row in found for cell in row), width

    return max(DELIMITERS, key=agreement)


def _is_only_an_address(cell: str) -> bool:
    cell = cell.strip()
    return len(cell) <= 320 and has_address(cell) and not any(c in ",;|^ \t" for c in cell)
