"""The form with which a coordinator links two accounts of one person."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import accounts_linkable_by


class AccountField(forms.CharField):
    """The email address of an account in `known`; cleans to the user.

    The error is the same for other accounts and for no account, so that nobody can find out who has
    an account.
    """

    known: QuerySet[User] = User.objects.none()

    def clean(self, value):
        email = super().clean(value).strip().lower()
        user = self.known.filter(emailaddress__email__iexact=email).first()
        user = user or self.known.filter(email=email).first()
        if user is None:
            raise forms.ValidationError(_("No account you can see has this address."))
        return user


class LinkForm(forms.Form):
    """Accepts accounts that the coordinator sees."""

    account = AccountField(
        label=_("Email address of one account"),
        max_length=254,
        help_text=_("For example a private address to which a badge was awarded."),
    )
    main = AccountField(
        label=_("Email address of the main account"),
        max_length=254,
        help_text=_("The one with which the person signs in."),
    )
    reason = forms.CharField(
        label=_("How you know"), max_length=200, help_text=_("Both accounts can read this.")
    )

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["account"].known = self.fields["main"].known = accounts_linkable_by(by)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("account") and cleaned.get("account") == cleaned.get("main"):
            self.add_error("main", _("Both addresses already belong to the same account."))
        return cleaned
