from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField
from awarding.lists.forms import RowsForm
from mailings.models import SubscriberImport


def _field(name: str) -> dict:
    field = SubscriberImport._meta.get_field(name)
    return {"label": field.verbose_name.capitalize(), "help_text": field.help_text}


class ImportForm(RowsForm):
    """A file of addresses, and how their people agreed to be on the list."""

    empty_message = _("There is nothing here yet. Choose a file, or paste the addresses.")

    consent_how = OneLineField(max_length=300, **_field("consent_how"))
    consent_on = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        **_field("consent_on"),
    )
    consent_by = OneLineField(max_length=150, **_field("consent_by"))
    language = forms.ChoiceField(
        label=_("Language of the emails"), choices=settings.LANGUAGES, initial="en"
    )
    agreed = forms.BooleanField(
        label=_("Every person in this file agreed to get emails from this list."),
        error_messages={"required": _("Add only people who agreed, and check the box.")},
    )

    def clean_consent_on(self):
        day = self.cleaned_data["consent_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come. When did they agree?"))
        return day

    @property
    def statement(self) -> dict:
        return {name: self.cleaned_data[name] for name in (
            "consent_how", "consent_on", "consent_by", "language",
        )}  # fmt: skip
