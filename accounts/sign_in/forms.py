from __future__ import annotations

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from accounts.one_line import OneLineField
from accounts.sign_in_limits import begin_try
from editing.forms import EditFormMixin


def _code_field(label) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )


class _CountedCodeMixin:
    """Wrong codes are counted as wrong passwords are: `accounts.sign_in_limits`."""

    def clean_code(self):
        attempt = begin_try(context.request, self.counted_for())
        if attempt.refusal:
            raise ValidationError(
                _("Too many wrong codes. Wait five minutes, then try the newest code.")
            )
        code = super().clean_code()
        attempt.take_back()
        return code


class AskForCodeForm(RequestLoginCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = gettext_lazy("Email")


class MailedCodeForm(_CountedCodeMixin, ConfirmLoginCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code_field(gettext_lazy("Code from the email"))

    def counted_for(self):
        return f"mailed code {context.request._login_stage.login.email}"


class _SecondStepMixin(_CountedCodeMixin):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code_field(gettext_lazy("Code from your app, or a recovery code"))

    def counted_for(self):
        return f"second step {self.user.pk}"


class SecondStepForm(_SecondStepMixin, AuthenticateForm):
    pass


class SecondStepAgainForm(_SecondStepMixin, ReauthenticateForm):
    pass


class AppCodeForm(ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code_field(gettext_lazy("Code that the app shows now"))


class PasskeyForm(AddWebAuthnForm):
    """A passkey always asks for the finger, the face or the PIN, so it is both steps at once."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"] = _passkey_name(required=False)
        self.fields["passwordless"] = forms.BooleanField(
            required=False, initial=True, widget=forms.HiddenInput
        )
        self.fields["credential"].error_messages["required"] = _(
            "Your browser gave no passkey. Press the button again."
        )

    def clean_passwordless(self):
        return True


class PasskeyNameForm(EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"] = _passkey_name(required=True)


def _passkey_name(*, required: bool) -> OneLineField:
    return OneLineField(
        label=gettext_lazy("Name of the passkey"),
        help_text=gettext_lazy("So that you know it again, such as “My telephone”."),
        max_length=60,
        required=required,
    )


class SecondStepRolesForm(EditFormMixin, forms.Form):
    """The roles for which an agency requires a second step."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles that need a second step"),
        help_text=gettext_lazy(
            "Here and in the agencies below. People with such a role set up an app with codes or a "
            "passkey before they go on."
        ),
        choices=[(role, role.label.capitalize()) for role in Membership.Role],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
