from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.one_line import OneLineField
from catalog.signable import SignableTextMixin
from editing.forms import EditFormMixin
from program.email_words import VARIABLES, unknown_variables
from program.models import LONGEST_EMAIL_SUBJECT, LONGEST_OPENING


class EmailWordsForm(SignableTextMixin, EditFormMixin, forms.Form):
    """The own subject and opening of one kind of email, in one language."""

    subject = OneLineField(
        label=gettext_lazy("Subject"), max_length=LONGEST_EMAIL_SUBJECT, required=False,
        help_text=gettext_lazy("Blank: the subject that comes with the software."),
    )  # fmt: skip
    opening = forms.CharField(
        label=gettext_lazy("Opening text"), max_length=LONGEST_OPENING, required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Plain text, above what the email says. Blank: nothing is added."),
    )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        for name in ("subject", "opening"):
            if unknown := unknown_variables(cleaned.get(name) or ""):
                words = _("There is no variable {%(name)s}. Use one of these: %(known)s.")
                known = ", ".join(f"{{{one}}}" for one in VARIABLES)
                self.add_error(name, words % {"name": unknown[0][:40], "known": known})
        return cleaned
