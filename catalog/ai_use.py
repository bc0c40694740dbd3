"""What a badge says about the use of AI: the fields of its editor."""

from __future__ import annotations

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import BadgeVersion

AiUse = BadgeVersion.AiUse


class AiUseFields(forms.Form):
    """Part of the form of a badge's details."""

    ai_use = forms.ChoiceField(
        label=gettext_lazy("Use of AI for the evidence"), required=False,
        choices=[
            ("", gettext_lazy("The badge does not say")),
            *[(value, capfirst(label)) for value, label in AiUse.choices],
        ],
        help_text=gettext_lazy(
            "If the badge says it, educators tell whether and how they used AI when they send "
            "their evidence, and reviewers read it."
        ),
    )  # fmt: skip
    ai_sentence = forms.CharField(
        label=gettext_lazy("Use of AI, in a sentence"), required=False, max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For example: AI may correct your language, not write your plan."),
    )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        use, sentence = cleaned.get("ai_use"), cleaned.get("ai_sentence")
        if use == AiUse.SOME and sentence == "":
            self.add_error("ai_sentence", _("Say in a sentence what AI may be used for."))
        if use == "" and sentence:
            self.add_error("ai_use", _("Choose what is allowed, or remove the sentence below."))
        return cleaned
