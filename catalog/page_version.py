"""What the kept page of a badge depends on and other apps know."""

from __future__ import annotations

from collections.abc import Callable

# Other apps add functions to this list. Each takes the slug of the badge.
page_version_lookups: list[Callable[[str], object]] = []


def page_version(slug: str) -> tuple[object, ...]:
    return tuple(look_up(slug) for look_up in page_version_lookups)
