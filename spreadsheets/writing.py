"""Tables that people take away: CSV that every spreadsheet opens and none of which it runs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from spreadsheets.reading import BYTE_ORDER_MARK

# A cell that begins with one of these is run as a formula by spreadsheets.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_lines(table: Iterable[Iterable[object]]) -> Iterator[str]:
    """A table as lines of CSV that every spreadsheet opens, and none of which it runs."""
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK
    for row in table:
        yield writer.writerow([harmless("" if cell is None else str(cell)) for cell in row])


def harmless(cell: str) -> str:
    """The apostrophe tells a spreadsheet that what follows is words, whoever wrote them."""
    return f"'{cell}" if cell.startswith(STARTS_A_FORMULA) else cell


class _Echo:
    """Hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line
