from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User


class LoginForm(AllauthLoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["remember"].label = _("Keep me signed in on this device")


class SignupForm(AllauthSignupForm):
    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As it should stand on a certificate. You can change it later."),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]

    def custom_signup(self, request, user):
        user.name = " ".join(self.cleaned_data["name"].split())
        user.language = (get_language() or "en")[:2]
        user.save(update_fields=["name", "language"])


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "language"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
        help_texts = {
            "name": _(
                "As it should stand on a certificate. Badges you hold keep the name they have."
            ),
            "language": _("For pages and for letters."),
        }

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())


class SchoolForm(forms.Form):
    """Shows the agencies that were found; takes any that exists."""

    agency = forms.ModelChoiceField(
        Agency.objects.workplaces(),
        label=_("Choose your school or agency"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose one from the list, or search for another name.")},
    )

    def __init__(self, *args, shown, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = [(agency.pk, _full_name(agency)) for agency in shown]


def _full_name(agency: Agency) -> str:
    return f"{agency.name}, {agency.parent.name}" if agency.parent else agency.name
