"""The form for the value of a source."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from rewards import rfc3797, sources
from rewards.drand import beacon


class ValueForm(forms.Form):
    """One announced source; numbers are separated by spaces or commas."""

    def __init__(self, *args, index: int, source: dict, **kwargs):
        super().__init__(*args, **kwargs)
        self.source = source
        self.name = f"source_{index}"
        self.fields[self.name] = forms.CharField(
            label=source["name"], help_text=_HELP[source["kind"]], max_length=500,
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        typed = cleaned.get(self.name, "")
        if typed and (error := _error(self.source, typed)):
            self.add_error(self.name, error)
        return cleaned

    @property
    def field(self):
        return self[self.name]

    @property
    def values(self) -> list[str]:
        typed = self.cleaned_data[self.name]
        if self.source["kind"] == "numbers":
            return _numbers_in(typed)
        return [typed.strip().lower() if self.source["kind"] == "drand" else typed]


_HELP = {
    "numbers": _("Numbers, separated by spaces. Their order does not matter."),
    "text": _("Letters and numbers, exactly as published."),
    "drand": _("The program fetches it automatically. Or paste its signature from any mirror."),
}
_INVALID_SIGNATURE = {
    beacon.InvalidSignature.FORM: _(
        "A drand signature has 96 characters, from 0 to 9 and a to f. Copy all of it, without "
        "quotes."
    ),
    beacon.InvalidSignature.POINT: _(
        "These characters can’t be a signature. Copy the line “signature” again."
    ),
    beacon.InvalidSignature.SIGNATURE: _(
        "This is not drand’s signature for this round. Check whether it belongs to another round."
    ),
}


def _numbers_in(text: str) -> list[str]:
    return [number.rstrip(",") for number in text.replace(";", " ").split()]


def _error(source: dict, typed: str) -> str:
    """The error message for what was typed for this source; empty if it is valid."""
    if source["kind"] == "numbers":
        numbers = _numbers_in(typed)
        # "9,18" would be read as 918. The meaning of a comma differs between countries.
        if not numbers or not all(rfc3797.PLAIN_NUMBER.fullmatch(number) for number in numbers):
            return _("Enter plain numbers separated by spaces, without commas inside a number.")
        return sources.shape_error(source, numbers)
    if source["kind"] == "drand":
        try:
            beacon.verify(source["round"], typed.strip().lower())
        except beacon.InvalidSignature as error:
            return _INVALID_SIGNATURE[error.reason]
    elif not any(c.isascii() and c.isalnum() for c in typed):
        return _("Enter at least one letter from A to Z or one number.")
    return ""
