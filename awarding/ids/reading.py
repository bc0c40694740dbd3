"""Parse a list of IDs: an ID, an address and perhaps a name in each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

from django.utils.translation import gettext as _

from awarding.lists import value_kinds
from awarding.lists.columns import (
    ListReader,
    ParsedRow,
    column_indexes,
    fields_by_heading,
    normalized_heading,
)
from awarding.models import PersonId
from openbadges import text
from spreadsheets.file_formats import Unreadable
from spreadsheets.words import has_address

LONGEST_ID = 60
# The headings of IDs, in tables of test results as well.
STUDENT_IDS = """
    student id, student number, student no, student id number, local student id, local id, ssid,
    statewide student identifier, state student id, learner id, participant id, client id,
    id del estudiante, id de estudiante, numero de estudiante, matricula
"""
STAFF_IDS = """
    staff id, employee id, employee number, employee no, emp id, teacher id, personnel number,
    educator id, seid, id de empleado, numero de empleado
"""
OTHER_IDS = "id, id number, person id, user id, identificador, numero de identificacion"
ALL_IDS = ",".join([STUDENT_IDS, STAFF_IDS, OTHER_IDS])
_KINDS = {
    " ".join(heading.split()): kind
    for kind, headings in (
        (PersonId.Kind.STUDENT, STUDENT_IDS), (PersonId.Kind.STAFF, STAFF_IDS),
    )
    for heading in headings.split(",")
}  # fmt: skip


@dataclass
class IdRow(ParsedRow):
    identifier: str = ""
    kind: str = PersonId.Kind.STUDENT


class IdReader(ListReader):
    fields: ClassVar[dict[str, str]] = fields_by_heading(
        {"identifier": f"{ALL_IDS}, identifier", "name": "student, estudiante, alumno, alumna"}
    )
    kind: str = PersonId.Kind.STUDENT

    def rows(self) -> Iterator[IdRow]:
        headings = self._find_headings()
        if headings:
            indexes = column_indexes(headings, self.fields)
            heading = normalized_heading(headings[indexes["identifier"]])
            self.kind = _KINDS.get(heading, PersonId.Kind.OTHER)
        else:
            indexes = self._columns_of_the_first_row()
        yield from (self._parse(line, cells, indexes) for line, cells in self.lines)

    def is_heading_row(self, indexes: Mapping[str, int]) -> bool:
        return indexes.keys() >= {"email", "identifier"}

    def _columns_of_the_first_row(self) -> dict[str, int]:
        """Without headings: the address, an ID with a digit, and what else there is, the name."""
        first = next(self.lines, None)
        cells = first[1] if first else []
        emails = [index for index, cell in enumerate(cells) if has_address(cell)]
        ids = [
            index
            for index, cell in enumerate(cells)
            if any(letter.isdigit() for letter in cell) and "@" not in cell
        ]
        if first is None or len(emails) != 1 or len(ids) != 1 or len(cells) > 3:
            raise Unreadable(
                _("No row names the columns we need: “ID” and “Email”. “Name” can be next to them.")
            )
        self.lines = chain([first], self.lines)
        indexes = {"email": emails[0], "identifier": ids[0]}
        if others := set(range(len(cells))) - set(indexes.values()):
            indexes["name"] = others.pop()
        return indexes

    def _parse(self, line: int, cells: list[str], indexes: dict[str, int]) -> IdRow:
        row = super()._parse(line, cells, indexes)
        index = indexes["identifier"]
        words = " ".join(cells[index].split()) if index < len(cells) else ""
        name = value_kinds.first_name_first(row.name) or row.name
        return IdRow(**{**vars(row), "name": name}, identifier=words, kind=self.kind)


def problem_of(row: IdRow) -> str:
    """Why the row can't be kept, in a sentence; empty if it can."""
    if not row.identifier:
        return _("There is no ID.")
    if len(row.identifier) > LONGEST_ID or text.has_unwritable_characters(row.identifier):
        return _("An ID has at most %(most)s letters and numbers.") % {"most": LONGEST_ID}
    return ""
