"""The links to evidence in the cells of a list, checked as those of a submission."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

from awarding.states import RowProblem
from spreadsheets.words import normalize
from submissions import links
from submissions.forms import LinkField

MOST_LINKS = 10
LONGEST_LINK = 1000
# Between links. A comma or a semicolon may also be a part of one.
_BETWEEN = re.compile(r"\s*[,;|]?\s+|[,;|]\s*(?=(?:https?://|www\.))|[,;|]\s*$", re.IGNORECASE)
_NOTHING = {"", "na", "n a", "none", "no", "nil", "ninguna", "ninguno"}


def links_in(cell: str) -> list[str]:
    """The links as they are written, one or several in a cell."""
    if normalize(cell) in _NOTHING:
        return []
    return [piece for piece in _BETWEEN.split(cell.strip()) if piece]


def checked_links(written: list[str]) -> tuple[list[str], str]:
    """The addresses of the links, each once, and the first problem with them."""
    found: dict[str, None] = {}
    for piece in written:
        if links.refusal_of(piece):
            return [], RowProblem.LINK_PRIVATE
        try:
            address = LinkField().clean(piece)
        except ValidationError:
            return [], RowProblem.LINK_UNREADABLE
        if len(address) > LONGEST_LINK:
            return [], RowProblem.LINK_UNREADABLE
        found[address] = None
    if len(found) > MOST_LINKS:
        return [], RowProblem.LINKS_TOO_MANY
    return list(found), ""
