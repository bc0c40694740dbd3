from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User


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

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())
