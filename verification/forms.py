import re

from django import forms
from django.utils.translation import gettext_lazy as _

from openbadges.baking import LARGEST_IMAGE

# Also addresses that our own forms would refuse: another issuer may have sent to one.
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class ShortCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code on the printed certificate"),
        help_text=_("12 letters and numbers. Spaces, dashes, and capital letters don’t matter."),
        max_length=2_000,  # a whole address, too
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "short-code",
            }
        ),
    )


class RecipientForm(forms.Form):
    """Whose badge is it? The answer is yes or no."""

    address = forms.CharField(widget=forms.HiddenInput, max_length=2_000)
    who = forms.CharField(
        label=_("Name or email address"),
        help_text=_(
            "The whole name, as on the paper. Capital letters, accents, and “Last, First” don’t "
            "matter. It is not saved."
        ),
        max_length=320,
        error_messages={"required": _("Type the name or the email address.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class VerifyForm(forms.Form):
    # Set for a request that was not read to its end.
    is_too_large = False

    file = forms.FileField(
        label=_("The badge’s file, or our certificate as PDF"),
        help_text=_("As it was downloaded; a screenshot contains no badge data. 10 MB at most."),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(
            attrs={
                "accept": (
                    ".png,.svg,.json,.jwt,.jws,.pdf,"
                    "image/png,image/svg+xml,application/json,application/pdf"
                )
            }
        ),
    )
    text = forms.CharField(
        label=_("Or its link, its code, its JSON, or its signed text"),
        required=False,
        max_length=1_000_000,
        error_messages={
            "max_length": _(
                "This is longer than a badge can be (%(limit_value)d characters). Paste one badge "
                "alone, or upload its file."
            )
        },
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
    )
    email = forms.CharField(
        label=_("The person’s email address"),
        help_text=_("To see whether the badge is theirs. It is not saved."),
        max_length=320,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_email(self):
        """A name or half an address would be answered with "for another email address"."""
        email = self.cleaned_data["email"]
        if email and not _EMAIL.fullmatch(email):
            raise forms.ValidationError(
                _(
                    "This is not an email address. Type it in full, such as name@school.org, or "
                    "leave the field empty."
                )
            )
        return email

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_IMAGE:
            raise forms.ValidationError(
                _(
                    "The file is larger than a badge can be. The limit is 10 MB. Choose the file "
                    "as it was downloaded, or paste the badge’s link."
                )
            )
        return file

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("file") and not cleaned.get("text"):
            raise forms.ValidationError(
                _("Choose a file, or paste the badge’s link, its code, or its JSON.")
            )
        return cleaned
