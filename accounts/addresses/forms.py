from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mail.no_mailbox import has_no_mailbox


class FirstAddressForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Your email address"), max_length=254,
        help_text=gettext_lazy("Your own, which you will keep when you leave school."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip

    def clean_email(self) -> str:
        address = self.cleaned_data["email"].lower()
        if has_no_mailbox(address):
            raise forms.ValidationError(_("Enter an address that gets email."))
        return address
