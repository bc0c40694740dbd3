"""The choice between publishing a result at once and revealing it on stage."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rewards.drawings.forms import MomentInput

LONGEST = timedelta(days=14)


class SealForm(forms.Form):
    on_stage = forms.TypedChoiceField(
        label=_("When the result is published"),
        choices=[
            ("", _("At once")),
            ("1", _("After it was revealed on stage, at the latest at the time below")),
        ],
        coerce=bool, empty_value=False, required=False, widget=forms.RadioSelect,
        help_text=_(
            "Until then, only coordinators who present see the winners, and nobody is emailed. "
            "The fingerprint (SHA-256) of the sealed result is published at once."
        ),
    )  # fmt: skip
    until = forms.DateTimeField(
        label=_("Revealed at the latest"), widget=MomentInput(), required=False,
        help_text=_("Then the program publishes the result by itself, within 14 days."),
    )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        now = timezone.now()
        if not cleaned.get("on_stage") or "until" in self.errors:
            return cleaned
        until = cleaned.get("until")
        if until is None:
            self.add_error("until", _("Enter the time at which it is revealed at the latest."))
        elif not now < until <= now + LONGEST:
            self.add_error("until", _("Choose a time within the next 14 days."))
        return cleaned

    @property
    def sealed_until(self):
        return self.cleaned_data["until"] if self.cleaned_data["on_stage"] else None
