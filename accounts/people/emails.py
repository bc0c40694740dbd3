"""Emails about what a coordinator did to somebody's account."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Agency, User
from mail.composing import composes, render
from mail.models import OutgoingEmail


@composes("name_corrected")
@composes("account_deactivated")
@composes("account_reactivated")
@composes("invitation")
def account_changed(email: OutgoingEmail) -> EmailMultiAlternatives:
    """Tells what holds when it is sent: another coordinator may have changed it back."""
    person = User.objects.get(pk=email.context["person"])
    agency = Agency.objects.get(pk=email.context["agency"])
    if email.kind == "invitation":
        subject = _("Your invitation from %(agency)s")
    elif email.kind == "name_corrected":
        subject = _("Your name was corrected by %(agency)s")
    elif person.is_active:
        subject = _("Your account is active again")
    else:
        subject = _("Your account was deactivated")
    context = {
        "person": person,
        "agency": agency,
        "kind": email.kind,
        "office": settings.PROGRAM_OFFICE,
        "page": settings.PUBLIC_ORIGIN + reverse(_page_for(email.kind, person)),
    }
    return render("accounts/emails/account", subject % {"agency": agency}, context)


def _page_for(kind: str, person: User) -> str:
    if person.is_invited:
        return "account_signup"
    return "accounts:profile" if kind == "name_corrected" else "catalog:home"
