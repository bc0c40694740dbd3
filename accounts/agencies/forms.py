from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.last_days.forms import LastDayField
from accounts.models import Agency, Membership
from accounts.one_line import OneLineField
from accounts.querysets import AgencyQuerySet
from editing.forms import EditFormMixin
from mail.no_mailbox import validate_mailbox

Role = Membership.Role
# Earners say themselves where they work, and a coordinator confirms it.
ROLES = [
    (Role.REVIEWER, _("Reviewer: judges evidence for badges of this agency and those below it")),
    (Role.COORDINATOR, _("Coordinator: manages badges, people, and drawings here and below")),
    (Role.REPORTER, _("Reporter: sees the reports")),
    (Role.INSTRUCTOR, _("Instructor: sees the groups that a coordinator gives them, nothing else")),
]


class AgencyFilterForm(forms.Form):
    q = forms.CharField(
        label=_("Name of the agency, or of the one above it"), max_length=100, required=False
    )


class AgencyForm(EditFormMixin, forms.ModelForm):
    name = OneLineField(label=_("Name"), max_length=200)

    class Meta:
        model = Agency
        fields = ["name", "kind"]


class PlaceField(forms.ModelChoiceField):
    """An open agency, shown below those that it belongs to."""

    def label_from_instance(self, agency):
        return "\N{EM SPACE}" * agency.depth + agency.name


class NewAgencyForm(forms.Form):
    parent = PlaceField(
        Agency.objects.none(), label=_("Part of"), empty_label=_("Choose an agency")
    )
    name = OneLineField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Agency.Kind)

    def __init__(self, *args, places: AgencyQuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = places


class PlaceForm(forms.Form):
    """Another agency: to move to, or to be merged into."""

    to = PlaceField(Agency.objects.none(), label=_("Agency"), empty_label=_("Choose an agency"))

    def __init__(self, *args, places: AgencyQuerySet, label: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = places
        self.fields["to"].label = label


class RoleForm(forms.Form):
    """A role for a person, who may not have an account yet."""

    email = forms.EmailField(
        label=_("Email address"), max_length=254, validators=[validate_mailbox]
    )
    name = OneLineField(
        label=_("Name"), max_length=150, required=False,
        help_text=_("For people without an account; others keep the name they chose."),
    )  # fmt: skip
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect)
    ends_on = LastDayField()

    def clean_email(self):
        return self.cleaned_data["email"].lower()
