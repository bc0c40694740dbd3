"""Parse the rows of an uploaded table by what its columns were said to mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any

from accounts.models import Agency
from awarding.lists import evidence_links, value_kinds
from awarding.lists.columns import LONGEST_SAVED, ListReader, ParsedRow
from awarding.lists.known_people import (
    KnownPerson,
    cell_at,
    ids_in,
    indexes_of,
    people_by_id,
    person_with,
)
from awarding.lists.seen_columns import DayOrder
from awarding.lists.understanding import Layout
from awarding.models import ColumnField
from awarding.states import RowProblem
from openbadges import text

# A key of a column of days: whether there is one.
HAS_DAY, NO_DAY = "*", ""


@dataclass
class AssignedRow:
    parsed: ParsedRow
    badges: Sequence[str] = ()  # the keys of its values in the badge column


@dataclass
class AssignedReader(ListReader):
    """Iterate over `assigned_rows()` once. `assigned` are the columns as saved with the upload.

    The keys of `people` are IDs in lower case.
    """

    assigned: Sequence[dict[str, Any]] = field(default_factory=list)
    people: Mapping[str, KnownPerson] = field(default_factory=dict)

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
            if name != ColumnField.IGNORED
        })  # fmt: skip
        for name in (ColumnField.DAY, ColumnField.EXPIRES):
            if name in indexes and (order := self.assigned[indexes[name]].get("day_order")):
                self.order_known.add(name)
                if order == DayOrder.DAY_FIRST:
                    self.day_first.add(name)
        self._compare_days(indexes)
        deciding = [
            (index, column)
            for index, column in enumerate(self.assigned)
            if column["chosen"] is not None or column["at_least"]
        ]
        names = {
            index: column["last_name_first"]
            for index, column in enumerate(self.assigned)
            if column["field"] == ColumnField.NAME
        }
        badge = indexes.get(ColumnField.BADGE)
        for line, cells in self.lines:
            for index, is_turned in names.items():
                if index < len(cells) and (
                    is_turned or value_kinds.is_surely_last_name_first(cells[index])
                ):
                    cells[index] = value_kinds.first_name_first(cells[index]) or cells[index]
            row = self._parse(line, cells, indexes)
            self._add_evidence(row, cells)
            if not all(_is_chosen(cells, index, column) for index, column in deciding):
                row.problem = RowProblem.NOT_CHOSEN
            yield AssignedRow(row, () if badge is None else self._badges(cells, badge))

    def _badges(self, cells: Sequence[str], index: int) -> Sequence[str]:
        """The keys of the badges that the row names, each once."""
        if not self.assigned[index].get("pieces"):
            return [_key(cells, index, "")]
        pieces = value_kinds.pieces_of(cell_at(cells, index)) or [""]
        return list(dict.fromkeys(map(value_kinds.key_of, pieces)))

    def _parse(self, line: int, cells: list[str], indexes: dict[str, int]) -> ParsedRow:
        """Without an address, the row is of the person whom its ID names."""
        ids = ids_in(cells, indexes_of(self.assigned, ColumnField.ID))
        email = indexes.get(ColumnField.EMAIL)
        is_found = email is not None and bool(cell_at(cells, email))
        person, problem = (None, "") if is_found else person_with(ids, self.people)
        if person:
            # A row ends with its last cell that is not empty.
            cells = [*cells, *[""] * (len(self.assigned) - len(cells)), person.email]
            indexes = {**indexes, ColumnField.EMAIL: len(cells) - 1}
        row = super()._parse(line, cells, indexes)
        if person and not row.name:
            row.name = person.name
        if row.problem == RowProblem.NO_EMAIL and self._has_ids:
            row.problem = problem
        row.ids_given = text.clean(" ".join(ids))
        return row

    @property
    def _has_ids(self) -> bool:
        return bool(indexes_of(self.assigned, ColumnField.ID))

    def _add_evidence(self, row: ParsedRow, cells: Sequence[str]) -> None:
        given: list[str] = []
        shown: dict[str, bool] = {}
        problem = ""
        for index in indexes_of(self.assigned, ColumnField.EVIDENCE, ColumnField.PUBLIC_LINK):
            is_public = self.assigned[index]["field"] == ColumnField.PUBLIC_LINK
            written = evidence_links.links_in(cell_at(cells, index))
            found, wrong = evidence_links.checked_links([*shown, *written])
            problem = problem or wrong
            given += written
            for link in found:
                shown[link] = shown.get(link, is_public)
        row.evidence_given = text.clean(" ".join(given))[:LONGEST_SAVED]
        row.evidence = list(shown.items())
        if problem and not row.problem:
            row.problem = problem


def reader_for(
    layout: Layout, columns: Sequence[dict[str, Any]], *, agency: Agency
) -> AssignedReader:
    people = people_by_id(agency, columns, layout.lines)
    return AssignedReader(chain(layout.lines), assigned=columns, people=people)


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
