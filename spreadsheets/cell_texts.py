"""What a cell of a workbook says, as text: near to what the spreadsheet shows. No Django."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal

from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell

from spreadsheets.bounds import LONGEST_CELL

# Excel keeps this many digits of a number.
_DIGITS = 15
# Of a format: texts, escaped characters and conditions, which are no signs of the format.
_NO_SIGNS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


class CellTexts:
    """Texts of cells. The formats of numbers are looked up once for each style."""

    def __init__(self) -> None:
        self._formats: dict[int, str] = {}

    def text(self, cell: ReadOnlyCell | EmptyCell) -> str:
        value = cell.value
        if value is None:
            return ""
        if isinstance(value, str):
            return value[:LONGEST_CELL]
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int | float):
            return _number(value, self._format(cell))
        if isinstance(value, datetime):
            is_a_day = value.time() == time()
            return value.date().isoformat() if is_a_day else f"{value:%Y-%m-%d %H:%M:%S}"
        if isinstance(value, date):
            return value.isoformat()
        return str(value)[:LONGEST_CELL]

    def _format(self, cell: ReadOnlyCell) -> str:
        style = cell._style_id
        if style not in self._formats:
            try:
                found = cell.number_format
            except (IndexError, AttributeError, TypeError):  # a style that the file doesn't have
                found = ""
            self._formats[style] = _NO_SIGNS.sub("", found or "").partition(";")[0]
        return self._formats[style]


def _number(value: float, number_format: str) -> str:
    if "%" in number_format:
        return f"{_digits(value * 100)}%"
    text = _digits(value)
    # A number such as 001234, of a student or an employee.
    if re.fullmatch("0{2,20}", number_format) and text.isdecimal():
        return text.zfill(len(number_format))
    return text


def _digits(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    if value.is_integer() and abs(value) < 10**_DIGITS:
        return str(int(value))
    text = f"{value:.{_DIGITS}g}"
    # Without an exponent, if that is not too long.
    return f"{Decimal(text):f}" if "e" in text and 1e-20 < abs(value) < 1e20 else text
