"""Parse the rows of an uploaded table by what its columns were said to mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any

from awarding.lists import value_kinds
from awarding.lists.columns import ListReader, ParsedRow
from awarding.lists.understanding import Layout
from awarding.models import ColumnField
from awarding.states import RowProblem

# A key of a column of days: whether there is one.
HAS_DAY, NO_DAY = "*", ""


@dataclass
class AssignedRow:
    parsed: ParsedRow
    badge: str = ""  # the key of its value in the badge column


@dataclass
class AssignedReader(ListReader):
    """Iterate over `assigned_rows()` once. `assigned` are the columns as saved with the upload."""

    assigned: Sequence[dict[str, Any]] = field(default_factory=list)

    def assigned_rows(self) -> Iterator[AssignedRow]:
        if not self.assigned:
            first = next(self.lines)
            yield from (AssignedRow(row) for row in self._parse_addresses(first))
            return
        indexes: dict[str, int] = {}
        for index, column in enumerate(self.assigned):
            indexes.setdefault(column["field"], index)
        self._remember_columns([column["heading"] for column in self.assigned], {
            name: index for name, index in indexes.items()
            if name not in {ColumnField.IGNORED, ColumnField.ID, ColumnField.EVIDENCE}
        })  # fmt: skip
        deciding = [
            (index, column)
            for index, column in enumerate(self.assigned)
            if column["chosen"] is not None or column["at_least"]
        ]
        flipped = {
            index
            for index, column in enumerate(self.assigned)
            if column["field"] == ColumnField.NAME and column["last_name_first"]
        }
        badge = indexes.get(ColumnField.BADGE)
        for line, cells in self.lines:
            for index in flipped:
                if index < len(cells):
                    cells[index] = value_kinds.first_name_first(cells[index]) or cells[index]
            row = self._parse(line, cells, indexes)
            if not all(_is_chosen(cells, index, column) for index, column in deciding):
                row.problem = RowProblem.NOT_CHOSEN
            yield AssignedRow(row, "" if badge is None else _key(cells, badge, ""))


def reader_for(layout: Layout, columns: Sequence[dict[str, Any]]) -> AssignedReader:
    return AssignedReader(chain(layout.lines), assigned=columns)


def _is_chosen(cells: Sequence[str], index: int, column: dict[str, Any]) -> bool:
    """Whether the row gets the badge by this column."""
    if column["at_least"]:
        number = value_kinds.number_in(cells[index]) if index < len(cells) else None
        return number is not None and number >= Decimal(column["at_least"])
    return _key(cells, index, column["field"]) in column["chosen"]


def _key(cells: Sequence[str], index: int, of: str) -> str:
    key = value_kinds.key_of(cells[index]) if index < len(cells) else ""
    if of == ColumnField.DAY:
        return HAS_DAY if key else NO_DAY
    return key
