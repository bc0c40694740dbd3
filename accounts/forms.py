from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.models import EmailAddress
from django import forms
from django.db.models import Exists
from django.utils.translation import gettext_lazy as _

from accounts.joining import operations
from accounts.languages import current_language
from accounts.models import Agency, Membership, User
from editing.forms import EditFormMixin


class LoginForm(AllauthLoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["remember"].label = _("Keep me signed in on this device")


class SignupForm(AllauthSignupForm):
    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As it should appear on a certificate. You can change it later."),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]
    invited = None

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def validate_unique_email(self, value):
        """Invited people sign up as if their account did not exist yet."""
        email = super().validate_unique_email(value)
        if self.account_already_exists:
            self.invited = self._invited_person(email)
            self.account_already_exists = self.invited is None
        return email

    def _invited_person(self, email):
        """Nobody whose address another account has confirmed."""
        confirmed = EmailAddress.objects.filter(email=email, verified=True)
        invited = User.objects.filter(email=email, joined_at=None, is_active=True)
        return invited.filter(~Exists(confirmed)).first()

    def try_save(self, request):
        if self.invited:
            self.account_already_exists = not operations.sign_up_as_invited(
                self.invited,
                name=self.cleaned_data["name"],
                password=self.cleaned_data["password1"],
                language=current_language(),
            )
        elif self.account_already_exists:
            operations.rehearse_sign_up(
                name=self.cleaned_data["name"],
                password=self.cleaned_data["password1"],
                language=current_language(),
            )
        return super().try_save(request)

    def save(self, request):
        return self.invited or super().save(request)

    def custom_signup(self, request, user):
        user.name, user.language = self.cleaned_data["name"], current_language()
        user.save(update_fields=["name", "language"])


class ProfileForm(EditFormMixin, forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "language"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
        help_texts = {
            "name": _(
                "As it should appear on a certificate. Badges you already have keep the name on "
                "them."
            ),
            "language": _("For pages and emails."),
        }

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())


class SchoolForm(forms.Form):
    """Lists the agencies that were found, but accepts any existing one."""

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


class PeopleFilterForm(forms.Form):
    q = forms.CharField(label=_("Name, address, or school"), max_length=100, required=False)


class PeopleDecisionForm(forms.Form):
    """What a coordinator says about the people they ticked."""

    memberships = forms.ModelMultipleChoiceField(
        Membership.objects.none(),
        error_messages={
            "required": _("Tick at least one person, then press the button again."),
            "invalid_choice": _(
                "Somebody else changed this list in the meantime. Please tick again."
            ),
        },
    )
    decision = forms.ChoiceField(
        choices=[("confirm", ""), ("refuse", ""), ("left", ""), ("bring_back", "")],
        error_messages={"required": _("Press one of the buttons below the list.")},
    )

    def __init__(self, *args, memberships, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["memberships"].queryset = memberships


def _full_name(agency: Agency) -> str:
    return f"{agency.name}, {agency.parent.name}" if agency.parent else agency.name
