"""The form for the public numbers of a draw."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from rewards import rfc3797
from rewards.drand import beacon


class DrawForm(forms.Form):
    """One field for each announced source; numbers are separated by spaces, commas or lines.

    `found` maps drand rounds to signatures. A found signature is shown; others can be pasted.
    """

    def __init__(
        self, *args, sources: list[dict], found: dict[int, str], asks_reason: bool, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.sources = sources
        for index, source in enumerate(sources):
            signature = found.get(source["round"], "") if source["kind"] == "drand" else ""
            self.fields[f"source_{index}"] = forms.CharField(
                label=source["name"], help_text=self._help(source, signature), max_length=500,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
                initial=signature, disabled=bool(signature),
            )  # fmt: skip
        if asks_reason:
            self.fields["reason"] = forms.CharField(
                label=_("Why the draw is repeated"), max_length=500,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=_("It is published with both draws."),
            )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        for index, source in enumerate(self.sources):
            typed = cleaned.get(f"source_{index}", "")
            if typed and (error := _error(source, typed)):
                self.add_error(f"source_{index}", error)
        return cleaned

    @property
    def values(self) -> list[list[str]]:
        typed = [self.cleaned_data[f"source_{n}"] for n in range(len(self.sources))]
        return [
            _numbers_in(text) if source["kind"] == "numbers" else [text]
            for source, text in zip(self.sources, typed, strict=True)
        ]

    @staticmethod
    def _help(source: dict, signature: str) -> str:
        if signature:
            return _("The signature of this round, verified. You don’t need to enter anything.")
        if source["kind"] == "drand":
            return _(
                "The program fetches it automatically. Or paste its signature from any mirror."
            )
        if source["kind"] == "numbers":
            return _("Numbers, separated by spaces. Their order does not matter.")
        return _("Letters and numbers, exactly as published.")


def _numbers_in(text: str) -> list[str]:
    return [number.rstrip(",") for number in text.replace(";", " ").split()]


def _error(source: dict, typed: str) -> str:
    """The error message for what was typed for this source; empty if it is valid."""
    if source["kind"] == "numbers":
        numbers = _numbers_in(typed)
        # "9,18" would be read as 918. The meaning of a comma differs between countries.
        if not numbers or not all(rfc3797.PLAIN_NUMBER.fullmatch(number) for number in numbers):
            return _("Enter plain numbers separated by spaces, without commas inside a number.")
    elif source["kind"] == "drand":
        try:
            beacon.verify(source["round"], typed.strip().lower())
        except beacon.InvalidSignature as error:
            return _INVALID_SIGNATURE[error.reason]
    elif not any(c.isascii() and c.isalnum() for c in typed):
        return _("Enter at least one letter from A to Z or one number.")
    return ""


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
