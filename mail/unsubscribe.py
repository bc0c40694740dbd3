"""“No more of this”: for people who get letters from us and never asked for an account.

The link names the letter, not the address: addresses stay out of logs and histories. Pressing it
says nothing about who has an account.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from mail.models import MailRefusal, OutgoingEmail
from mail.recipients import Recipient, recipient_at

_signer = Signer(salt="mail.unsubscribe")


def link_for(email: OutgoingEmail) -> str:
    """Where its reader says so; empty for a letter to somebody who has an account."""
    if recipient_at(email.to) is not Recipient.INVITED:
        return ""
    token = _signer.sign(email.message_id.hex).replace(":", ".")
    return settings.PUBLIC_ORIGIN + reverse("mail:unsubscribe", args=[token])


def letter_of(token: str) -> OutgoingEmail | None:
    """The letter in which this link stood."""
    letter, _, signature = token.partition(".")
    try:
        message_id = _signer.unsign(f"{letter}:{signature}")
        return OutgoingEmail.objects.filter(message_id=message_id).first()
    except (BadSignature, ValidationError):
        return None


def is_refused(email: str) -> bool:
    return MailRefusal.objects.filter(email=email.lower()).exists()
