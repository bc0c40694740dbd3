from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.forms import SureForm


class ClosingForm(SureForm):
    field_order = ["badges", "sure"]
    badges = forms.ChoiceField(
        label=_("Your badges"),
        widget=forms.RadioSelect,
        choices=[
            ("keep", _("Keep: anyone who has one of my badges can still verify it")),
            ("erase", _("Take back: my badges can no longer be verified")),
        ],
        error_messages={"required": _("Choose what happens to your badges.")},
    )
