from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from privacy.permissions import why_not_erased


class SureForm(forms.Form):
    sure = forms.BooleanField(
        label=_("I know that this can’t be undone"),
        error_messages={"required": _("Check this box, or go back.")},
    )


class LetterForm(forms.Form):
    """A request that came by letter or phone."""

    email = forms.EmailField(label=_("Email address of the person"))

    def __init__(self, *args, by: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        person = User.objects.filter(email=email).first()
        # One answer for both: other agencies' people are none of this coordinator's business.
        if person is None or why_not_erased(self.by, User.objects.same_person(person)):
            raise forms.ValidationError(
                _("You coordinate nobody with this address who can be erased. Check the address.")
            )
        self.person = person
        return email
