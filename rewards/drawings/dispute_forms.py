"""What people type once a drawing is announced: disputes, exclusions, numbers, answers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class DisputeForm(forms.Form):
    text = forms.CharField(
        label=_("What is not right?"), max_length=3000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "For example: a receipt of mine is not in the list. Only the coordinators read this."
        ),
    )  # fmt: skip


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Answer"), max_length=3000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is sent to the person. If the list is corrected, it is published too."),
    )  # fmt: skip
    upheld = forms.TypedChoiceField(
        label=_("What follows"),
        choices=[("no", _("The list stands")), ("yes", _("The list is corrected now"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
