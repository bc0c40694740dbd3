"""What the columns of a file with test results mean, by headings, values and earlier answers.

A person is asked if the columns that results need are not known, if values don't fit their heading,
or if the file can be read in another way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from itertools import islice

from django.utils.translation import gettext as _

from awarding.lists import headings, value_kinds
from awarding.lists.columns import MAX_ROWS_BEFORE_HEADINGS
from awarding.lists.reading import ReadTable, table_in
from awarding.lists.seen_columns import LONGEST_HEADING, LONGEST_SAMPLE, SAMPLES
from awarding.models import ColumnField, ScoreField
from awarding.scores.columns import ScoreReader, known_columns
from awarding.scores.values import is_absent, parse_score
from openbadges import text
from spreadsheets.dates import is_ambiguous, parse_date
from spreadsheets.file_formats import Choice, Line, Unreadable

PEOPLE = frozenset({ScoreField.EMAIL, ScoreField.ID})
RESULTS = frozenset({ScoreField.POST, ScoreField.PERCENT, ScoreField.LEVEL})
_SCORES = frozenset({ScoreField.PRE, ScoreField.POST, ScoreField.PERCENT, ScoreField.MOST})
MOST_JUDGED = 2000


@dataclass
class ScoreColumn:
    heading: str
    field: str = ScoreField.IGNORED
    samples: list[str] = made(default_factory=list)
    ambiguous: str = ""
    by_values: bool = False  # taken by its values, not by its heading
    is_unfit: bool = False  # its values are not what its heading says
    was: str = ""  # what a person said the last time


@dataclass(frozen=True)
class ReadScores(ReadTable):
    """A table of test results."""

    lines: Sequence[Line]
    columns: Sequence[ScoreColumn]
    headings_line: int
    days_first: bool  # some date can only be read with the day first

    @property
    def has_questions(self) -> bool:
        fields = {column.field for column in self.columns}
        is_known = not PEOPLE.isdisjoint(fields) and not RESULTS.isdisjoint(fields)
        is_doubtful = any(column.is_unfit or column.by_values for column in self.columns)
        return not is_known or is_doubtful or bool(self.ambiguous) or self.is_in_doubt

    @property
    def ambiguous(self) -> str:
        """A date that can be read in two ways, where another one has the day first."""
        if not self.days_first:
            return ""
        return next((c.ambiguous for c in self.columns if c.field == ScoreField.DAY), "")


def read(
    content: bytes,
    *,
    is_pasted: bool,
    choice: Choice,
    remembered: Mapping[str, str] | None = None,
) -> ReadScores:
    """Raises Unreadable."""
    table = table_in(content, is_pasted=is_pasted, choice=choice)
    lines = list(table.lines)
    if not lines:
        raise Unreadable(_("There is nothing here yet. Choose a file, or paste the results."))
    line, names = _headings(lines)
    below = [each for each in lines if each[0] > line]
    if not below:
        raise Unreadable(_("There are column names, but no results below them."))
    columns = [_seen(index, name, below) for index, name in enumerate(names)]
    _name_fields(columns, names, remembered or {})
    _check_values(columns, below)
    _find_addresses(columns, below)
    days_first = _has_day_first(columns, below)
    return ReadScores(content, is_pasted, choice, table, lines, columns, line, days_first)


def _headings(lines: Sequence[Line]) -> tuple[int, list[str]]:
    """The line of the headings, and one for each column. Without headings the line is 0."""
    found, cells = 0, []
    for number, row in islice(lines, MAX_ROWS_BEFORE_HEADINGS):
        if ScoreReader(iter(())).is_heading_row(known_columns(row)):
            found, cells = number, row
            break
        if any("@" in cell for cell in row) or any(parse_score(cell) for cell in row):
            break
        if sum(map(bool, row)) > 1 and len(row) > len(cells):
            found, cells = number, row
    width = max(len(row) for number, row in lines if number >= found)
    given = [text.clean(cell[:LONGEST_HEADING]) for cell in cells]
    given += [""] * (width - len(given))
    return found, [name or _("Column %s") % (index + 1) for index, name in enumerate(given)]


def _seen(index: int, heading: str, lines: Sequence[Line]) -> ScoreColumn:
    column = ScoreColumn(heading)
    for cell in _filled(index, lines):
        sample = text.clean(cell[:LONGEST_SAMPLE])
        if len(column.samples) < SAMPLES and sample not in column.samples:
            column.samples.append(sample)
        if not column.ambiguous and is_ambiguous(cell):
            column.ambiguous = sample
    return column


def _filled(index: int, lines: Sequence[Line]) -> list[str]:
    cells = (row[index] for _line, row in lines if index < len(row) and row[index])
    return list(islice(cells, MOST_JUDGED))


def _name_fields(
    columns: Sequence[ScoreColumn], names: Sequence[str], remembered: Mapping[str, str]
) -> None:
    for name, index in known_columns(list(names)).items():
        if name in ScoreField:
            columns[index].field = name
    for column in columns:
        known = remembered.get(headings.remembered_as(column.heading), "")
        if known in ScoreField:
            column.was = column.field = known
    taken: set[str] = set()
    for column in columns:
        if column.field in taken:
            column.field = ScoreField.IGNORED
        elif column.field != ScoreField.IGNORED:
            taken.add(column.field)


def _check_values(columns: Sequence[ScoreColumn], lines: Sequence[Line]) -> None:
    """A column whose values don't fit its field is not that field."""
    for index, column in enumerate(columns):
        cells = _filled(index, lines)
        fitting = sum(_fits(cell, column.field) for cell in cells)
        if cells and fitting * 2 < len(cells):
            column.field, column.is_unfit = ScoreField.IGNORED, True


def _fits(cell: str, means: str) -> bool:
    if means == ScoreField.EMAIL:
        return value_kinds.fits(cell, ColumnField.EMAIL)
    if means in _SCORES:
        return parse_score(cell) is not None or is_absent(cell)
    if means == ScoreField.DAY:
        return parse_date(cell)[0] is not None
    return True


def _find_addresses(columns: Sequence[ScoreColumn], lines: Sequence[Line]) -> None:
    """Without a column that says who it is, the one with addresses; a person is asked."""
    if any(column.field in PEOPLE for column in columns):
        return
    for index, column in enumerate(columns):
        cells = _filled(index, lines)
        fitting = sum(_fits(cell, ScoreField.EMAIL) for cell in cells)
        if column.field == ScoreField.IGNORED and cells and fitting * 2 > len(cells):
            column.field, column.is_unfit = ScoreField.EMAIL, False
            column.by_values = True
            return


def _has_day_first(columns: Sequence[ScoreColumn], lines: Sequence[Line]) -> bool:
    for index, column in enumerate(columns):
        if column.field == ScoreField.DAY:
            return headings.is_in_spanish(column.heading) or any(
                parse_date(cell)[1] for cell in _filled(index, lines)
            )
    return False
