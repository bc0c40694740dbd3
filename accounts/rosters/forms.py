from __future__ import annotations

import io
import json

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.agencies.forms import PlaceField
from accounts.models import Agency
from accounts.querysets import AgencyQuerySet
from accounts.rosters import reading
from sandbox import run
from sandbox.refusals import Busy, Stopped
from spreadsheets.file_formats import LARGEST_FILE, LIMITS


class RosterForm(forms.Form):
    agency = PlaceField(
        Agency.objects.none(), label=gettext_lazy("Agency"),
        empty_label=gettext_lazy("Choose an agency"),
        help_text=gettext_lazy("Only this agency and those below it can change."),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A CSV of agencies, a CSV of people, or a OneRoster 1.2 ZIP."),
    )
    with_students = forms.BooleanField(
        label=gettext_lazy("Students, too (OneRoster)"), required=False
    )
    invites = forms.BooleanField(
        label=gettext_lazy("Send an invitation to people who get an account"), required=False
    )
    ends_missing = forms.BooleanField(
        label=gettext_lazy("End roles that an earlier file gave and this one no longer has"),
        required=False,
    )

    def __init__(self, *args, places: AgencyQuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = places

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        try:
            data["records"], self.left_out = _read(data["file"], data["with_students"])
        except forms.ValidationError as refusal:
            self.add_error("file", refusal)
        else:
            if not data["records"]:
                self.add_error("file", _("No row of this file is about an agency or a person."))
        return data


def _read(file, with_students: bool) -> tuple[list[dict], int]:
    """The records of the file, and how many rows were left out. Raises ValidationError."""
    if file.size > LARGEST_FILE:
        raise forms.ValidationError(_("The file is larger than 10 MB. Split it into several."))
    try:
        reply = run.call(
            "accounts.rosters.reading:json_records", file.read(), limits=LIMITS,
            raises=[reading.Unreadable], with_students=with_students,
        )  # fmt: skip
    except reading.Unreadable as refusal:
        raise forms.ValidationError(_(refusal.message) % refusal.details) from None
    except Busy:
        raise forms.ValidationError(
            _("The site is busy reading other files. Try again in a minute.")
        ) from None
    except Stopped:
        said = _("Reading this file took too much time or memory. Split it into several.")
        raise forms.ValidationError(said) from None
    return [json.loads(line) for line in io.BytesIO(reply.data)], reply.value["students"]
