from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.agencies.forms import PlaceField
from accounts.last_days.forms import LastDayField
from accounts.models import Agency
from accounts.one_line import OneLineField
from accounts.querysets import AgencyQuerySet
from accounts.school_years.operations import groups_of


class SchoolYearForm(forms.Form):
    agency = PlaceField(
        Agency.objects.none(), label=gettext_lazy("Agency"),
        empty_label=gettext_lazy("Choose an agency"),
        help_text=gettext_lazy("With all agencies below it."),
    )  # fmt: skip
    from_year = OneLineField(label=gettext_lazy("School year that is over"), max_length=40)
    to_year = OneLineField(label=gettext_lazy("New school year"), max_length=40)
    copies = forms.BooleanField(
        label=gettext_lazy("Copy the groups with their instructors, without members"),
        required=False,
    )
    ends_on = LastDayField()

    def __init__(self, *args, places: AgencyQuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = places
        self.fields["ends_on"].label = _("Last day of the instructors’ roles")

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        if data["from_year"] == data["to_year"]:
            self.add_error("to_year", _("Enter another school year than the one that is over."))
        elif not groups_of(data["agency"], data["from_year"]).exists():
            said = _("There are no open groups of this school year. Write it as on the groups.")
            self.add_error("from_year", said)
        return data
