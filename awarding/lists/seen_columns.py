"""The columns of an uploaded table, with what their cells show of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as made
from itertools import islice
from typing import Any

from awarding.lists import value_kinds
from awarding.models import ColumnField
from openbadges import text
from spreadsheets.dates import is_ambiguous
from spreadsheets.file_formats import Line

# A person can answer for so many values of a column.
MOST_VALUES = 40
# More different numbers than these are compared with a least one.
FEW_VALUES = 5
# So many filled cells show what a column is about.
MOST_JUDGED = 2000
SAMPLES = 3
LONGEST_SAMPLE = 120
LONGEST_HEADING = 80


class Asked:
    """Why a column is asked about. The words are in the templates."""

    DECIDES = "decides"
    NO_DAY = "no_day"
    UNFIT = "unfit"
    DOUBTFUL = "doubtful"
    SECOND = "second"
    BY_VALUES = "by_values"
    BADGE = "badge"
    PUBLIC = "public"
    IDS = "ids"
    HIDDEN = "hidden"
    ORDER = "order"


class DayOrder:
    """How the numbers of 03/04/2026 are meant."""

    MONTH_FIRST = "month"
    DAY_FIRST = "day"


@dataclass
class Column:
    """One column: saved as JSON with the upload."""

    heading: str
    field: str = ColumnField.IGNORED
    samples: list[str] = made(default_factory=list)
    # [value as first written, key, how often]; the key of empty cells is "".
    values: list[list[Any]] = made(default_factory=list)
    has_more_values: bool = False
    filled: int = 0
    blank: int = 0
    asked: str = ""
    remembered: str = ""
    last_name_first: bool = False
    is_hidden: bool = False
    # The values of cells that hold several: “One; Two”.
    pieces: list[list[Any]] = made(default_factory=list)
    # A date that can be read in two ways, and how a person said that it is meant.
    ambiguous: str = ""
    day_order: str = ""
    # The keys of the values that get the badge; None if the column decides nothing.
    chosen: list[str] | None = None
    # The number from which on a value gets the badge, as it was typed.
    at_least: str | None = None
    has_numbers: bool = False
    # Filled cells by which it is judged. They are not saved.
    judged: list[str] = made(default_factory=list, repr=False)

    def as_json(self) -> dict[str, Any]:
        saved = asdict(self)
        del saved["judged"]
        return {**saved, "field": str(self.field)}


def summary(index: int, heading: str, lines: Sequence[Line]) -> Column:
    column = Column(heading)
    spelled: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for _line, cells in lines:
        value = cells[index] if index < len(cells) else ""
        key = value_kinds.key_of(value)
        if key:
            column.filled += 1
            if len(column.samples) < SAMPLES and (sample := _sample(value)) not in column.samples:
                column.samples.append(sample)
        else:
            column.blank += 1
        if key in counts or len(counts) <= MOST_VALUES:
            counts[key] += 1
            spelled.setdefault(key, _sample(value))
        else:
            column.has_more_values = True
    if not column.has_more_values:
        column.values = [[spelled[key], key, count] for key, count in counts.most_common()]
        column.pieces = _pieces(column.values)
    column.judged = _filled(index, lines)
    column.ambiguous = next((_sample(v) for v in column.judged if is_ambiguous(v)), "")
    numbers = sum(map(value_kinds.is_number, column.judged))
    column.has_numbers = numbers * 2 > len(column.judged) and len(counts) > FEW_VALUES
    in_order = sum(value_kinds.first_name_first(value) is not None for value in column.judged)
    column.last_name_first = in_order * 2 > len(column.judged)
    return column


def _pieces(values: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The values in cells that hold several, each with how often it is there; else nothing."""
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for value, _key, count in values:
        for piece in value_kinds.pieces_of(value) or [""]:
            key = value_kinds.key_of(piece)
            counts[key] += count
            spelled.setdefault(key, piece)
    is_divided = any(len(value_kinds.pieces_of(value)) > 1 for value, _key, _count in values)
    if not is_divided or len(counts) > MOST_VALUES:
        return []
    return [[spelled[key], key, count] for key, count in counts.most_common()]


def _sample(value: str) -> str:
    """Short, and without characters that the database refuses."""
    return text.clean(value[:LONGEST_SAMPLE])


def _filled(index: int, lines: Sequence[Line]) -> list[str]:
    found = (cells[index] for _line, cells in lines if index < len(cells) and cells[index].strip())
    return list(islice(found, MOST_JUDGED))
