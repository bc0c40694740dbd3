"""Validation of text and URLs that will be signed.

The texts of a badge become part of a signed document. With a control character, other libraries
reject the signature; a URL with a space or bracket is not a valid IRI. Both are rejected when
they are typed, with an error on the field.
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


def is_signable_url(address: str) -> bool:
    """True for an absolute http or https URL that is a valid IRI without escaping."""
    if _NOT_IN_AN_IRI.search(address):
        return False
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        return False
    return True


def unsignable_error(label: str) -> ValidationError:
    return ValidationError(
        _("“%(field)s” contains an invisible control character. Enter the text again."),
        params={"field": label},
    )


class SignableTextMixin:
    """A form mixin that rejects control characters and normalizes line ends to "\n"."""

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if not isinstance(value, str):
                continue
            if not is_signable(value):
                self.add_error(name, unsignable_error(self[name].label))
            else:
                cleaned[name] = value.replace("\r\n", "\n").replace("\r", "\n")
        return cleaned


class SignableURLField(forms.URLField):
    """A URL that becomes part of a signed document."""

    def __init__(self, **kwargs) -> None:
        super().__init__(assume_scheme="https", **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not is_signable_url(value):
            raise ValidationError(
                _(
                    "Enter a full address that begins with https:// and has no spaces, quotes, "
                    "backslashes, or any of < > { } | ^. Copying it from the browser’s address "
                    "bar helps."
                )
            )
