"""Composing emails: every app registers one function for each kind of email it sends."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from mail import unsubscribe
from mail.models import OutgoingEmail

Composer = Callable[[OutgoingEmail], EmailMultiAlternatives]
_composers: dict[str, Composer] = {}

# Emails that allauth has composed (address confirmation, new password): sent as they are.
ALREADY_WRITTEN = "already_written"


def composes(kind: str) -> Callable[[Composer], Composer]:
    def register(composer: Composer) -> Composer:
        _composers[kind] = composer
        return composer

    return register


def compose(email: OutgoingEmail) -> EmailMultiAlternatives:
    """The email in the recipient's language, with the row's own Message-ID."""
    with translation.override(email.language):
        message = _composers[email.kind](email)
    message.to = [email.to]
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    message.extra_headers["Message-ID"] = f"<{email.message_id}@{host}>"
    if email.kind != ALREADY_WRITTEN and (link := unsubscribe.link_for(email)):
        # RFC 8058: mail programs show an unsubscribe button that needs one press.
        message.extra_headers["List-Unsubscribe"] = f"<{link}>"
        message.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def render(template: str, subject: str, context: dict) -> EmailMultiAlternatives:
    """An email with a text part from `templates/<template>.txt` and an HTML part from `.html`."""
    context = {**context, "origin": settings.PUBLIC_ORIGIN, "subject": subject}
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()), body=render_to_string(f"{template}.txt", context)
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message


@composes(ALREADY_WRITTEN)
def already_written(email: OutgoingEmail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(subject=email.context["subject"], body=email.context["text"])
    if html := email.context.get("html"):
        message.attach_alternative(html, "text/html")
    return message
