"""Names and other words that fit on one line, as people type them into forms."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from openbadges import text


def one_line(words: str) -> str:
    """The words with single spaces. Raises ValidationError for control characters."""
    words = " ".join(words.split())
    if text.has_unwritable_characters(words):
        raise forms.ValidationError(_("It contains invisible control characters."))
    return words


class OneLineField(forms.CharField):
    def clean(self, value):
        return one_line(super().clean(value))
