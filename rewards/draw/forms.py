"""The public numbers, as a coordinator types them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from rewards import rfc3797
from rewards.drand import beacon


class DrawForm(forms.Form):
    """One field for each announced source; numbers are separated by spaces, commas or lines.

    Of a drand round the signature is shown if it was `found`, and can be pasted if not.
    """

    def __init__(
        self, *args, sources: list[dict], found: dict[int, str], asks_reason: bool, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.sources = sources
        for place, source in enumerate(sources):
            signature = found.get(source["round"], "") if source["kind"] == "drand" else ""
            self.fields[f"source_{place}"] = forms.CharField(
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
        for place, source in enumerate(self.sources):
            typed = cleaned.get(f"source_{place}", "")
            if typed and (trouble := _trouble(source, typed)):
                self.add_error(f"source_{place}", trouble)
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


def _trouble(source: dict, typed: str) -> str:
    """What is wrong with what was typed for this source, in words; empty if nothing is."""
    if source["kind"] == "numbers":
        numbers = _numbers_in(typed)
        # "9,18" would read as 918: what a comma means differs from country to country.
        if not numbers or not all(rfc3797.PLAIN_NUMBER.fullmatch(one) for one in numbers):
            return _("Enter plain numbers separated by spaces, without commas inside a number.")
    elif source["kind"] == "drand":
        try:
            beacon.check(source["round"], typed.strip().lower())
        except beacon.NotSigned as error:
            return _NOT_SIGNED[error.why]
    elif not any(c.isascii() and c.isalnum() for c in typed):
        return _("Enter at least one letter from A to Z or one number.")
    return ""


_NOT_SIGNED = {
    beacon.NotSigned.FORM: _(
        "A drand signature has 96 characters, from 0 to 9 and a to f. Copy all of it, without "
        "quotes."
    ),
    beacon.NotSigned.POINT: _(
        "These characters can’t be a signature. Copy the line “signature” again."
    ),
    beacon.NotSigned.SIGNATURE: _(
        "This is not drand’s signature for this round. Check whether it belongs to another round."
    ),
}
