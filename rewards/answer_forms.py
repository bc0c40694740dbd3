"""What people type once a drawing is announced: disputes, exclusions, numbers, answers."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from rewards import drand, fair_draw
from rewards.models import Drawing
from rewards.permissions import accounts_known_to


class ReasonForm(forms.Form):
    """An act that is explained to everyone whom it concerns."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class AccountField(forms.CharField):
    """The address of an account that this person may know of, as the person of that account.

    An account of other agencies reads like none: the form says about nobody that they are here.
    """

    known: QuerySet[User] = User.objects.none()

    def clean(self, value):
        email = super().clean(value).strip().lower()
        user = self.known.filter(emailaddress__email__iexact=email).first()
        user = user or self.known.filter(email=email).first()
        if user is None:
            raise forms.ValidationError(_("No account that you may see has this address."))
        return user


class ExcludeForm(forms.Form):
    """Of the agencies of whoever fills it in, or somebody who takes part in the drawing."""

    user = AccountField(label=_("E-mail address of the account"), max_length=254)
    reason = forms.CharField(
        label=_("Reason"), max_length=200,
        help_text=_(
            "It may stand in the published sequence, so name nobody. "
            "For example: family of a sponsor."
        ),
    )  # fmt: skip

    def __init__(self, *args, by: User, drawing: Drawing, **kwargs):
        super().__init__(*args, **kwargs)
        taking_part = User.objects.filter(pk__in=drawing.entries.values("user"))
        self.fields["user"].known = accounts_known_to(by) | taking_part


class SamePersonForm(forms.Form):
    """Both of the agencies of whoever fills it in."""

    user = AccountField(label=_("E-mail address of one account"), max_length=254)
    main = AccountField(label=_("Address of the account that counts"), max_length=254)
    reason = forms.CharField(label=_("How you found it"), max_length=200)

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].known = self.fields["main"].known = accounts_known_to(by)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("user") and cleaned.get("user") == cleaned.get("main"):
            self.add_error("main", _("Both addresses belong to one account already."))
        return cleaned


class DisputeForm(forms.Form):
    text = forms.CharField(
        label=_("What is not right?"), max_length=3000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "For example: a receipt of mine is not in the list. Only the coordinators read this."
        ),
    )  # fmt: skip


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Answer"), max_length=3000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is sent to the person. If the list is corrected, it is published too."),
    )  # fmt: skip
    upheld = forms.TypedChoiceField(
        label=_("What follows"),
        choices=[("no", _("The list stands")), ("yes", _("The list is corrected now"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


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
                help_text=_("It is published beside both draws."),
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
            return _("The signature of this round, proved. Nothing is to be typed.")
        if source["kind"] == "drand":
            return _("The program fetches it by itself. Or paste its signature from any mirror.")
        if source["kind"] == "numbers":
            return _("Numbers, separated by spaces. Their order does not matter.")
        return _("Letters and digits, exactly as published.")


class ConfirmForm(forms.Form):
    shows_name = forms.BooleanField(
        label=_("My name may stand on the result page and in the press list"), required=False
    )
    is_adult = forms.BooleanField(label=_("I am 18 years old or older"))

    def __init__(self, *args, adults_only: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not adults_only:
            del self.fields["is_adult"]


class CollectForm(forms.Form):
    note = forms.CharField(
        label=_("Handed to whom, and where"), max_length=200,
        help_text=_("For example: to the winner, at the office, by M. Ortiz."),
    )  # fmt: skip


def _numbers_in(text: str) -> list[str]:
    return [number.rstrip(",") for number in text.replace(";", " ").split()]


def _trouble(source: dict, typed: str) -> str:
    """What is wrong with what was typed for this source, in words; empty if nothing is."""
    if source["kind"] == "numbers":
        numbers = _numbers_in(typed)
        # "9,18" would read as 918: what a comma means differs from country to country.
        if not numbers or not all(fair_draw.PLAIN_NUMBER.fullmatch(one) for one in numbers):
            return _("Write plain numbers with spaces between, and no comma inside a number.")
    elif source["kind"] == "drand":
        try:
            drand.check(source["round"], typed.strip().lower())
        except drand.NotSigned as error:
            return _NOT_SIGNED[error.why]
    elif not any(c.isascii() and c.isalnum() for c in typed):
        return _("Write at least one letter from A to Z or one digit.")
    return ""


_NOT_SIGNED = {
    drand.NotSigned.FORM: _(
        "A signature of drand has 96 digits from 0 to 9 and a to f. Copy it whole, without quotes."
    ),
    drand.NotSigned.POINT: _("These digits can be no signature. Copy the line “signature” again."),
    drand.NotSigned.SIGNATURE: _(
        "This is not drand’s signature of this round. Look whether it is of another round."
    ),
}
