"""The link by which a mailbox confirms a change of address: signed, and kept nowhere."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import AddressChange

SALT = "accounts.addresses"


def link_for(change: AddressChange) -> str:
    token = signing.dumps({"change": change.pk}, salt=SALT)
    return settings.PUBLIC_ORIGIN + reverse("accounts:confirm_change", args=[token])


def change_of(token: str) -> AddressChange | None:
    try:
        key = signing.loads(token, salt=SALT)["change"]
    except (signing.BadSignature, KeyError, TypeError):
        return None
    return AddressChange.objects.select_related("user", "agency").filter(pk=key).first()
