"""The last day of a role, as people type it into forms."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_YEARS = 30


class LastDayField(forms.DateField):
    """A day from today on, or blank for a role without end."""

    def __init__(self, **kwargs):
        kwargs = {
            "label": _("Last day"),
            "required": False,
            "help_text": _(
                "The role ends at midnight after this day. Leave it blank for a role without end."
            ),
            "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **kwargs,
        }
        super().__init__(**kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None:
            return
        today = timezone.localdate()
        if value < today:
            raise forms.ValidationError(
                _("This day is over. Choose today or a later day, or leave it blank."), "over"
            )
        if value.year > today.year + LONGEST_YEARS:
            raise forms.ValidationError(
                _("Choose a day within the next 30 years, or leave it blank."), "too_far"
            )
