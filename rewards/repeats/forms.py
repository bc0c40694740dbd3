from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.forms import ReasonForm


class AskForm(ReasonForm):
    reason = forms.CharField(
        label=_("Why the draw is repeated"),
        help_text=_("It is published with both draws."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Explain why, in one sentence.")},
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note on this draw"),
        help_text=_("Everyone reads it next to the result, with your name. It can’t be changed."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the note.")},
    )
