"""Makes what spreadsheets would run as a formula harmless, and reads it back. No Django."""

from __future__ import annotations

import re

# A cell that begins with one of these is run. Where commas are for decimals, spreadsheets divide a
# line at semicolons instead of commas, and quotation marks inside the line hold nothing together:
# then a cell begins after each semicolon and line end, too.
_STARTS = "=+\\-@＝＋－＠"
_FORMULA = re.compile(f"^(?=[{_STARTS}\t\r\n])|(?<=[;\t\r\n])(?=[{_STARTS}])")
_ESCAPED = re.compile(f"^'(?=[{_STARTS}\t\r\n])|(?<=[;\t\r\n])'(?=[{_STARTS}])")


def escape(cell: str) -> str:
    """Put an apostrophe before each possible formula, so that it is text."""
    return _FORMULA.sub("'", cell)


def unescape(cell: str) -> str:
    """The cell as it was before `escape`: exported tables are corrected and uploaded again."""
    return _ESCAPED.sub("", cell)
