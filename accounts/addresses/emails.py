"""Emails about a change of address, to the new mailbox and to the old one."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.addresses.links import link_for
from accounts.models import AddressChange
from mail.composing import composes, render
from mail.models import OutgoingEmail


@composes("address_asked")
@composes("address_announced")
@composes("address_changed")
def address_change(email: OutgoingEmail) -> EmailMultiAlternatives:
    """The old mailbox, which may be somebody else's, does not learn the new address."""
    change = AddressChange.objects.select_related("user", "agency").get(pk=email.context["change"])
    if email.kind == "address_asked":
        subject = _("Confirm your new address for badges")
    elif email.kind == "address_announced":
        subject = _("Your account is about to get another address")
    else:
        subject = _("Your account has another address now")
    asked = email.kind == "address_asked"
    context = {
        "change": change,
        "agency": change.agency,
        "kind": email.kind,
        "is_own": change.asked_by_id == change.user_id,
        "page": link_for(change) if asked else settings.PUBLIC_ORIGIN + reverse("catalog:home"),
    }
    return render("accounts/emails/address_change", subject, context)
