"""What the columns of an uploaded table mean, judged by headings, values and earlier answers.

A heading only proposes: a column whose values don't fit its field is not that field. What is in
doubt, and what looks as if it decides who gets the badge, is `asked`: a person answers before
anything is awarded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as made
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from awarding.lists import headings, value_kinds
from awarding.lists.columns import (
    MAX_ROWS_BEFORE_HEADINGS,
    ListReader,
    address_and_name,
    column_indexes,
    is_addresses_only,
)
from awarding.models import ColumnField
from openbadges import text
from spreadsheets.file_formats import Line, Unreadable

# A person can answer for so many values of a column.
MOST_VALUES = 40
# More different numbers than these are compared with a least one.
FEW_VALUES = 5
# So many filled cells show what a column is about.
MOST_JUDGED = 2000
SAMPLES = 3
LONGEST_SAMPLE = 120
LONGEST_HEADING = 80
# Shares of the filled cells. Between the two, a person is asked.
FITTING, HARDLY_FITTING = 0.8, 0.3
_MOSTLY = {ColumnField.DAY, ColumnField.EXPIRES}
# A list can have more than one column of these.
_SEVERAL = {ColumnField.ID, ColumnField.EVIDENCE, ColumnField.PUBLIC_LINK}


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


@dataclass
class Layout:
    """The table below its headings. `columns` is empty for a list of nothing but addresses."""

    headings: list[str]
    lines: list[Line]
    has_headings: bool = True


def lay_out(lines: Sequence[Line]) -> Layout:
    """Find the row of headings, or name the columns. Raises Unreadable without any address."""
    if not lines:
        raise Unreadable(_("There is nothing here yet. Paste or choose a list of people."))
    before = []
    for number, (_line, cells) in enumerate(islice(lines, MAX_ROWS_BEFORE_HEADINGS)):
        has_address = any("@" in cell for cell in cells)
        if not has_address and _is_heading_row(cells):
            return _with_headings(cells, lines[number + 1 :])
        if has_address:
            break
        before.append((number, cells))
    if not any("@" in cell for _line, cells in lines for cell in cells):
        raise Unreadable(
            _(
                "No row names a column of email addresses. Write “Email” above them; “Name”, "
                "“Date”, and “Text” can be next to it."
            )
        )
    wide = [(number, cells) for number, cells in before if sum(map(bool, cells)) > 1]
    if wide:
        number, cells = wide[-1]
        return _with_headings(cells, lines[number + 1 :])
    if is_addresses_only(lines[0][1]):
        return Layout([], list(lines))
    width = max(len(cells) for _line, cells in lines)
    names = [_("Column %s") % number for number in range(1, width + 1)]
    return Layout(names, list(lines), has_headings=False)


def _is_heading_row(cells: list[str]) -> bool:
    if "email" in column_indexes(cells, ListReader.fields):
        return True
    named = {headings.field_named(cell)[0] for cell in cells if cell}
    return not {ColumnField.EMAIL, ColumnField.ID}.isdisjoint(named)


def _with_headings(cells: list[str], lines: Sequence[Line]) -> Layout:
    if not lines:
        raise Unreadable(_("There are column names, but no people below them."))
    width = max([len(cells), *(len(row) for _line, row in lines)])
    names = [
        text.clean(cells[index][:LONGEST_HEADING] if index < len(cells) else "")
        or _("Column %s") % (index + 1)
        for index in range(width)
    ]
    return Layout(names, list(lines))


def understand(layout: Layout, *, remembered: Mapping[str, str]) -> list[Column]:
    """The columns with their fields. `remembered` has fields by `headings.remembered_as`."""
    if not layout.headings:
        return []
    columns = [_summary(index, name, layout.lines) for index, name in enumerate(layout.headings)]
    if not layout.has_headings and (found := address_and_name(layout.lines[0][1])):
        for name, index in found.items():
            columns[index].field = ColumnField(name)
        return columns
    _name_fields(columns, remembered)
    _find_addresses(columns)
    _ask_whose_ids(columns)
    for column in columns:
        _ask_who_gets_the_badge(column)
    return columns


def _summary(index: int, heading: str, lines: Sequence[Line]) -> Column:
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
    column.judged = _filled(index, lines)
    numbers = sum(map(value_kinds.is_number, column.judged))
    column.has_numbers = numbers * 2 > len(column.judged) and len(counts) > FEW_VALUES
    in_order = sum(value_kinds.first_name_first(value) is not None for value in column.judged)
    column.last_name_first = in_order * 2 > len(column.judged)
    return column


def _sample(value: str) -> str:
    """Short, and without characters that the database refuses."""
    return text.clean(value[:LONGEST_SAMPLE])


def _filled(index: int, lines: Sequence[Line]) -> list[str]:
    found = (cells[index] for _line, cells in lines if index < len(cells) and cells[index].strip())
    return list(islice(found, MOST_JUDGED))


def _share(column: Column, kind: ColumnField) -> float:
    """The share of filled cells that can be of this field."""
    fitting = sum(value_kinds.fits(value, kind) for value in column.judged)
    return fitting / len(column.judged) if column.judged else 1.0


def _name_fields(columns: list[Column], remembered: Mapping[str, str]) -> None:
    """Give each column the field that its heading names or a person once chose, if it fits."""
    proposals = []
    for order, column in enumerate(columns):
        known = remembered.get(headings.remembered_as(column.heading))
        named, distance = headings.field_named(column.heading)
        if known:
            proposals.append((-1, order, column, ColumnField(known), named))
        elif named:
            proposals.append((distance, order, column, named, named))
    taken: set[str] = set()
    for distance, _order, column, proposed, named in sorted(proposals, key=lambda one: one[:2]):
        column.remembered = str(proposed) if distance < 0 else ""
        if proposed in {ColumnField.IGNORED, ColumnField.DECIDES}:
            continue
        if _is_yes_or_no(column) or (asked := _misfit(column, proposed)) == Asked.UNFIT:
            # The values decide what it is, or whether somebody is asked.
            if not _is_yes_or_no(column) and not headings.looks_deciding(column.heading):
                column.asked = Asked.UNFIT
            continue
        if proposed in taken and proposed not in _SEVERAL:
            if proposed == ColumnField.EMAIL:
                column.asked = Asked.SECOND
            continue
        taken.add(proposed)
        column.field, column.asked = proposed, asked
        if proposed == ColumnField.BADGE:
            column.asked = Asked.BADGE
        if proposed == ColumnField.NARRATIVE and named != ColumnField.NARRATIVE:
            column.asked = Asked.PUBLIC
        if proposed == ColumnField.PUBLIC_LINK:
            column.asked = Asked.PUBLIC
    # Without a column of last names, "Nombre" is the full name.
    if ColumnField.LAST_NAME not in taken and ColumnField.NAME not in taken:
        for column in columns:
            if column.field == ColumnField.FIRST_NAME:
                column.field = ColumnField.NAME


def _misfit(column: Column, proposed: ColumnField) -> str:
    """Why the values may not be of this field; "" if they are."""
    share = _share(column, proposed)
    if proposed == ColumnField.BADGE:
        return Asked.UNFIT if column.has_more_values else ""
    # Some wrong addresses and names are normal, and noted row by row.
    enough = FITTING if proposed in _MOSTLY else 0.5
    hardly = HARDLY_FITTING if proposed in _MOSTLY else 0.01
    if share >= enough:
        return ""
    return Asked.DOUBTFUL if share >= hardly else Asked.UNFIT


def _find_addresses(columns: list[Column]) -> None:
    """Without a fitting column that is named so, take the one with the most addresses."""
    if any(column.field == ColumnField.EMAIL for column in columns):
        return
    shares = [(_share(column, ColumnField.EMAIL) * bool(column.filled)) for column in columns]
    best = columns[shares.index(max(shares))]
    if max(shares) > 0:
        best.field, best.asked = ColumnField.EMAIL, Asked.BY_VALUES
        return
    # Its rows each say what is wrong with the address.
    for column in columns:
        if headings.field_named(column.heading)[0] == ColumnField.EMAIL:
            column.field, column.asked = ColumnField.EMAIL, ""
            return


def _ask_whose_ids(columns: list[Column]) -> None:
    """An “ID” may number the rows of a form, so nobody is found by it unasked."""
    emails = [column for column in columns if column.field == ColumnField.EMAIL]
    if emails and not emails[0].blank:
        return
    for column in columns:
        if column.field != ColumnField.ID or column.remembered == ColumnField.ID:
            continue
        if not headings.says_whose_id(column.heading):
            column.asked = column.asked or Asked.IDS


def _ask_who_gets_the_badge(column: Column) -> None:
    if column.field == ColumnField.DAY:
        if column.blank and column.filled and headings.says_when_finished(column.heading):
            column.asked = column.asked or Asked.NO_DAY
        return
    if column.field != ColumnField.IGNORED:
        return
    decided = column.remembered == ColumnField.DECIDES
    if headings.is_note_or_mark(column.heading):
        decided |= bool(column.judged) and all(map(value_kinds.is_number, column.judged))
    if decided or headings.looks_deciding(column.heading) or _separates_people(column):
        column.field, column.asked = ColumnField.DECIDES, Asked.DECIDES


def _is_yes_or_no(column: Column) -> bool:
    filled = [key for _value, key, _count in column.values if key]
    return bool(filled) and all(map(value_kinds.says_yes_or_no, filled))


def _separates_people(column: Column) -> bool:
    """Whether its values are yes and no, and not yes for everybody."""
    if not _is_yes_or_no(column):
        return False
    return any(not key or not value_kinds.says_yes(key) for _value, key, _count in column.values)
