from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from reviewing.assigning.operations import needing_a_reason
from reviewing.models import Assignment
from reviewing.workload.coordinated import reviewers_of, visible_assignments
from submissions.models import Submission

MOST_AT_ONCE = 100


class ReviewerField(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        words = ngettext("%(name)s, %(count)s open", "%(name)s, %(count)s open", obj.open_reviews)
        return words % {"name": obj, "count": obj.open_reviews}


class AssignForm(forms.Form):
    """Which of the coordinator's submissions, and to whom; to nobody is back to the queue."""

    rows = forms.ModelMultipleChoiceField(
        Submission.objects.none(),
        error_messages={
            "required": _("Choose at least one submission."),
            "invalid_choice": _("One of the submissions is not here any more. Choose again."),
            "invalid_pk_value": _("One of the submissions is not here any more. Choose again."),
        },
    )
    reviewer = ReviewerField(
        User.objects.none(),
        label=_("Give to"),
        required=False,
        empty_label=_("Choose a reviewer"),
        error_messages={"invalid_choice": _("This person is no reviewer any more. Choose again.")},
    )

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Only if somebody is reading one of them. They can see it."),
        required=False,
        max_length=1000,
    )

    def __init__(self, *args, user: User, submissions: QuerySet[Submission], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["rows"].queryset = submissions
        self.fields["reviewer"].queryset = reviewers_for(user)

    def clean_rows(self):
        rows = self.cleaned_data["rows"]
        if len(rows) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("These are more than %(most)s. Choose fewer.") % {"most": MOST_AT_ONCE}
            )
        return rows

    def clean(self):
        if "assign" in self.data and not self.cleaned_data.get("reviewer"):
            self.add_error("reviewer", _("Choose who should review."))
        rows, to = self.cleaned_data.get("rows", []), self.cleaned_data.get("reviewer")
        takes = needing_a_reason(rows, by=self.user, to=to)
        if not self.cleaned_data.get("reason") and takes.exists():
            self.add_error(
                "reason", _("Somebody is reading one of them. Explain why they should not go on.")
            )
        return super().clean()


def reviewers_for(user: User) -> QuerySet[User]:
    """With how many reviews each person has open, of those that the coordinator may see."""
    unfinished = Assignment.objects.unfinished().values("pk")
    open_reviews = visible_assignments(user).filter(pk__in=unfinished).number_of_person()
    return reviewers_of(user).annotate(open_reviews=open_reviews).order_by("name", "pk")
