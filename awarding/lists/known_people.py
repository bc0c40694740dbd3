"""People of a list without an address, found by an ID that the agency keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Lower

from accounts.models import Agency
from awarding.models import ColumnField, PersonId
from awarding.states import RowProblem
from spreadsheets.file_formats import Line

# As long as an ID can be.
LONGEST_ID = 60
IDS_PER_QUERY = 5000


@dataclass(frozen=True)
class KnownPerson:
    email: str = ""
    name: str = ""


def people_by_id(
    agency: Agency, columns: Sequence[Mapping[str, Any]], lines: Iterable[Line]
) -> dict[str, KnownPerson]:
    """The people of the agency whose IDs are in rows without an address."""
    emails = indexes_of(columns, ColumnField.EMAIL)
    ids = indexes_of(columns, ColumnField.ID)
    if not ids:
        return {}
    keys: set[str] = set()
    for _line, cells in lines:
        if not any(cell_at(cells, index) for index in emails):
            keys.update(map(str.lower, ids_in(cells, ids)))
    found: dict[str, KnownPerson] = {}
    for batch in _batches(sorted(keys)):
        kept = PersonId.objects.filter(agency=agency).annotate(key=Lower("identifier"))
        for each in kept.filter(key__in=batch).select_related("person"):
            found[each.identifier.lower()] = KnownPerson(each.address.lower(), each.name)
    return found


def person_with(
    ids: Sequence[str], known: Mapping[str, KnownPerson]
) -> tuple[KnownPerson | None, str]:
    """The one person whom these IDs name, or the problem of the row."""
    if not ids:
        return None, RowProblem.NO_EMAIL_OR_ID
    people = {known[key].email: known[key] for each in ids if (key := each.lower()) in known}
    if len(people) > 1:
        return None, RowProblem.IDS_DIFFER
    if not people:
        return None, RowProblem.NO_PERSON
    return next(iter(people.values())), ""


def indexes_of(columns: Sequence[Mapping[str, Any]], *fields: str) -> list[int]:
    return [index for index, column in enumerate(columns) if column["field"] in fields]


def ids_in(cells: Sequence[str], indexes: Iterable[int]) -> list[str]:
    """The IDs of a row as they are written. Longer texts are no IDs."""
    found = (" ".join(cell_at(cells, index).split()) for index in indexes)
    return [each for each in found if each and len(each) <= LONGEST_ID]


def cell_at(cells: Sequence[str], index: int) -> str:
    return cells[index].strip() if index < len(cells) else ""


def _batches(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + IDS_PER_QUERY] for start in range(0, len(keys), IDS_PER_QUERY))
