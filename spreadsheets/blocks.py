"""Finds the table of people among several in one sheet: the one that has addresses. No Django.

Another table may be below an empty row or below headings of its own, above, or beside an empty
column: a legend, a second list, a summary. A blank row between people does not end their table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from spreadsheets.bounds import Line
from spreadsheets.words import has_address, is_address, names_addresses, normalize

# What people write where an address is missing.
_NO_ADDRESS = frozenset(
    ["", "n a", "na", "none", "unknown", "no email", "missing", "pending", "tbd", "ninguno",
     "no tiene", "sin correo", "pendiente", "falta"]
)  # fmt: skip
_FACT = re.compile(r"\d[-/.]\d|@|://")


# Above the headings that a program repeats at the top of each page.
_PAGE = re.compile(r"\b(?:page|pagina|pag|p)\b ?\d|\b\d+ (?:of|de) \d+\b|\bcontinue[ds]?\b")
LONGEST_TITLE = 80


@dataclass(frozen=True)
class Found:
    """The lines of a table, how many tables there are, and those that have the same headings.

    Each of these is (what is written above it, its number of rows).
    """

    lines: list[Line]
    tables: int = 1
    alike: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class _Block:
    """Rows that belong together. `headings` is the first row, if it names a column of addresses."""

    lines: list[Line] = field(default_factory=list)
    headings: tuple[str, ...] = ()
    title: str = ""
    addresses: Counter[int] = field(default_factory=Counter)  # how many are in each column
    width: int = 0

    def add(self, line: Line) -> None:
        self.lines.append(line)
        self.width = max(self.width, len(line[1]))
        self.addresses.update(i for i, cell in enumerate(line[1]) if is_address(cell))

    def absorb(self, other: _Block) -> None:
        self.lines += other.lines
        self.addresses += other.addresses
        self.width = max(self.width, other.width)
        self.headings = self.headings or other.headings

    @property
    def has_columns(self) -> bool:
        return any(sum(map(bool, cells)) > 1 for _number, cells in self.lines)


def main_table(lines: Sequence[Line], *, with_alike: bool = False) -> Found:
    """The table that has addresses; with `with_alike`, those with the same headings are part of it.

    The lines include empty rows, without cells, which are left out. A row that repeats the
    headings, as at the top of a page, is no row of the table; below a title of its own it begins
    another table, such as that of the people who did not finish.
    """
    tables = _tables(_blocks(lines))
    if not any(table.addresses for table in tables):
        return Found([line for line in lines if line[1]])
    main = max(tables, key=lambda table: (table.addresses.total(), bool(table.headings)))
    if main.headings:
        # Of lists that look alike, the first: those who did not finish are further below.
        main = next(t for t in tables if t.headings == main.headings and t.addresses)
    place = tables.index(main)
    above, below = tables[:place], tables[place + 1 :]
    if above and not main.headings:
        # Headings in other words than ours may be in what is above.
        main.lines = above.pop().lines + main.lines
    others = [table for table in above if table.has_columns] + below  # the others are titles
    same = [table for table in others if main.headings and table.headings == main.headings]
    if with_alike:
        main.lines = main.lines + [line for table in same for line in table.lines[1:]]
        main.lines.sort(key=lambda line: line[0])
        heading = next(line for line in main.lines if _compared(line[1]) == main.headings)
        main.lines.remove(heading)
        main.lines.insert(0, heading)
    found, beside = _without_tables_beside(main)
    alike = [(table.title[:LONGEST_TITLE], len(table.lines) - 1) for table in same]
    return Found(found, 1 + sum(len(table.lines) > 1 for table in others) + beside, alike)


def _blocks(lines: Sequence[Line]) -> list[_Block]:
    """Divide the rows at empty ones and at headings."""
    blocks = [_Block()]
    known: tuple[str, ...] = ()  # the headings above
    titles: set[tuple[str, ...]] = set()
    after_gap = False
    for line in lines:
        cells = line[1]
        if not cells:
            after_gap = True
            continue
        row = _compared(cells)
        title = _title_above(blocks[-1], known, titles) if row == known and row else None
        if row and known and not title and (row == known or (after_gap and row in titles)):
            continue  # repeated at the top of a page; what follows belongs to what is above
        is_heading = _is_heading(cells)
        if is_heading or (after_gap and blocks[-1].lines):
            blocks.append(_Block())
        if is_heading:
            known = blocks[-1].headings = row
            blocks[-1].title = title or ""
        elif row and not known:
            titles.add(row)
        blocks[-1].add(line)
        after_gap = False
    return blocks


def _title_above(block: _Block, known: tuple[str, ...], titles: set[tuple[str, ...]]) -> str | None:
    """Takes the title of another list, just above repeated headings, out of the block."""
    if len(block.lines) < 1 or not known:
        return None
    _number, cells = block.lines[-1]
    filled = [cell for cell in cells if cell]
    compared = _compared(cells)
    if len(filled) != 1 or len(known) < 2 or not compared or compared in titles:
        return None
    if _PAGE.search(normalize(filled[0])):
        return None
    block.lines.pop()
    return filled[0]


def _compared(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells, for comparing headings and titles; nothing for a row with an address."""
    if any(map(has_address, cells)):
        return ()
    return tuple(normalize(cell).replace("e mail", "email") for cell in cells)


