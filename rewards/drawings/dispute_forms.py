"""Forms for disputes of a list and the answers to them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class DisputeForm(forms.Form):
    text = forms.CharField(
        label=_("What is wrong?"), max_length=3000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "For example: one of my receipts is not on the list. Only coordinators read this."
        ),
    )  # fmt: skip


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Answer"), max_length=3000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is sent to the person. If the list is corrected, it is published too."),
    )  # fmt: skip
    upheld = forms.TypedChoiceField(
        label=_("What happens next"),
        choices=[("no", _("Keep the list as it is")), ("yes", _("Correct the list"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
