from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ConsentPurpose, GuardianConsent, Membership
from accounts.one_line import OneLineField
from editing.forms import EditFormMixin

Choice = [("", _("everyone")), ("minors", _("minors")), ("others", _("not marked"))]


class LearnerFilterForm(forms.Form):
    q = forms.CharField(
        label=_("Name, email address, or agency"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    show = forms.ChoiceField(label=_("Show"), choices=Choice, required=False)


class LearnersForm(forms.Form):
    """The chosen learners, and what to do."""

    places = forms.ModelMultipleChoiceField(
        queryset=Membership.objects.none(),
        error_messages={
            "required": _("Choose at least one person."),
            "invalid_choice": _(
                "One of these people has left or has another role now. Choose again."
            ),
        },
    )
    decision = forms.ChoiceField(choices=[("mark", "mark"), ("end", "end")])
    of_age_on = forms.DateField(
        label=_("Comes of age on"),
        help_text=_("Optional. From this day on the mark has no effect."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Enter a day, such as 2031-05-17.")},
    )

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["places"].queryset = places

    def clean_of_age_on(self):
        day = self.cleaned_data["of_age_on"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day in the future, or leave it blank."))
        return day


class ConsentForm(forms.Form):
    guardian = OneLineField(label=_("Name of the guardian"), max_length=150)
    purposes = forms.MultipleChoiceField(
        label=_("The guardian agrees"),
        choices=ConsentPurpose.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what the guardian agrees to.")},
    )
    how = forms.ChoiceField(label=_("How it was given"), choices=GuardianConsent.How.choices)
    given_on = forms.DateField(
        label=_("Day it was given"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_given_on(self):
        day = self.cleaned_data["given_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is in the future. Enter when it was given."))
        return day


class MinorRulesForm(EditFormMixin, forms.Form):
    learners_are_minors = forms.BooleanField(
        label=_("New learners here are minors"),
        help_text=_(
            "People who choose this place, or one below it, as their first one are marked as "
            "minors. People who are here already do not change."
        ),
        required=False,
    )
    consent_needed_for = forms.MultipleChoiceField(
        label=_("Minors need a guardian’s consent"),
        help_text=_("This applies here and in the agencies below."),
        choices=ConsentPurpose.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
