from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership, User
from accounts.one_line import OneLineField
from editing.forms import EditFormMixin
from mail.no_mailbox import validate_mailbox
from mailings.models import MailingList


class MailingListForm(EditFormMixin, forms.ModelForm):
    class Meta:
        model = MailingList
        fields = [
            "agency", "name", "name_es", "description", "description_es", "is_open", "position",
        ]  # fmt: skip
        field_classes = dict.fromkeys(
            ["name", "name_es", "description", "description_es"], OneLineField
        )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        self.fields["agency"].queryset = agencies
        if not self.instance.pk and (first := agencies.order_by("pk").first()):
            self.initial.setdefault("agency", first.pk)


class ListsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, mailing_list):
        return str(mailing_list)


class SignUpForm(forms.Form):
    """For anybody. With one list there is nothing to choose."""

    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        validators=[validate_mailbox],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    lists = ListsField(
        MailingList.objects.none(),
        label=_("Lists"),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one list.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        open_lists = list(MailingList.objects.open_to_everyone())
        self.has_lists = bool(open_lists)
        field = self.fields["lists"]
        field.queryset = MailingList.objects.open_to_everyone()
        if len(open_lists) == 1:
            field.widget = forms.MultipleHiddenInput()
            field.initial = [open_lists[0].public_id]
        else:
            # Not asked for again when the boxes are drawn.
            field.choices = [(one.public_id, str(one)) for one in open_lists]
        self.open_lists = open_lists
        # The form at the foot of every page asks for the address alone.
        if self.is_bound and len(open_lists) == 1 and "lists" not in self.data:
            self.data = self.data.copy()
            self.data.setlist("lists", [str(open_lists[0].public_id)])


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language of the emails"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
