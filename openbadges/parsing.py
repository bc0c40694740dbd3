"""Reading Open Badges documents that somebody else wrote, or changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

LARGEST = 1_000_000  # characters
# "For ever" is written as the last day there is. A day short of the ends of the calendar, a moment
# can be told in every time zone.
EARLIEST = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
LATEST = datetime.max.replace(tzinfo=UTC, microsecond=0) - timedelta(days=1)


class Unreadable(ValueError):
    """The text is not a document that two readers would understand alike."""


def parse(text: str) -> dict:
    """A JSON object, strictly: no name twice, no NaN, no depth that breaks a reader."""
    if len(text) > LARGEST:
        raise Unreadable("too long")
    try:
        document = json.loads(
            text.lstrip("\ufeff"), object_pairs_hook=_once, parse_constant=_refuse
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from None
    if not isinstance(document, dict):
        raise Unreadable("not an object")
    return document


def same(one: object, other: object) -> bool:
    """Equal as JSON: in Python alone, True would equal 1."""
    return _canonical(one) == _canonical(other)


def reference(value: object) -> str:
    """The id in a property that may hold an address or an object with an id."""
    if isinstance(value, dict):
        value = value.get("id", value.get("@id"))
    return value.strip() if isinstance(value, str) else ""


def has_type(document: dict, *names: str) -> bool:
    types = document.get("type", document.get("@type"))
    # One by one: somebody else's list may hold anything, also what has no hash.
    return any(name in (types if isinstance(types, list) else [types]) for name in names)


def moment(value: object) -> datetime | None:
    """A date with its zone, or None: without a zone it is not valid in Open Badges 2.0."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return min(max(read, EARLIEST), LATEST) if read.tzinfo else None


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True)


def _once(pairs: list[tuple[str, object]]) -> dict:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise Unreadable("a name stands twice")
    return read


def _refuse(name: str) -> None:
    raise Unreadable(f"{name} is not JSON")
