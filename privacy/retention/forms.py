from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.models import LONGEST_REASON


class HoldForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Read by coordinators, never by the educator."),
        error_messages={"required": _("Explain why, in one sentence.")},
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Blank: until somebody lifts the hold."),
    )

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or a later day."))
        return day
