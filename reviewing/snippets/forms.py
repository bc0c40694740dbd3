from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agency, Membership
from editing.forms import EditFormMixin
from reviewing.forms import CommentField
from reviewing.snippets.operations import MOST


class SnippetForm(EditFormMixin, forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("How you find it. Educators never see it."),
    )
    text = CommentField(
        rows=4,
        required=True,
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("It is put into a comment, where you can change it."),
        error_messages={"required": gettext_lazy("Write the text first.")},
    )

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def say_too_many(self) -> None:
        self.add_error(
            None, _("There are %(most)s snippets already. Remove one first.") % {"most": MOST}
        )


class AgencySnippetForm(SnippetForm):
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=gettext_lazy("Agency"),
        empty_label=gettext_lazy("Choose an agency"),
        help_text=gettext_lazy("Its reviewers and those of the agencies below it can use it."),
    )

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        self.fields["agency"].queryset = agencies
        self.order_fields(["agency", "name", "text"])
        if len(agencies) == 1:
            self.initial["agency"] = agencies[0].pk
