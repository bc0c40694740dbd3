"""Reads text that mail programs write: names with addresses, several in a line. No Django.

“Arroyo, Ana <ana@school.example>; Ben Ito (ben@school.example)” becomes a table of two people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from spreadsheets.bounds import LONGEST_LINE, Line
from spreadsheets.words import has_address

HEADINGS = ["Name", "Email"]
MOST_WORDS_OF_A_NAME = 6
_ADDRESS = r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+"
_ENTRY = re.compile(
    rf"""\s* (?:
        (?P<first> "[^"<>@]*" | '[^'<>@]*' | [^"<>@;\t]*? )
            \s* < \s* (?P<in_brackets>{_ADDRESS}) \s* >
        | (?P<bare>{_ADDRESS})
        | (?P<name> [^"<>@,;\t()\[\]:]+? ) \s* (?: [ ] | [(\[] | [:–—-]\s ) \s*
            (?P<after>{_ADDRESS}) \s* [)\]]?
    ) \s* (?: [,;]\s* | $ )""",
    re.VERBOSE,
)


def people_in(lines: Iterable[str]) -> list[Line] | None:
    """A table of names and addresses, if the text is nothing else and has names; else None."""
    found: list[Line] = []
    has_names = False
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        entries = _entries(line)
        if entries is None:
            return None
        has_names |= any(name for name, _address in entries)
        found += [(number, [name, address]) for name, address in entries]
    return [(0, HEADINGS), *found] if has_names else None


def _entries(line: str) -> list[tuple[str, str]] | None:
    found, place, line = [], 0, line.rstrip()
    if len(line) > LONGEST_LINE:
        return None
    while place < len(line):
        match = _ENTRY.match(line, place)
        if match is None or match.end() == place:
            return None
        name = (match["first"] or match["name"] or "").strip(" ,\"'")
        address = match["in_brackets"] or match["bare"] or match["after"]
        has_digit = any(letter.isdigit() for letter in name)
        if has_digit or len(name.split()) > MOST_WORDS_OF_A_NAME or not has_address(address):
            return None
        found.append((name, address))
        place = match.end()
    return found
