from django import forms
from django.utils.translation import gettext_lazy as _

from audit.forms import ReasonForm


class RevokeKeyForm(ReasonForm):
    understood = forms.BooleanField(
        label=_("I understand that badge files signed with this key stop holding everywhere."),
        error_messages={"required": _("Tick the box when you have read what this breaks.")},
    )
