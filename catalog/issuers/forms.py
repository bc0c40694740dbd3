from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms import DescribedImageForm
from catalog.models import Issuer
from catalog.models.issuers import LONGEST_WAIT_OF_DECISIONS, LONGEST_WAIT_OF_MANY
from editing.forms import EditFormMixin


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
