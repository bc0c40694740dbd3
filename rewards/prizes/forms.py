"""Forms to confirm and to collect a prize."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ConfirmForm(forms.Form):
    shows_name = forms.BooleanField(
        label=_("My name may appear on the results page and in the press list"), required=False
    )
    is_adult = forms.BooleanField(label=_("I am 18 years old or older"))

    def __init__(self, *args, adults_only: bool, may_show_name: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_show_name:
            del self.fields["shows_name"]
        if not adults_only:
            del self.fields["is_adult"]


class CollectForm(forms.Form):
    note = forms.CharField(
        label=_("Who received it, and where"), max_length=200,
        help_text=_("For example: to the winner, at the office, by M. Ortiz."),
    )  # fmt: skip
