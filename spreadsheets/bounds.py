"""How large a table may be, and the refusal of a file that is no table. No Django."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sandbox.refusals import Refused
from sandbox.refusals import gettext_noop as _

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

Line = tuple[int, list[str]]


class Unreadable(Refused):
    """The file is not a readable table. The message tells the user what to do."""


def within(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, without columns that nobody needs. A line without cells is an empty row."""
    rows = cells_read = characters = 0
    for line, cells in lines:
        if line > MOST_LINES:
            raise too_many_lines(line)
        if len(cells) > MOST_COLUMNS_IN_FILE:
            raise too_many_columns(len(cells))
        cells = cells[:MOST_COLUMNS]
        if not any(cells) or not any(map(str.strip, cells)):
            yield line, []
            continue
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
