"""Text and addresses that every library signs and verifies alike.

What a badge says ends up in a signed document. A control character in it gives a signature that
other libraries reject, and an address with a space or a bracket is no IRI at all: both are refused
when they are typed, with the name of the field.
"""

from __future__ import annotations

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_IN_AN_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\\x7f]")


def is_signable(text: str) -> bool:
    return not _CONTROLS.search(text)


def is_signable_address(address: str) -> bool:
    """An absolute http address that is an IRI as it stands."""
    if _NOT_IN_AN_IRI.search(address):
        return False
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        return False
    return True


def refusal(label: str) -> ValidationError:
    return ValidationError(
        _("“%(field)s” holds an invisible control character. Type the text anew."),
        params={"field": label},
    )


class SignableText:
    """For a form whose words are signed."""

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if not isinstance(value, str):
                continue
            if not is_signable(value):
                self.add_error(name, refusal(self[name].label))
            else:
                cleaned[name] = value.replace("\r\n", "\n").replace("\r", "\n")
        return cleaned


class SignableURLField(forms.URLField):
    """The address of something on the web, of which a badge speaks in its signed text."""

    def __init__(self, **kwargs) -> None:
        super().__init__(assume_scheme="https", **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not is_signable_address(value):
            raise ValidationError(
                _(
                    "Write a full address that begins with https:// and holds no spaces, quotes, "
                    "backslashes or any of < > { } | ^. "
                    "Copying it from the browser's address bar helps."
                )
            )
