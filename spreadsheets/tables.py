"""Reads the table of people in a file, and says what else could have been read. No Django.

`file_formats` runs this in a process of its own. The format is detected from the content. Refusals
are `Unreadable`, whose message is for the person who uploaded the file, in English.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sandbox.refusals import gettext_noop as _
from spreadsheets import address_lines, blocks, bounds, delimited, encodings, formulas
from spreadsheets.bounds import Line, Unreadable
from spreadsheets.words import names_addresses

__all__ = ["Found", "Line", "Unreadable", "json_lines", "read", "read_text"]

# Cells that show how two encodings differ.
MOST_SAMPLES = 5
LONGEST_SAMPLE = 80
_MOST_CELLS_COMPARED = 200
# Marks that nobody sees, which web pages and joined files leave in cells.
_UNSEEN = dict.fromkeys(
    map(ord, "\ufeff\u200b\u200e\u200f\u2060\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
# How texts begin that are something else than a table.
_NO_TABLES = [
    (
        re.compile(r"<(?:!doctype|\?xml|html|head|body|table|meta|style)\b", re.IGNORECASE),
        _(
            "This is a web page or XML, even if its name says Excel. Open it in a spreadsheet "
            "program and save it as .xlsx or CSV."
        ),
    ),
    (re.compile(r"\[?\s*\{\s*\""), _("This is JSON, not a table. Save it as CSV or as .xlsx.")),
    (
        re.compile(r"BEGIN:VC(?:ARD|ALENDAR)|\{\\rtf", re.IGNORECASE),
        _("This file is not a table. Save it as CSV or as .xlsx."),
    ),
]

Facts = dict[str, object]


@dataclass(frozen=True)
class Found:
    """The lines of the table, and what `file_formats.Table` says about them, as JSON can."""

    lines: Sequence[Line]
    facts: Facts


@dataclass
class _Source:
    """The rows of a file before they are cleaned, and how its letters were read."""

    lines: list[Line]
    facts: Facts
    hidden: frozenset[int]
    hidden_columns: frozenset[int] = frozenset()
    encoding: str = encodings.UTF_8
    others: tuple[str, ...] = ()
    read_again: Callable[[str], Iterator[Line]] | None = None


def json_lines(
    data: bytes,
    *,
    sheet: str = "",
    encoding: str = "",
    with_hidden_rows: bool = False,
    with_other_tables: bool = False,
) -> tuple[Facts, bytes]:
    """The facts, and every row that is not empty as a line of JSON: [line number, cells]."""
    found = read(
        data, sheet=sheet, encoding=encoding, with_hidden_rows=with_hidden_rows,
        with_other_tables=with_other_tables,
    )  # fmt: skip
    out = io.BytesIO()
    for line in found.lines:
        out.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    return found.facts, out.getvalue()


def read(
    data: bytes,
    *,
    sheet: str = "",
    encoding: str = "",
    with_hidden_rows: bool = False,
    with_other_tables: bool = False,
) -> Found:
    """The table in an Excel file or in text. Raises Unreadable."""
    if data.startswith(b"PK\x03\x04"):
        from spreadsheets import workbooks  # openpyxl takes long to load

        book = workbooks.read(data, sheet)
        facts: Facts = {"sheet": book.sheet, "sheets": book.sheets}
        lines = list(delimited.divided(book.lines))
        source = _Source(lines, facts, book.hidden, book.hidden_columns)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("This is an old Excel file. Save it as .xlsx or as CSV."))
    else:
        decoded = encodings.decode(data, encoding)
        source = _of_text(decoded.text)
        source.encoding, source.others = decoded.encoding, decoded.others
        source.read_again = lambda other: iter(_rows(encodings.text_in(data, other)))
    return _table(
        source, encoding, with_hidden_rows=with_hidden_rows, with_other_tables=with_other_tables
    )


def read_text(text: str, *, encoding: str = "", with_other_tables: bool = False) -> Found:
    """As `read`, for text."""
    source = _of_text(text)
    return _table(source, encoding, with_hidden_rows=True, with_other_tables=with_other_tables)


def _of_text(text: str) -> _Source:
    return _Source(list(_rows(text)), {}, frozenset())


def _rows(text: str) -> Sequence[Line]:
    start = text[:200].lstrip(delimited.BYTE_ORDER_MARK + " \t\r\n")
    for pattern, refusal in _NO_TABLES:
        if pattern.match(start):
            raise Unreadable(refusal)
    if people := address_lines.people_in(io.StringIO(text.lstrip(delimited.BYTE_ORDER_MARK))):
        return list(bounds.within(people))
    return delimited.divided(list(bounds.within(delimited.rows(text))))


def _table(
    source: _Source, encoding: str, *, with_hidden_rows: bool, with_other_tables: bool
) -> Found:
    repairs = encodings.repairs(cell for _number, cells in source.lines for cell in cells)
    is_repaired = bool(repairs) and encoding in {"", encodings.REPAIRED}
    lines = _cleaned(source.lines, repairs if is_repaired else {})
    hidden = _hidden_rows(lines, source.hidden)
    if not with_hidden_rows:
        lines = [line for line in lines if line[0] not in hidden]
    found = blocks.main_table(lines, with_alike=with_other_tables)
    lines = found.lines
    taken, others = source.encoding, list(source.others)
    if is_repaired:
        taken, others = encodings.REPAIRED, [source.encoding, *others]
    elif repairs:
        others.insert(0, encodings.REPAIRED)
    doubtful, readings = _readings(source, lines, others, repairs)
    return Found(
        lines,
        {
            **source.facts,
            "hidden_rows": len(hidden),
            "encoding": taken,
            "doubtful": doubtful,
            "readings": readings,
            "tables": found.tables,
            "alike": found.alike,
            "hidden_columns": sorted(source.hidden_columns),
        },
    )


def _cleaned(lines: Sequence[Line], repairs: dict[str, str]) -> list[Line]:
    """Without spaces around cells, empty cells at the end, and escaped formulas."""
    found = []
    for number, cells in lines:
        if repairs:
            cells = [repairs.get(cell, cell) for cell in cells]
        cells = list(map(_clean, cells))
        while cells and not cells[-1]:
            cells.pop()
        found.append((number, cells))
    return found


def _clean(cell: str) -> str:
    if not cell.isascii():
        cell = cell.translate(_UNSEEN)
    return formulas.unescape(cell.strip())


def _hidden_rows(lines: Sequence[Line], hidden: frozenset[int]) -> frozenset[int]:
    """The hidden rows that are not empty, but not the only headings of the table."""
    rows = {number for number, cells in lines if cells and number in hidden}
    if rows:
        headings = [number for number, cells in lines if any(map(names_addresses, cells))]
        if headings and rows.issuperset(headings):
            rows.discard(headings[0])
    return frozenset(rows)


def _readings(
    source: _Source, lines: Sequence[Line], others: Sequence[str], repairs: dict[str, str]
) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Cells that other encodings change, as they were read; and the same cells in each of these."""
    if not others:
        return [], []
    places = [
        (number, column, cell)
        for number, cells in lines
        for column, cell in enumerate(cells)
        if not cell.isascii()
    ][:_MOST_CELLS_COMPARED]
    read = {
        other: _cells(source, other, [place[:2] for place in places], repairs) for other in others
    }
    shown: dict[str, int] = {}
    for index, (_number, _column, cell) in enumerate(places):
        if any(cells[index] != cell for cells in read.values()):
            shown.setdefault(cell, index)
    # Names are short; longer texts are shown only if there is nothing else.
    best = sorted(shown.values(), key=lambda index: len(places[index][2]) > LONGEST_SAMPLE)
    best = sorted(best[:MOST_SAMPLES])
    doubtful = [places[index][2][:LONGEST_SAMPLE] for index in best]
    samples = {
        other: [cells[index][:LONGEST_SAMPLE] for index in best] for other, cells in read.items()
    }
    return doubtful, [(other, cells) for other, cells in samples.items() if cells != doubtful]


def _cells(
    source: _Source, encoding: str, places: Sequence[tuple[int, int]], repairs: dict[str, str]
) -> list[str]:
    """The cells at these places, in this encoding."""
    wanted = {number for number, _column in places}
    again = source.lines
    if encoding not in {source.encoding, encodings.REPAIRED} and source.read_again:
        again = source.read_again(encoding)
    rows: dict[int, list[str]] = {}
    for number, cells in again:
        if number in wanted:
            rows[number] = cells
            if len(rows) == len(wanted):
                break
    found = [rows.get(number, [])[column : column + 1] for number, column in places]
    texts = [cell[0] if cell else "" for cell in found]
    if encoding == encodings.REPAIRED:
        texts = [repairs.get(text, text) for text in texts]
    return list(map(_clean, texts))
