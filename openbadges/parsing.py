"""Reads untrusted Open Badges documents."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

LARGEST = 1_000_000  # characters
# Some documents write "forever" as the last possible date. A day inside both ends of the calendar,
# a datetime can be converted to every time zone.
EARLIEST = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
LATEST = datetime.max.replace(tzinfo=UTC, microsecond=0) - timedelta(days=1)


class Unreadable(ValueError):
    """The text is not an unambiguous JSON object."""


def parse(text: str) -> dict:
    """Parse JSON strictly: an object, no duplicate names, no NaN, limited depth.

    Raises Unreadable.
    """
    if len(text) > LARGEST:
        raise Unreadable("too long")
    try:
        document = json.loads(
            text.lstrip("\ufeff"), object_pairs_hook=_unique_names, parse_constant=_reject_constant
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from None
    if not isinstance(document, dict):
        raise Unreadable("not an object")
    return document


def json_equal(a: object, b: object) -> bool:
    """Equal as JSON, unlike Python's `True == 1`."""
    return _canonical(a) == _canonical(b)


def reference(value: object) -> str:
    """The id in a property that holds an id or an object with an id; "" if there is none."""
    if isinstance(value, dict):
        value = value.get("id", value.get("@id"))
    return value.strip() if isinstance(value, str) else ""


def has_type(document: dict, *names: str) -> bool:
    types = document.get("type", document.get("@type"))
    # No set: an untrusted list may contain unhashable values.
    return any(name in (types if isinstance(types, list) else [types]) for name in names)


def parse_datetime(value: object) -> datetime | None:
    """An ISO 8601 datetime with a time zone, limited to EARLIEST and LATEST, or None.

    Open Badges 2.0 and 3.0 do not allow a datetime without a time zone.
    """
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return min(max(read, EARLIEST), LATEST) if read.tzinfo else None


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True)


def _unique_names(pairs: list[tuple[str, object]]) -> dict:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise Unreadable("duplicate name")
    return read


def _reject_constant(name: str) -> None:
    raise Unreadable(f"{name} is not JSON")
