from django import forms
from django.utils.translation import gettext_lazy as _

from issuing.models import Assertion
from issuing.querysets import AssertionQuerySet


class _AwardChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, award: Assertion) -> str:
        carried = award.recipient_name or award.recipient_email
        if award.recipient_email != award.recipient.email:
            carried = f"{award.recipient_name}, {award.recipient_email}"
        words = _("%(badge)s (so far in the name of %(carried)s)")
        return words % {"badge": award.version.name, "carried": carried}


class NewBadgesForm(forms.Form):
    """Which badges somebody wants again; all of them are ticked at first."""

    awards = _AwardChoice(
        label=_("Badges to issue again"),
        queryset=Assertion.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one badge.")},
    )

    def __init__(self, *args, awards: AssertionQuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["awards"].queryset = awards
        self.fields["awards"].initial = awards
