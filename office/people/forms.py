from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.agencies.forms import ROLES
from accounts.last_days.forms import LastDayField
from accounts.models import Membership, User
from accounts.one_line import OneLineField
from accounts.querysets import AgencyQuerySet
from catalog.models import BadgeClass
from editing.forms import EditFormMixin
from mail.no_mailbox import validate_mailbox
from office.people.querysets import STATES

SORTS = {
    "name": ("name", "email", "pk"),
    "-name": ("-name", "-email", "-pk"),
    "email": ("email", "pk"),
    "-email": ("-email", "-pk"),
    "joined": ("joined_at", "pk"),
    "-joined": ("-joined_at", "-pk"),
}
STATE_LABELS = {
    "joined": _("Has an account"),
    "invited": _("Invited, not here yet"),
    "inactive": _("Deactivated"),
}


class AgencyChoice(forms.ModelChoiceField):
    """An agency, shown below those that it belongs to."""

    def label_from_instance(self, agency):
        return "\N{EM SPACE}" * agency.depth + agency.name


class PeopleSearchForm(forms.Form):
    """A search that nobody can break: an unknown choice is a filter that is not set."""

    q = forms.CharField(label=_("Name, address, ID, or school"), max_length=100, required=False)
    role = forms.ChoiceField(label=_("Role"), required=False)
    school = AgencyChoice(
        None, label=_("Agency"), required=False, to_field_name="slug", empty_label=_("All")
    )
    badge = forms.ModelChoiceField(
        None, label=_("Has the badge"), required=False, to_field_name="slug", empty_label=_("Any")
    )
    state = forms.ChoiceField(label=_("Account"), required=False)
    sort = forms.ChoiceField(
        choices=[(key, key) for key in SORTS], required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args, agencies: AgencyQuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("Any")), *_capitalized(Membership.Role.choices)]
        self.fields["state"].choices = [
            ("", _("Any")),
            *((key, STATE_LABELS[key]) for key in STATES),
        ]
        self.fields["school"].queryset = agencies.in_the_order_of_the_tree()
        badges = BadgeClass.objects.readable().filter(issuer__agency__in=agencies)
        badges = badges.select_related("current_version")
        self.fields["badge"].queryset = badges.order_by("current_version__name", "pk")

    def chosen(self) -> dict:
        """What is valid of what was asked for."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.fields}


def _capitalized(choices):
    return [(value, str(label).capitalize()) for value, label in choices]


class NameForm(EditFormMixin, forms.ModelForm):
    name = OneLineField(
        label=_("Name"),
        max_length=150,
        help_text=_("New badges carry it. Badges that the person has keep the name on them."),
    )

    class Meta:
        model = User
        fields = ["name"]


class PersonRoleForm(forms.Form):
    """A role for a person whose page is open, at an agency of the coordinator's part."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    agency = AgencyChoice(
        None, label=_("Agency"), to_field_name="slug", empty_label=_("Choose an agency")
    )
    ends_on = LastDayField()

    def __init__(self, *args, agencies: AgencyQuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies.in_the_order_of_the_tree()


class AddressForm(forms.Form):
    email = forms.EmailField(label=_("New address"), max_length=254, validators=[validate_mailbox])
    keeps_old = forms.BooleanField(
        label=_("The old address is theirs, too: keep it as a second one"), required=False
    )

    def clean_email(self):
        return self.cleaned_data["email"].lower()
