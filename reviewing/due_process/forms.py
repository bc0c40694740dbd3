from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reviewing.forms import CommentField
from reviewing.models import Appeal
from reviewing.states import AppealOutcome


class AppealForm(forms.Form):
    words = CommentField(
        rows=8,
        required=True,
        label=_("What was overlooked, or judged wrongly?"),
        help_text=_("Name the criterion, and where in your evidence it is shown."),
        error_messages={"required": _("Write what was overlooked, or judged wrongly.")},
    )


class AnswerForm(forms.Form):
    words = CommentField(
        rows=8,
        required=True,
        label=_("Your answer"),
        help_text=_("You can send one answer. Coordinators read it before they decide."),
        error_messages={"required": _("Write your answer first.")},
    )


class HoldForm(forms.Form):
    reason = CommentField(
        rows=5,
        required=True,
        label=_("What is in doubt?"),
        help_text=_("The educator reads this. Say what you saw, and accuse nobody."),
        error_messages={"required": _("Write what is in doubt.")},
    )


class EndHoldForm(forms.Form):
    reason = CommentField(
        rows=5,
        required=True,
        label=_("Your reasons"),
        help_text=_("The educator reads them."),
        error_messages={"required": _("Write your reasons. The educator reads them.")},
    )


class ReopenForm(forms.Form):
    reason = CommentField(
        rows=5,
        required=True,
        label=_("Why is it read again?"),
        help_text=_("The educator and the new reviewer read this."),
        error_messages={"required": _("Write why it is read again.")},
    )
    by_others = forms.BooleanField(
        label=_("By somebody who has not read it before"), required=False, initial=True
    )


class DecideForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Your decision"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you decide.")},
    )
    reason = CommentField(
        rows=8,
        required=True,
        label=_("Your reasons"),
        help_text=_("The educator reads them. Answer each point that they make."),
        error_messages={"required": _("Write your reasons. The educator reads them.")},
    )

    def __init__(self, *args, outcomes: tuple[AppealOutcome, ...], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(one.value, one.label) for one in outcomes]


class GiveForm(forms.Form):
    """To whom an appeal is given, out of the people who had no part in it."""

    reader = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Reader"),
        empty_label=_("Choose a person"),
        error_messages={
            "required": _("Choose who reads it."),
            "invalid_choice": _("This person can’t read it any more. Choose again."),
        },
    )

    def __init__(self, *args, people, made: Appeal, **kwargs) -> None:
        super().__init__(*args, auto_id=f"id_%s_{made.pk}", **kwargs)
        self.fields["reader"].queryset = people
