"""Unsubscribing for people who get emails from us and never asked for an account.

The link contains the email's id, not the address, so addresses stay out of logs and browser
histories. The answer does not reveal who has an account.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from mail.models import MailRefusal, OutgoingEmail
from mail.recipients import Recipient, recipient_at

_signer = Signer(salt="mail.unsubscribe")


def link_for(email: OutgoingEmail) -> str:
    """The unsubscribe link of this email; empty unless its recipient is an invited person."""
    if recipient_at(email.to) is not Recipient.INVITED:
        return ""
    return settings.PUBLIC_ORIGIN + reverse("mail:unsubscribe", args=[token_for(email)])


def token_for(email: OutgoingEmail) -> str:
    """Proves to `email_from_token` that somebody has this email."""
    return _signer.sign(email.message_id.hex).replace(":", ".")


def add_headers(message: EmailMultiAlternatives, link: str) -> None:
    """RFC 8058: mail programs show an unsubscribe button that needs one press."""
    message.extra_headers["List-Unsubscribe"] = f"<{link}>"
    message.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def email_from_token(token: str) -> OutgoingEmail | None:
    """The email that contained the link with this token; None if the token is not ours."""
    hex_id, _, signature = token.partition(".")
    try:
        message_id = _signer.unsign(f"{hex_id}:{signature}")
        return OutgoingEmail.objects.filter(message_id=message_id).first()
    except (BadSignature, ValidationError):
        return None


def is_refused(email: str) -> bool:
    """Nobody refuses emails to a member: they signed up after it, or at the same moment."""
    refusals = MailRefusal.objects.filter(email=email.lower())
    return refusals.exists() and recipient_at(email) is not Recipient.MEMBER
