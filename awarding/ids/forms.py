from __future__ import annotations

from django import forms
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.one_line import one_line
from awarding.lists.forms import AgencyRowsForm
from awarding.models import PersonId
from editing.forms import EditFormMixin


class IdImportForm(AgencyRowsForm):
    """A file or pasted rows of IDs and addresses."""

    empty_message = _("Choose a file, or paste the IDs.")

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["agency"].help_text = _("Its uploads of test results are matched by these IDs.")
        self.fields["agency"].error_messages["required"] = _("Choose the agency.")
        self.fields["pasted"].help_text = _(
            "An ID and an email in each row, and a name if you like: S1001, ana@school.example, "
            "Ana Arroyo."
        )


class PersonIdForm(EditFormMixin, forms.ModelForm):
    class Meta:
        model = PersonId
        fields = ["identifier", "kind", "email", "name"]

    def clean_identifier(self):
        words = one_line(self.cleaned_data["identifier"])
        others = PersonId.objects.filter(agency=self.instance.agency).exclude(pk=self.instance.pk)
        if others.annotate(key=Lower("identifier")).filter(key=words.lower()).exists():
            raise forms.ValidationError(_("Another person of this agency has this ID."))
        return words

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def clean_name(self):
        return one_line(self.cleaned_data["name"])
