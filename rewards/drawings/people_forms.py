"""The form to exclude a person."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.links.forms import AccountField
from accounts.models import User
from accounts.permissions import accounts_known_to
from rewards.models import Drawing


class ExcludeForm(forms.Form):
    """Accepts accounts of the coordinator's agencies, and participants of the drawing."""

    user = AccountField(label=_("Email address of the account"), max_length=254)
    reason = forms.CharField(
        label=_("Reason"), max_length=200,
        help_text=_(
            "It may appear in the published sequence, so don’t name anyone. For example: family "
            "of a sponsor."
        ),
    )  # fmt: skip

    def __init__(self, *args, by: User, drawing: Drawing, **kwargs):
        super().__init__(*args, **kwargs)
        participants = User.objects.filter(pk__in=drawing.entries.values("user"))
        self.fields["user"].known = accounts_known_to(by) | participants
