"""What the columns of an uploaded table mean, judged by headings, values and earlier answers.

A heading only proposes: a column whose values don't fit its field is not that field. What is in
doubt, and what looks as if it decides who gets the badge, is `asked`: a person answers before
anything is awarded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from awarding.lists import headings, value_kinds
from awarding.lists.columns import (
    MAX_ROWS_BEFORE_HEADINGS,
    ListReader,
    address_and_name,
    column_indexes,
    is_addresses_only,
)
from awarding.lists.seen_columns import LONGEST_HEADING, Asked, Column, DayOrder, summary
from awarding.models import ColumnField
from openbadges import text
from spreadsheets.dates import parse_date
from spreadsheets.file_formats import Line, Unreadable

# Shares of the filled cells. Between the two, a person is asked.
FITTING, HARDLY_FITTING = 0.8, 0.3
_MOSTLY = {ColumnField.DAY, ColumnField.EXPIRES}
# Only with the month first: 05/25/2026.
_IS_MONTH_FIRST = re.compile(r"(0?[1-9]|1[0-2])[-/](1[3-9]|2\d|3[01])[-/]\d")
# A list can have more than one column of these.
_SEVERAL = {ColumnField.ID, ColumnField.EVIDENCE, ColumnField.PUBLIC_LINK}


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


def understand(
    layout: Layout, *, remembered: Mapping[str, str], hidden: Collection[int] = ()
) -> list[Column]:
    """The columns with their fields. `remembered` has fields by `headings.remembered_as`.

    `hidden` are the places of columns that are hidden in the file.
    """
    if not layout.headings:
        return []
    columns = [summary(index, name, layout.lines) for index, name in enumerate(layout.headings)]
    for index in hidden:
        if index < len(columns):
            columns[index].is_hidden = True
    if not layout.has_headings and (found := address_and_name(layout.lines[0][1])):
        for name, index in found.items():
            columns[index].field = ColumnField(name)
        return columns
    _name_fields(columns, remembered)
    _find_addresses(columns)
    _ask_whose_ids(columns)
    for column in columns:
        _ask_who_gets_the_badge(column)
        if column.ambiguous and column.field in _MOSTLY:
            _suggest_order(column)
        if column.is_hidden and column.field != ColumnField.IGNORED:
            column.asked = column.asked or Asked.HIDDEN
    return columns


def _suggest_order(column: Column) -> None:
    """Which of day and month comes first, if it is not plain; and ask, unless all is usual."""
    days_first = [parse_date(value)[1] for value in column.judged]
    shown = [value for value in column.judged if _IS_MONTH_FIRST.match(value.strip())]
    if any(days_first):
        column.day_order = DayOrder.MONTH_FIRST if shown else DayOrder.DAY_FIRST
        column.asked = column.asked or Asked.ORDER
    elif not shown and headings.is_in_spanish(column.heading):
        column.day_order = DayOrder.DAY_FIRST
        column.asked = column.asked or Asked.ORDER


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
    # An empty column is not what a filled one can be.
    proposals.sort(key=lambda one: (not one[2].filled, *one[:2]))
    taken: set[str] = set()
    for distance, _order, column, proposed, named in proposals:
        column.remembered = str(proposed) if distance < 0 else ""
        if proposed in {ColumnField.IGNORED, ColumnField.DECIDES}:
            continue
        if _is_yes_or_no(column) or (asked := _misfit(column, proposed)) == Asked.UNFIT:
            # The values decide what it is, or whether somebody is asked.
            if not _is_yes_or_no(column) and not headings.looks_deciding(column.heading):
                column.asked = Asked.UNFIT
            continue
        if proposed in taken and proposed not in _SEVERAL:
            if proposed == ColumnField.EMAIL or (proposed in _MOSTLY and distance < 1):
                column.asked = Asked.SECOND * bool(column.filled)
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
        if column.blank and headings.says_when_finished(column.heading):
            column.asked = column.asked or Asked.NO_DAY
        return
    if column.field != ColumnField.IGNORED:
        return
    decided = column.remembered == ColumnField.DECIDES
    if headings.is_note_or_mark(column.heading):
        decided |= bool(column.judged) and all(map(value_kinds.is_number, column.judged))
    decided |= headings.mentions_badges(column.heading) and not _is_of_links(column)
    decided |= _says_how_far(column)
    if decided or headings.looks_deciding(column.heading) or _separates_people(column):
        column.field, column.asked = ColumnField.DECIDES, Asked.DECIDES


def _is_yes_or_no(column: Column) -> bool:
    filled = [key for _value, key, _count in column.values if key]
    return bool(filled) and all(map(value_kinds.says_yes_or_no, filled))


def _is_of_links(column: Column) -> bool:
    return not column.filled or _share(column, ColumnField.EVIDENCE) > 0.5


def _says_how_far(column: Column) -> bool:
    """Whether its values are percents or parts of a whole that differ: 5 of 5, 2 of 5."""
    different = {value_kinds.key_of(value) for value in column.judged}
    return len(different) > 1 and all(map(value_kinds.is_part_of_a_whole, column.judged))


def _separates_people(column: Column) -> bool:
    """Whether its values are yes and no, and not yes for everybody."""
    if not _is_yes_or_no(column):
        return False
    return any(not key or not value_kinds.says_yes(key) for _value, key, _count in column.values)
