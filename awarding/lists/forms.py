from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership, User
from catalog.models import BadgeClass
from spreadsheets.file_formats import LARGEST_FILE


class BadgeField(forms.ModelChoiceField):
    """A published badge of the agencies that the user coordinates."""

    def __init__(self, **kwargs):
        super().__init__(
            BadgeClass.objects.none(),
            label=_("Badge"),
            empty_label=_("Choose a badge"),
            error_messages={"required": _("Choose the badge to award.")},
            **kwargs,
        )

    def offer_to(self, user):
        badges = BadgeClass.objects.managed_by(user).published()
        self.queryset = badges.select_related("current_version").order_by("current_version__name")

    def label_from_instance(self, badge_class):
        return badge_class.current_version.name


class RowsForm(forms.Form):
    """Rows from a file, or pasted."""

    file = forms.FileField(
        label=_("A file from a spreadsheet"),
        help_text=_("CSV or Excel (.xlsx), up to 10 MB and 100,000 rows."),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
    )
    pasted = forms.CharField(
        label=_("Or paste the rows"),
        required=False,
        strip=False,
        max_length=4_000_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocapitalize": "none"}),
    )

    empty_message: str  # if there is neither

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 10 MB. Split it into several."))
        return file

    def clean(self):
        cleaned = super().clean()
        has_file, has_text = cleaned.get("file"), (cleaned.get("pasted") or "").strip()
        if "file" in self.errors or "pasted" in self.errors:
            return cleaned
        if has_file and self.errors:
            self.add_error("file", _("Choose the file again: a browser does not keep it."))
            return cleaned
        if has_file and has_text:
            raise forms.ValidationError(_("There is both a file and pasted text. Use one of them."))
        if not has_file and not has_text:
            raise forms.ValidationError(self.empty_message)
        return cleaned


class AwardListForm(RowsForm):
    badge_class = BadgeField()

    field_order = ["badge_class", "file", "pasted"]
    empty_message = _("Choose a file, or paste the people who should get the badge.")

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["badge_class"].offer_to(user)
        self.fields["pasted"].label = _("Or paste the rows, or just the email addresses")
        self.fields["pasted"].help_text = _(
            "If the list has more than addresses and names, put the column names in the first "
            "row: Email, Name, Date, Text, in any order, in English or Spanish."
        )


class AgencyRowsForm(RowsForm):
    """Rows that are for an agency, not for one badge."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), empty_label=_("Choose an agency")
    )

    field_order = ["agency", "file", "pasted"]

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        agency = self.fields["agency"]
        agency.queryset = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        if agency.queryset.count() == 1:
            agency.initial = agency.queryset.get()
