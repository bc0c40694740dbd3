"""Addresses of accounts without email: ADR 76.

Every account has an address of its own, by which the product finds the person that a row is about.
For somebody without email it is one that cannot exist (RFC 6761): nothing is ever delivered to it,
and nobody is shown it. `{{ account.email|shown_address }}` is in every template.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django import template
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

DOMAIN = "no-email.invalid"

register = template.Library()


def new_address() -> str:
    return f"{uuid4()}@{DOMAIN}"


def has_no_mailbox(address: str) -> bool:
    return address.endswith(f"@{DOMAIN}")


def validate_mailbox(address: str) -> None:
    """As Django's check, for addresses that people type or upload. Raises ValidationError.

    Nobody types an address that cannot exist, such as that of an account without email.
    """
    validate_email(address)
    if address.lower().endswith(".invalid"):
        raise ValidationError(_("Enter an address that gets email."))


def urn_of(address: str) -> str:
    """What identifies the person in documents instead of an email address; "" if they have one."""
    if not has_no_mailbox(address):
        return ""
    return UUID(address.partition("@")[0]).urn


@register.filter
def shown_address(address: str) -> str:
    """The address as people may see it."""
    return _("no email") if has_no_mailbox(address or "") else address
