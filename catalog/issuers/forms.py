from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership, User
from accounts.one_line import OneLineField
from catalog.forms import DescribedImageForm
from catalog.models import Issuer
from catalog.models.issuers import LONGEST_WAIT_OF_DECISIONS, LONGEST_WAIT_OF_MANY
from catalog.signable import SignableTextMixin, SignableURLField
from editing.forms import EditFormMixin

LONGEST_WAIT_OF_ISSUE = 30 * 24  # hours


class LogoForm(DescribedImageForm):
    image = forms.FileField(
        label=_("Logo"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/svg+xml"}),
        help_text=_(
            "PNG, JPEG, or SVG, up to 5 MB and at least 200 × 200 pixels. It becomes a square "
            "PNG; around a wide logo the corners stay transparent."
        ),
    )  # fmt: skip
    alt = forms.CharField(
        label=_("Describe the logo"), max_length=250,
        help_text=_("For people who can’t see it, in one sentence."),
    )  # fmt: skip


class WaitForm(EditFormMixin, forms.Form):
    many_wait_minutes = Issuer._meta.get_field("many_wait_minutes").formfield(
        label=_("Minutes before many badges go out"), max_value=LONGEST_WAIT_OF_MANY
    )
    decision_wait_minutes = Issuer._meta.get_field("decision_wait_minutes").formfield(
        label=_("Minutes before a reviewer’s decision takes effect"),
        max_value=LONGEST_WAIT_OF_DECISIONS,
    )
    appeal_days = Issuer._meta.get_field("appeal_days").formfield(
        label=_("Days to appeal a decision")
    )
    appeal_answer_days = Issuer._meta.get_field("appeal_answer_days").formfield(
        label=_("Working days until an appeal is answered")
    )
    hold_answer_days = Issuer._meta.get_field("hold_answer_days").formfield(
        label=_("Days to answer a hold")
    )
    assigns_reviewers = Issuer._meta.get_field("assigns_reviewers").formfield(
        label=_("Assign submissions automatically")
    )
    days_to_begin = Issuer._meta.get_field("days_to_begin").formfield(
        label=_("Working days to begin a review")
    )


class IssuerForm(SignableTextMixin, EditFormMixin, forms.Form):
    """What badges say about their issuer. `agency` is chosen once, for a new issuer."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), empty_label=_("Choose an agency"),
        help_text=_("Coordinators of this agency, and of those above it, manage the issuer."),
    )  # fmt: skip
    name = OneLineField(label=_("Name"), max_length=200, help_text=_("As badges show it."))
    url = SignableURLField(
        label=_("Web address"), max_length=200,
        help_text=_("The website of the organization, for example https://www.example.org."),
    )  # fmt: skip
    email = Issuer._meta.get_field("email").formfield(label=_("Public email address"))
    description = forms.CharField(
        label=_("Description"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    waiting_hours = forms.IntegerField(
        label=_("Hours between approval and issue"), min_value=0, initial=0,
        max_value=LONGEST_WAIT_OF_ISSUE,
        help_text=_(
            "Meanwhile a coordinator can hold or cancel the badge. A badge can have a wait of its "
            "own. 0 means that badges are issued at once."
        ),
    )  # fmt: skip
    checks_names = forms.BooleanField(
        label=_("A coordinator checks names before badges are issued again"), required=False,
        help_text=Issuer._meta.get_field("checks_names").help_text,
    )  # fmt: skip
    linkedin_id = forms.CharField(
        label=_("LinkedIn organization ID"), required=False, max_length=20,
        validators=Issuer._meta.get_field("linkedin_id").validators,
        help_text=Issuer._meta.get_field("linkedin_id").help_text,
    )  # fmt: skip

    def __init__(self, *args, user: User | None, **kwargs):
        """`user` may choose an agency for a new issuer; None if the agency is known."""
        super().__init__(*args, **kwargs)
        if user is None:
            del self.fields["agency"]
            return
        coordinated = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        self.fields["agency"].queryset = coordinated.filter(closed_at=None)
