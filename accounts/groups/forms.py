from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.agencies.forms import PlaceField
from accounts.last_days.forms import LastDayField
from accounts.models import Agency, Group
from accounts.one_line import OneLineField
from accounts.querysets import AgencyQuerySet
from editing.forms import EditFormMixin
from mail.no_mailbox import validate_mailbox

MOST_ADDRESSES = 200


class GroupFilterForm(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Group, school year, or agency"), max_length=100, required=False
    )


class NewGroupForm(forms.ModelForm):
    agency = PlaceField(
        Agency.objects.none(), label=gettext_lazy("Agency"),
        empty_label=gettext_lazy("Choose an agency"),
    )  # fmt: skip
    name = OneLineField(label=gettext_lazy("Name"), max_length=150)

    class Meta:
        model = Group
        fields = ["agency", "name", "school_year"]

    def __init__(self, *args, places: AgencyQuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = places


class GroupForm(EditFormMixin, forms.ModelForm):
    name = OneLineField(label=gettext_lazy("Name"), max_length=150)

    class Meta:
        model = Group
        fields = ["name", "school_year", "external_id"]

    def validate_constraints(self):
        """The operation says which of them is broken, under the lock."""


class MembersForm(forms.Form):
    emails = forms.CharField(
        label=gettext_lazy("Email addresses, one on a line"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=20_000,
        help_text=gettext_lazy("At most 200. Nothing is sent to them."),
    )

    def clean_emails(self) -> list[str]:
        words = self.cleaned_data["emails"].replace(",", " ").replace(";", " ").split()
        addresses = list(dict.fromkeys(word.strip("<>").lower() for word in words))
        if len(addresses) > MOST_ADDRESSES:
            raise forms.ValidationError(_("Enter at most 200 addresses at once."))
        wrong = [address for address in addresses if not _is_address(address)]
        if wrong:
            said = _("Correct these, because they are no email addresses: %(wrong)s")
            raise forms.ValidationError(said, params={"wrong": ", ".join(wrong[:5])})
        return addresses


class InstructorForm(forms.Form):
    prefix = "instructor"  # the page has another field for a name

    email = forms.EmailField(
        label=gettext_lazy("Email address"), max_length=254, validators=[validate_mailbox]
    )
    name = OneLineField(
        label=gettext_lazy("Name"), max_length=150, required=False,
        help_text=gettext_lazy("For people without an account; others keep the name they chose."),
    )  # fmt: skip
    ends_on = LastDayField()

    def clean_email(self):
        return self.cleaned_data["email"].lower()


def _is_address(text: str) -> bool:
    try:
        validate_mailbox(text)
    except forms.ValidationError:
        return False
    return len(text) <= 254
