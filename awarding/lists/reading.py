"""Read an upload, first as uploaded and later again from what was kept."""

from __future__ import annotations

import io
import zlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from awarding.lists.understanding import Layout, lay_out
from awarding.models import ListUpload, ScoreUpload
from spreadsheets import file_formats
from spreadsheets.file_formats import Choice, Table

WORKBOOK = b"PK\x03\x04"


@dataclass(frozen=True)
class ReadTable:
    """The table in a file or in pasted text, as read by a choice."""

    content: bytes
    is_pasted: bool
    choice: Choice
    table: Table

    @property
    def is_in_doubt(self) -> bool:
        """Whether the file may be about something else than what was read from it."""
        others = [sheet for sheet in self._sheets() if sheet.name != self.table.sheet]
        has_other_addresses = any(sheet.has_addresses for sheet in others)
        table = self.table
        return has_other_addresses or bool(table.hidden_rows or table.readings) or table.tables > 1

    def as_json(self) -> dict[str, Any]:
        table = self.table
        return {
            "sheet": table.sheet,
            "sheets": [asdict(sheet) for sheet in self._sheets()],
            "hidden_rows": table.hidden_rows,
            "encoding": table.encoding,
            "label": table.label,
            "doubtful": list(table.doubtful)[:5],
            "readings": [
                {**asdict(reading), "samples": list(reading.samples)[:5]}
                for reading in table.readings
            ],
            "tables": table.tables,
            "alike": [list(each) for each in table.alike],
            "hidden_columns": list(table.hidden_columns),
        }

    def _sheets(self) -> list[file_formats.Sheet]:
        return [sheet for sheet in self.table.sheets if sheet.rows]


@dataclass(frozen=True)
class ReadUpload(ReadTable):
    """A table of people who are to get a badge."""

    layout: Layout


def read(content: bytes, *, is_pasted: bool, choice: Choice) -> ReadUpload:
    """Raises Unreadable."""
    table = table_in(content, is_pasted=is_pasted, choice=choice)
    return ReadUpload(content, is_pasted, choice, table, lay_out(list(table.lines)))


def table_in(content: bytes, *, is_pasted: bool, choice: Choice) -> Table:
    """Raises Unreadable."""
    if is_pasted:
        return file_formats.read_text(content.decode("utf-8", "surrogatepass"), choice=choice)
    return file_formats.read(io.BytesIO(content), choice=choice)


def read_kept(upload: ListUpload, *, choice: Choice | None = None) -> ReadUpload:
    """Read it again from what was kept, by its own choice or another."""
    content = zlib.decompress(bytes(upload.content or b""))
    chosen = choice or Choice(**upload.choice)
    return read(content, is_pasted=upload.is_pasted, choice=chosen)


def names_somebody(upload: ListUpload | ScoreUpload, addresses: Collection[str]) -> bool:
    """Whether one of these addresses is in the file. In doubt it is."""
    content = zlib.decompress(bytes(upload.content or b""))
    if not content.startswith(WORKBOOK):
        # In any encoding: addresses are ASCII, with zero bytes between in UTF-16.
        text = content.replace(b"\0", b"").lower()
        return any(address.encode() in text for address in addresses)
    try:
        names = [sheet.name for sheet in file_formats.read(io.BytesIO(content)).sheets]
        choices = [Choice(sheet=name, with_hidden_rows=True) for name in names]
        tables = [file_formats.read(io.BytesIO(content), choice=choice) for choice in choices]
    except file_formats.Unreadable:
        return True
    cells = (cell for table in tables for _line, row in table.lines for cell in row)
    words = "\n".join(cells).lower()
    return any(address in words for address in addresses)
