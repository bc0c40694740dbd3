"""Composing emails: every app registers one function for each kind of email it sends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from email.utils import formataddr, parseaddr
from typing import Protocol

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from mail import unsubscribe
from mail.models import OutgoingEmail
from mail.no_mailbox import has_no_mailbox
from program.current import current, read_once
from program.email_words import LONGEST_FILLED_SUBJECT, fill, stored_words, values_of
from program.languages import one_that_is_offered

Composer = Callable[[OutgoingEmail], EmailMultiAlternatives]
_composers: dict[str, Composer] = {}

# Many mail programs read styles only on the element itself. What they can't have there, such as the
# dark colors, stays in a style element. Nothing is fetched.
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

# Templates leave several empty lines where a piece is left out.
_EMPTY_LINES = re.compile(r"\n{3,}")

# Emails that allauth has composed (address confirmation, new password): sent as they are.
ALREADY_WRITTEN = "already_written"


# The kind of the email that is being composed, and words that are only tried on it.
_kind: ContextVar[str] = ContextVar("kind of the email", default="")
_is_message: ContextVar[bool] = ContextVar("whether it is read on a page", default=False)
_tried: ContextVar[Mapping[str, str] | None] = ContextVar("words to try", default=None)


class NotWanted(Exception):
    """Raised by a composer: its recipient wants this email no more, or may not get it any more."""


def composes(kind: str) -> Callable[[Composer], Composer]:
    def register(composer: Composer) -> Composer:
        _composers[kind] = composer
        return composer

    return register


def composed_kinds() -> list[str]:
    return sorted(_composers)


def compose(email: OutgoingEmail) -> EmailMultiAlternatives:
    """The email in the recipient's language, with the row's own Message-ID."""
    with read_once(), translation.override(one_that_is_offered(email.language)):
        program = current()
        token, as_message = _kind.set(email.kind), _is_message.set(has_no_mailbox(email.to))
        try:
            message = _composers[email.kind](email)
        finally:
            _kind.reset(token)
            _is_message.reset(as_message)
        if message.from_email == settings.DEFAULT_FROM_EMAIL:
            given, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
            message.from_email = _address(given or str(program), address)
    office_name, office_email = program.office_address
    if not message.reply_to and office_email:
        message.reply_to = [_address(office_name, office_email)]
    message.body = _EMPTY_LINES.sub("\n\n", message.body).strip("\n") + "\n"
    _inline_styles(message)
    message.to = [email.to]
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    message.extra_headers["Message-ID"] = f"<{email.message_id}@{host}>"
    has_its_own = "List-Unsubscribe" in message.extra_headers
    if email.kind != ALREADY_WRITTEN and not has_its_own and (link := unsubscribe.link_for(email)):
        unsubscribe.add_headers(message, link)
    return message


class Sender(Protocol):
    """In whose name an email is sent, and who reads the answers: an issuer."""

    name: str
    email: str


def render(
    template: str, subject: str, context: dict, *, sender: Sender | None = None
) -> EmailMultiAlternatives:
    """An email with a text part from `templates/<template>.txt` and an HTML part from `.html`.

    It comes from the program's address: in the name of `sender`, who gets the answers, or of the
    program.
    """
    subject, opening = _in_own_words(subject)
    context = {
        **context, "origin": settings.PUBLIC_ORIGIN, "subject": subject, "opening": opening,
        "is_message": _is_message.get(),
    }  # fmt: skip
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()), body=render_to_string(f"{template}.txt", context)
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    if sender:
        _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
        message.from_email = _address(sender.name, address)
        message.reply_to = [_address(sender.name, sender.email)]
    return message


@contextmanager
def trying(words: Mapping[str, str]) -> Iterator[None]:
    """Emails composed in this block have these own words, whatever is stored."""
    token = _tried.set(words)
    try:
        yield
    finally:
        _tried.reset(token)


def _in_own_words(subject: str) -> tuple[str, str]:
    """The subject and the opening text that the office chose for this kind of email."""
    words = _tried.get()
    if words is None:
        words = stored_words(_kind.get(), (translation.get_language() or "en")[:2])
    if not any(words.values()):
        return subject, ""
    values = values_of(current(), " ".join(subject.split()))
    own = " ".join(fill(words["subject"], values).split())[:LONGEST_FILLED_SUBJECT]
    return own or subject, fill(words["opening"], values)


def _address(name: str, address: str) -> str:
    return formataddr((" ".join(name.split()), address))


def _inline_styles(message: EmailMultiAlternatives) -> None:
    alternatives, message.alternatives = message.alternatives, []
    for content, kind in alternatives:
        inlined = _inliner.inline(content) if kind == "text/html" else content
        message.attach_alternative(inlined, kind)


@composes(ALREADY_WRITTEN)
def already_written(email: OutgoingEmail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(subject=email.context["subject"], body=email.context["text"])
    if html := email.context.get("html"):
        message.attach_alternative(html, "text/html")
    return message
