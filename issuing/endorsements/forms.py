from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.signable import SignableTextMixin, SignableURLField


class EndorsementForm(SignableTextMixin, forms.Form):
    name = forms.CharField(label=_("Your name, or your organization’s"), max_length=200)
    url = SignableURLField(
        label=_("Web address"),
        help_text=_("Where people can read about you."),
        max_length=200,
    )
    about = forms.CharField(
        label=_("Who you are"),
        help_text=_("In one sentence: why your opinion matters here."),
        max_length=400,
    )
    comment = forms.CharField(
        label=_("Your endorsement"),
        help_text=_("Why it can be trusted. Up to 2,000 characters."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
