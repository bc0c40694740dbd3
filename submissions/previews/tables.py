"""The sheets of a workbook, or the table in a text. No Django: it runs in the sandbox."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

import python_calamine as calamine

from spreadsheets import bounds, delimited, encodings
from submissions.metadata import Unreadable

MOST_SHEETS = 10
MOST_ROWS = 200
MOST_COLUMNS = 30
LONGEST_CELL = 500
LONGEST_NAME = 60


def of_workbook(data: bytes) -> list[dict]:
    """The visible sheets that are not empty. Raises Unreadable."""
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.visible == calamine.SheetVisibleEnum.Visible
        ]
        sheets = [workbook.get_sheet_by_name(name) for name in shown[:MOST_SHEETS]]
        parts = [
            _part(sheet.name, sheet.to_python(nrows=MOST_ROWS), sheet.height, sheet.width)
            for sheet in sheets
            if sheet.height and sheet.width
        ]
    except (calamine.CalamineError, calamine.ZipError, OSError, ValueError) as error:
        raise Unreadable from error
    if parts and len(shown) > MOST_SHEETS:
        parts.append({"kind": "more_sheets", "count": len(shown) - MOST_SHEETS})
    return parts


def of_text(data: bytes) -> list[dict]:
    """Raises Unreadable."""
    try:
        rows = [cells for _line, cells in delimited.rows(encodings.decode(data).text)]
    except bounds.Unreadable as error:
        raise Unreadable from error
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    width = max(map(len, rows), default=0)
    return [_part("", rows, len(rows), width)] if rows else []


def _part(name: str, rows: Iterable[Sequence[object]], height: int, width: int) -> dict:
    texts = [[_text(cell) for cell in row[:MOST_COLUMNS]] for row in rows]
    texts = texts[:MOST_ROWS]
    return {
        "kind": "table",
        "name": name[:LONGEST_NAME],
        "rows": texts,
        "more_rows": max(0, height - len(texts)),
        "more_columns": max(0, width - MOST_COLUMNS),
    }


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else f"{cell:.10g}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    if isinstance(cell, (date, time, timedelta)):
        return str(cell)
    return str(cell).replace("\0", "")[:LONGEST_CELL]
