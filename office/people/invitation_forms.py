from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.agencies.forms import ROLES
from accounts.last_days.forms import LastDayField
from accounts.models import Membership
from accounts.querysets import AgencyQuerySet
from office.people.forms import AgencyChoice
from office.people.invitation_rows import MOST_ROWS, InvitationRow, compare, understand
from spreadsheets import file_formats

LONGEST_TEXT = 60_000
WORKS_THERE = (Membership.Role.EARNER, _("Works there: earns badges"))


class InvitationForm(forms.Form):
    """Addresses with names, pasted or in a file, and what these people are given."""

    people = forms.CharField(
        label=_("Email addresses, one on a line, with names if you like"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=LONGEST_TEXT,
        required=False,
        help_text=_("For example: rosa@school.example, Rosa Alvarez"),
    )
    file = forms.FileField(
        label=_("Or a file (CSV or Excel)"), required=False, help_text=_("At most 200 people.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=[*ROLES, WORKS_THERE])
    agency = AgencyChoice(
        None, label=_("Agency"), to_field_name="slug", empty_label=_("Choose an agency")
    )
    ends_on = LastDayField()

    rows: list[InvitationRow]

    def __init__(self, *args, agencies: AgencyQuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies.in_the_order_of_the_tree()

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        try:
            if data.get("file"):
                lines = file_formats.read(data["file"]).lines
            else:
                lines = file_formats.read_text(data.get("people", "")).lines
            self.rows = understand(lines)
        except file_formats.Unreadable as error:
            self.add_error("file" if data.get("file") else "people", str(error))
            return data
        if not self.rows:
            self.add_error("people", _("Enter at least one email address, or choose a file."))
        elif len(self.rows) > MOST_ROWS:
            said = _("These are more than 200 people. Invite them in several lists.")
            self.add_error("people", said)
        else:
            compare(self.rows, data["agency"], data["role"])
        return data

    @property
    def as_text(self) -> str:
        """The rows that will be invited, as they are pasted."""
        return "\n".join(_quoted(row) for row in self.rows if row.will_do)


def _quoted(row: InvitationRow) -> str:
    name = row.name.replace('"', '""')
    return f'{row.email},"{name}"' if name else row.email
