"""Forms to exclude a person, and to merge two accounts of one person."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from rewards.models import Drawing
from rewards.permissions import accounts_known_to


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


class SamePersonForm(forms.Form):
    """Accepts accounts of the coordinator's agencies."""

    user = AccountField(label=_("Email address of one account"), max_length=254)
    main = AccountField(label=_("Email address of the main account"), max_length=254)
    reason = forms.CharField(label=_("How you know"), max_length=200)

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].known = self.fields["main"].known = accounts_known_to(by)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("user") and cleaned.get("user") == cleaned.get("main"):
            self.add_error("main", _("Both addresses already belong to the same account."))
        return cleaned
