"""Texts that have a Spanish field next to the other: those of categories."""

from __future__ import annotations

from django.utils.translation import get_language


def in_language(text: str, spanish: str) -> str:
    """The text for the language of the page. Without a Spanish one, the other is shown."""
    is_spanish = (get_language() or "en").partition("-")[0] == "es"
    return spanish if spanish and is_spanish else text