def _is_heading(cells: Sequence[str]) -> bool:
    return any(map(names_addresses, cells)) and not any(map(has_address, cells))


def _tables(blocks: Sequence[_Block]) -> list[_Block]:
    """Join the blocks that only a blank row divides."""
    tables: list[_Block] = []
    for block in blocks:
        if tables and not block.headings and _continues(tables[-1], block):
            tables[-1].absorb(block)
        else:
            tables.append(block)
    return tables


def _continues(table: _Block, block: _Block) -> bool:
    rows = [cells for _number, cells in block.lines]
    if not table.addresses:
        # Headings above a blank row, or a title. A first row without an address may be headings.
        return bool(table.headings) or not block.addresses
    column = table.addresses.most_common(1)[0][0]
    if block.addresses:
        has_headings = len(rows) > 1 and not any(map(has_address, rows[0]))
        return column in block.addresses or not has_headings
    if len(rows) == 1:
        return True  # said to be a row with a mistake, rather than left out
    if all(sum(map(bool, cells)) == 1 for cells in rows):
        return table.width == 1
    # People without an address, but not “A: Absent” where addresses should be.
    return all(_may_be_no_address(cells[column]) for cells in rows if len(cells) > column)


def _may_be_no_address(cell: str) -> bool:
    return normalize(cell) in _NO_ADDRESS or (" " not in cell and ("." in cell or "@" in cell))


def _without_tables_beside(table: _Block) -> tuple[list[Line], int]:
    """Empty the cells of tables beside the one with addresses, and count these."""
    rows = [cells for _number, cells in table.lines]
    groups = _groups_of_columns(rows)
    if len(groups) < 2:
        return table.lines, 0
    main = max(groups, key=lambda group: sum(table.addresses[column] for column in group))
    beside = [group for group in groups if group is not main and _is_apart(rows, main, group)]
    if not beside:
        return table.lines, 0
    left_out = {column for group in beside for column in group}
    found = []
    for number, cells in table.lines:
        kept = ["" if column in left_out else cell for column, cell in enumerate(cells)]
        while kept and not kept[-1]:
            kept.pop()
        if kept:
            found.append((number, kept))
    return found, len(beside)


def _groups_of_columns(rows: Sequence[Sequence[str]]) -> list[range]:
    """Columns next to each other, between empty ones."""
    used = {column for cells in rows for column, cell in enumerate(cells) if cell}
    starts = sorted(column for column in used if column - 1 not in used)
    ends = sorted(column + 1 for column in used if column + 1 not in used)
    return [range(start, end) for start, end in zip(starts, ends, strict=True)]


def _is_apart(rows: Sequence[Sequence[str]], main: range, group: range) -> bool:
    """Whether the columns of the group say nothing about the people in the main ones.

    It does not if it goes on where there are no people, has addresses under headings of its own,
    or ends early and lists different things that are no dates, links or addresses.
    """
    pieces = [cells[group.start : group.stop] for cells in rows]
    has_people = [any(cells[main.start : main.stop]) for cells in rows]
    filled = [any(piece) for piece in pieces]
    if any(full and not person for full, person in zip(filled, has_people, strict=True)):
        return True
    if any(map(_is_heading, pieces)) and any(_is_heading(cells[main.start :]) for cells in rows):
        texts = [normalize(" ".join(cells[main.start : main.stop])) for cells in rows[:10]]
        return any(normalize(" ".join(piece)) in texts for piece in pieces[:10] if any(piece))
    last = max(row for row, full in enumerate(filled) if full)
    first = [piece[0] for piece in pieces[: last + 1] if any(piece)]
    return (
        len(first) > 2
        and last < len(rows) - 1
        and all(filled[filled.index(True) : last + 1])
        and len(set(first)) == len(first)
        and not any(_FACT.search(cell) for piece in pieces for cell in piece)
    )
