from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.classes.codes import read_code, read_secret, read_user_name
from accounts.classes.operations import MOST_NAMES

LONGEST_NAME = 150


class NewLearnersForm(forms.Form):
    names = forms.CharField(
        label=gettext_lazy("Names, one on a line"),
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
        max_length=MOST_NAMES * (LONGEST_NAME + 2),
        help_text=gettext_lazy("First name first, at most 60. As they should be on a certificate."),
    )

    def clean_names(self) -> list[str]:
        lines = self.cleaned_data["names"].splitlines()
        names = [name for line in lines if (name := " ".join(line.split()))]
        if len(names) > MOST_NAMES:
            raise forms.ValidationError(_("Enter at most 60 names at once."))
        if long := [name for name in names if len(name) > LONGEST_NAME]:
            said = _("Shorten this name to 150 characters: %(name)s…")
            raise forms.ValidationError(said, params={"name": long[0][:40]})
        if wrong := [name for name in names if not _is_name(name)]:
            said = _("Enter names only. Correct these lines: %(wrong)s")
            raise forms.ValidationError(said, params={"wrong": "; ".join(wrong[:5])[:200]})
        if twice := _repeated(names):
            said = _(
                "These names are on the list twice: %(names)s. Remove one of the lines, or add a "
                "middle name to tell two people apart."
            )
            raise forms.ValidationError(said, params={"names": ", ".join(twice[:10])})
        return names


class ClassCodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Class code"), max_length=40,
        help_text=gettext_lazy("It is on your card."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                _("A class code has 8 letters and numbers. Type it as it is on your card.")
            )
        return code


class SecretForm(forms.Form):
    secret = forms.CharField(
        label=gettext_lazy("Secret number"), max_length=30,
        help_text=gettext_lazy("The six digits on your card."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )  # fmt: skip

    def clean_secret(self) -> str:
        return read_secret(self.cleaned_data["secret"])


class ClassSignInForm(SecretForm):
    field_order = ["user_name", "secret"]
    user_name = forms.CharField(
        label=gettext_lazy("User name"), max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )  # fmt: skip

    def clean_user_name(self) -> str:
        return read_user_name(self.cleaned_data["user_name"])


def _is_name(name: str) -> bool:
    return any(one.isalpha() for one in name) and "@" not in name and name.isprintable()


def _repeated(names: list[str]) -> list[str]:
    seen: set[str] = set()
    twice: dict[str, str] = {}
    for name in names:
        key = name.casefold()
        if key in seen:
            twice.setdefault(key, name)
        seen.add(key)
    return list(twice.values())
