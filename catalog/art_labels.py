"""Translated labels for the choices of badge art, kept out of the Django-free art package."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import pgettext

from catalog.art import CHOICES, ICON_GROUPS

GROUPS = "group of icons"


def choices(part: str) -> list[tuple[str, str | list[tuple[str, str]]]]:
    """The choices for one part as a form field takes them. Icons are grouped."""
    if part == "icon":
        return [
            (pgettext(GROUPS, group), _named(part, icons)) for group, icons in ICON_GROUPS.items()
        ]
    return _named(part, CHOICES[part])


def palettes() -> list:
    return choices("palette")


def icons() -> list:
    return choices("icon")


def messages() -> Iterator[tuple[str, str]]:
    """All (context, label) pairs to translate: "Scales" is both a pattern and an icon."""
    for part, labels in CHOICES.items():
        for label in labels.values():
            yield _context(part), label
    for group in ICON_GROUPS:
        yield GROUPS, group


def _named(part: str, labels: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, pgettext(_context(part), label)) for name, label in labels.items()]


def _context(part: str) -> str:
    return f"badge art, {part}"
