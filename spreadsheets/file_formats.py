"""Reads uploaded tables row by row: CSV, TSV and XLSX, in every encoding that spreadsheets write.

A file is parsed by `tables` in a process of its own. A file that cannot be read raises `Unreadable`
with a message for the person who uploaded it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from sandbox import run
from sandbox.limits import MEGABYTE, Limits
from sandbox.refusals import Busy, Stopped
from spreadsheets import encodings, tables
from spreadsheets.bounds import Line
from spreadsheets.delimited import BYTE_ORDER_MARK

__all__ = [
    "BYTE_ORDER_MARK", "LARGEST_FILE", "LIMITS", "Choice", "Line", "Reading", "Sheet", "Table",
    "Unreadable", "read", "read_text",
]  # fmt: skip

LARGEST_FILE = 10 * MEGABYTE
# The largest table within the limits of `tables` takes half of these seconds of a slow processor.
LIMITS = Limits(memory=512 * MEGABYTE, processor_seconds=30, seconds=60, output=64 * MEGABYTE)


class Unreadable(Exception):
    """The file is not a readable table. The message tells the user what to do."""


@dataclass(frozen=True)
class Choice:
    """What a person decided about a file. What is empty is decided by the reader."""

    sheet: str = ""
    encoding: str = ""
    with_hidden_rows: bool | None = None
    # The people of other tables with the same headings, too.
    with_other_tables: bool | None = None


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook. `rows` counts the rows that are not empty, also hidden ones."""

    name: str
    is_hidden: bool
    rows: int
    has_addresses: bool


@dataclass(frozen=True)
class Reading:
    """Another way to read the letters of a file. `samples` are the table's doubtful cells in it."""

    encoding: str
    label: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The table in a file, and what else could have been read.

    `lines` are (line number, cells) of every row that is not empty; iterate over them once.
    `doubtful` are cells as they were read here, `readings` the same cells in other encodings.
    """

    lines: Iterator[Line]
    sheet: str = ""
    sheets: tuple[Sheet, ...] = ()
    hidden_rows: int = 0
    encoding: str = ""
    label: str = ""
    doubtful: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    tables: int = 1
    # Of other tables with the same headings: what is written above each, and how many rows it has.
    alike: tuple[tuple[str, int], ...] = ()
    hidden_columns: tuple[int, ...] = ()


_AS_DECIDED_HERE = Choice()


def read(file: BinaryIO, *, choice: Choice = _AS_DECIDED_HERE) -> Table:
    """The table in an uploaded file. Raises Unreadable."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > LARGEST_FILE:
        raise Unreadable(_("The file is larger than 10 MB. Split it into several."))
    try:
        reply = run.call(
            "spreadsheets.tables:json_lines",
            file.read(LARGEST_FILE),
            limits=LIMITS,
            raises=[tables.Unreadable],
            sheet=choice.sheet,
            encoding=choice.encoding,
            with_hidden_rows=bool(choice.with_hidden_rows),
            with_other_tables=bool(choice.with_other_tables),
        )
    except tables.Unreadable as refusal:
        raise Unreadable(_translated(refusal)) from None
    except Busy:
        raise Unreadable(
            _("The site is busy reading other files. Try again in a minute.")
        ) from None
    except Stopped:
        raise Unreadable(
            _(
                "Reading this file took too much time or memory. Copy the table into a new file "
                "and save that as CSV."
            )
        ) from None
    return _as_table(_parsed(reply.data), reply.value)


def read_text(text: str, *, choice: Choice = _AS_DECIDED_HERE) -> Table:
    """As `read`, for pasted text. It is short enough to be parsed here."""
    try:
        found = tables.read_text(
            text, encoding=choice.encoding, with_other_tables=bool(choice.with_other_tables)
        )
    except tables.Unreadable as refusal:
        raise Unreadable(_translated(refusal)) from None
    return _as_table(iter(found.lines), found.facts)


def _as_table(lines: Iterator[Line], facts: dict[str, Any]) -> Table:
    sheets = tuple(Sheet(*sheet) for sheet in facts.get("sheets", ()))
    readings = tuple(
        Reading(encoding, _(encodings.LABELS[encoding]), tuple(samples))
        for encoding, samples in facts["readings"]
    )
    return Table(
        lines,
        sheet=facts.get("sheet", ""),
        sheets=sheets,
        hidden_rows=facts["hidden_rows"],
        encoding=facts["encoding"],
        label=_(encodings.LABELS[facts["encoding"]]),
        doubtful=tuple(facts["doubtful"]),
        readings=readings,
        tables=facts["tables"],
        alike=tuple((title, rows) for title, rows in facts["alike"]),
        hidden_columns=tuple(facts["hidden_columns"]),
    )


def _parsed(lines: bytes) -> Iterator[Line]:
    for line in io.BytesIO(lines):
        number, cells = json.loads(line)
        yield number, cells


def _translated(refusal: tables.Unreadable) -> str:
    return _(refusal.message) % refusal.details
