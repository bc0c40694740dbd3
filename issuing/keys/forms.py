from django import forms
from django.utils.translation import gettext_lazy as _

from audit.forms import ReasonForm


class RevokeKeyForm(ReasonForm):
    understood = forms.BooleanField(
        label=_(
            "I understand that badge files signed with this key will no longer be valid anywhere."
        ),
        error_messages={"required": _("Check the box when you have read what this breaks.")},
    )
