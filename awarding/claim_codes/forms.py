from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from awarding.lists.forms import BadgeField
from awarding.models.claim_codes import CODE_LENGTH, ClaimCode
from issuing import short_codes


class ClaimCodeForm(forms.ModelForm):
    badge_class = BadgeField()
    field_order = ["badge_class", "label", "limit", "opens_at", "closes_at"]

    class Meta:
        model = ClaimCode
        fields = ["label", "limit", "opens_at", "closes_at"]
        widgets = {
            name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            for name in ("opens_at", "closes_at")
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["badge_class"].offer_to(user)
        self.fields["limit"].min_value = 1
        self.fields["limit"].widget.attrs["min"] = 1

    def clean_limit(self):
        limit = self.cleaned_data["limit"]
        if limit is not None and limit < 1:
            raise forms.ValidationError(_("A code is for at least one person."))
        return limit

    def clean(self):
        cleaned = super().clean()
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("It ends before it begins. Choose a later time."))
        return cleaned


class EnterCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        help_text=_("Eight letters and numbers, as on the poster: 7KQ2-M9XH."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self):
        code = short_codes.read(self.cleaned_data["code"], CODE_LENGTH)
        if not code:
            raise forms.ValidationError(_("A code has eight letters and numbers. Please check it."))
        return code
