"""Whether a category counts for something that must not change, such as a running drawing.

Apps to the right answer: they register a lookup when they are loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from catalog.models import Category

# What counts badges by one of these categories, in words.
Lookup = Callable[[Collection[Category]], list[str]]

_lookups: list[Lookup] = []


def register_lookup(lookup: Lookup) -> Lookup:
    _lookups.append(lookup)
    return lookup


def counting(categories: Collection[Category]) -> list[str]:
    """The names of what counts badges by one of these categories; empty if nobody registered."""
    return [name for lookup in _lookups for name in lookup(categories)]
