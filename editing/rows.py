"""Merges two windows' changes to a list of rows that have lasting keys."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from editing.forms import posted_json

Marks = dict[str, dict[str, dict[str, str]]]


def parse_opened_rows(text: str | None) -> Marks | None:
    """Marks by kind of row, key of the row and field; None if there are none, or unreadable."""
    opened = posted_json(text)
    return opened if _is_nested(opened, depth=3) else None


def _is_nested(value: object, *, depth: int) -> bool:
    if depth == 0:
        return isinstance(value, str)
    return isinstance(value, dict) and all(
        _is_nested(each, depth=depth - 1) for each in value.values()
    )


def merge_order(
    opened: Sequence[str],
    typed: Sequence[str],
    stored: Sequence[str],
    *,
    keep: Collection[str],
) -> list[str]:
    """The keys in `keep`, in the order of the window that moved rows, else in the stored one.

    A row that only the other list has comes after the row that it follows there.
    """
    main, other = (typed, stored) if moved(opened, typed) else (stored, typed)
    order = list(main)
    for position, key in enumerate(other):
        if key in order:
            continue
        before = next((each for each in reversed(other[:position]) if each in order), None)
        order.insert(order.index(before) + 1 if before is not None else 0, key)
    return [key for key in order if key in keep]


def moved(opened: Sequence[str], now: Sequence[str]) -> bool:
    """Whether rows that both lists have are in another order."""
    return [key for key in opened if key in now] != [key for key in now if key in opened]
