from __future__ import annotations

from django import forms
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership, User
from awarding.lists.forms import AwardListForm
from awarding.models import PersonId
from editing.forms import EditFormMixin
from openbadges import text


class IdImportForm(AwardListForm):
    """A file or pasted rows of IDs and addresses."""

    badge_class = None
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Agency"),
        help_text=_("Its uploads of test results are matched by these IDs."),
        error_messages={"required": _("Choose the agency.")},
    )
    empty_message = _("Choose a file, or paste the IDs.")

    field_order = ["agency", "file", "pasted"]

    def __init__(self, *args, user: User, **kwargs):
        forms.Form.__init__(self, *args, **kwargs)
        agency = self.fields["agency"]
        agency.queryset = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        if agency.queryset.count() == 1:
            agency.initial = agency.queryset.get()
        self.fields["pasted"].label = _("Or paste the rows")
        self.fields["pasted"].help_text = _(
            "An ID and an email in each row, and a name if you like: S1001, ana@school.example, "
            "Ana Arroyo."
        )


class PersonIdForm(EditFormMixin, forms.ModelForm):
    class Meta:
        model = PersonId
        fields = ["identifier", "kind", "email", "name"]

    def clean_identifier(self):
        words = " ".join(self.cleaned_data["identifier"].split())
        if text.has_unwritable_characters(words):
            raise forms.ValidationError(_("It contains invisible control characters."))
        others = PersonId.objects.filter(agency=self.instance.agency).exclude(pk=self.instance.pk)
        if others.annotate(key=Lower("identifier")).filter(key=words.lower()).exists():
            raise forms.ValidationError(_("Another person of this agency has this ID."))
        return words

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def clean_name(self):
        words = " ".join(self.cleaned_data["name"].split())
        if text.has_unwritable_characters(words):
            raise forms.ValidationError(_("It contains invisible control characters."))
        return words
