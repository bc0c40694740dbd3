"""Texts that have a Spanish field next to the other: categories, the program's own texts."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import get_language


class Text(NamedTuple):
    """A text for the language of the page, and the language that it is written in."""

    text: str
    language: str

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return self.text

    @property
    def other_language(self) -> str:
        """For the `lang` attribute: the text's language if it is not the page's; else empty."""
        return "" if self.language == page_language() else self.language


def page_language() -> str:
    return (get_language() or "en").partition("-")[0]


def in_language(text: str, spanish: str) -> str:
    """The text for the language of the page. Without a Spanish one, the other is shown."""
    return spanish if spanish and page_language() == "es" else text


def text_in_language(english: str, spanish: str) -> Text:
    """The text for the language of the page, or else in the other language."""
    first, second = Text(english, "en"), Text(spanish, "es")
    if page_language() == "es":
        first, second = second, first
    return first or second or first
