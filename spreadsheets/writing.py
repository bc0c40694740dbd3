"""Writes CSV exports that every spreadsheet opens and whose cells are never run as formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from spreadsheets import formulas
from spreadsheets.file_formats import BYTE_ORDER_MARK


def csv_lines(table: Iterable[Iterable[object]]) -> Iterator[str]:
    """The lines of a CSV file, with a byte order mark and with formulas escaped."""
    writer = csv.writer(_EchoWriter())
    yield BYTE_ORDER_MARK
    for row in table:
        yield writer.writerow([formulas.escape("" if cell is None else str(cell)) for cell in row])


class _EchoWriter:
    """A file-like object whose `write` returns the line instead of storing it."""

    def write(self, line: str) -> str:
        return line
