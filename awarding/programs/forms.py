from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Which program is it for?"),
        help_text=_("For example: course site. It appears in the activity log next to each award."),
        max_length=80,
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Agency"),
        empty_label=_("Choose an agency"),
        help_text=_("It awards the badges of this agency and of those below it."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        field.queryset = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        if field.queryset.count() == 1:
            field.initial = field.queryset.get()

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())
