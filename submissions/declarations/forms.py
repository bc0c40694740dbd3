from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from submissions.declarations.operations import AiUse
from submissions.models import Submission
from submissions.questions.fields import WordsField

LONGEST = 2000


class SendForm(forms.Form):
    """What the earner declares when they send: the use of AI, if the badge asks, and the statement.

    `previous` is what they said about AI with the attempt before. With a later attempt, they can
    say what they changed.
    """

    changes = WordsField(
        label=gettext_lazy("What did you change?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "A sentence or two is enough. Your reviewer reads it before the evidence."
        ),
    )
    ai_used = forms.ChoiceField(
        label=gettext_lazy("Did you use AI for this evidence?"),
        widget=forms.RadioSelect,
        choices=[("no", gettext_lazy("No")), ("yes", gettext_lazy("Yes"))],
        error_messages={"required": gettext_lazy("Choose whether you used AI.")},
    )
    ai_how = WordsField(
        label=gettext_lazy("If you did: which tool, and for what?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Your reviewer reads it with the evidence."),
    )
    statement = forms.BooleanField(
        label=gettext_lazy("All of this is true of what I send."),
        error_messages={
            "required": gettext_lazy("Please read the statement and check the box before you send.")
        },
    )

    def __init__(self, data=None, *, submission: Submission, previous: AiUse | None = None):
        initial = {}
        if previous:
            initial = {"ai_used": "yes" if previous.used else "no", "ai_how": previous.how}
        super().__init__(data, initial=initial)
        if not submission.version.ai_use:
            del self.fields["ai_used"], self.fields["ai_how"]
        if submission.submitted_at is None:
            del self.fields["changes"]

    def clean_ai_how(self):
        return _not_too_long(self.cleaned_data["ai_how"])

    def clean_changes(self):
        return _not_too_long(self.cleaned_data["changes"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("ai_used") == "yes" and cleaned.get("ai_how") == "":
            self.add_error("ai_how", _("Say which tool you used, and for what."))
        return cleaned

    @property
    def change_note(self) -> str:
        return self.cleaned_data.get("changes", "")

    @property
    def ai(self) -> AiUse | None:
        """What a valid form says; None if the badge does not ask."""
        if "ai_used" not in self.fields:
            return None
        used = self.cleaned_data["ai_used"] == "yes"
        return AiUse(used, self.cleaned_data["ai_how"] if used else "")


def _not_too_long(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST:
        raise forms.ValidationError(
            _("Shorten this to %(limit)s characters."), params={"limit": LONGEST}
        )
    return text
