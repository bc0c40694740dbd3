"""What an email would say to somebody without email is kept, and they read it when signed in."""

from __future__ import annotations

import pytest
from django.core import mail as sent_by_django
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse

from mail import composing
from mail import operations as mail
from mail.models import Message, OutgoingEmail
from mail.no_mailbox import DOMAIN, has_no_mailbox, new_address, shown_address, urn_of
from mail.tasks import send_due_emails
from tests.accounts.classes import learner_without_email
from tests.accounts.links import link
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    return sorted(composing._composers)


@pytest.fixture
def learner():
    return learner_without_email("Ana Ruiz")


def say(to: str, *, subject: str = "Hello", text: str = "See https://x.example/page") -> None:
    mail.queue_written_email(to=to, language="en", subject=subject, text=text, html="<p>Hello</p>")
    send_due_emails()


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_email_becomes_a_message(monkeypatch, kind):
    monkeypatch.setitem(
        composing._composers, kind, lambda email: EmailMultiAlternatives("A subject", "Words.")
    )
    address = new_address()
    mail.queue_email(kind, "anything", to=address, context={"subject": "A subject"})

    send_due_emails()

    email, message = OutgoingEmail.objects.get(), Message.objects.get()
    assert (email.status, email.attempts, email.refusals, email.last_error) == ("kept", 1, 0, "")
    assert (message.to, message.subject, message.text) == (address, "A subject", "Words.")
    assert sent_by_django.outbox == []


def test_there_are_kinds_to_keep():
    assert len(kinds()) > 30


def test_what_a_kept_email_said_is_in_the_message_only(learner):
    say(learner.email)

    assert OutgoingEmail.objects.get(status="kept").context == {"subject": "Hello"}


def test_an_email_is_kept_once_however_often_the_task_runs(learner):
    say(learner.email)
    for _ in range(3):
        send_due_emails()

    assert Message.objects.count() == 1


def test_a_message_is_new_until_it_is_opened(client, learner):
    say(learner.email)
    client.force_login(learner)
    message = Message.objects.get()
    home = client.get(reverse("catalog:home")).content.decode()

    page = client.get(reverse("accounts:message", args=[message.pk])).content.decode()

    assert "You have 1 new message." in " ".join(home.split())
    assert '<a href="https://x.example/page"' in page
    assert "1 new message" not in client.get(reverse("catalog:home")).content.decode()
    assert message.subject in client.get(reverse("accounts:messages")).content.decode()


def test_a_message_of_somebody_else_is_not_found(learner):
    say(learner.email)
    stranger = Client()
    stranger.force_login(UserFactory())

    page = stranger.get(reverse("accounts:message", args=[Message.objects.get().pk]))

    assert page.status_code == 404
    assert Message.objects.unread().count() == 1


def test_linked_accounts_read_each_others_messages(client, learner):
    other = UserFactory()
    link(learner, other)
    say(learner.email)
    client.force_login(other)

    page = client.get(reverse("accounts:message", args=[Message.objects.get().pk]))

    assert "https://x.example/page" in page.content.decode()


def test_words_of_a_message_are_text_and_not_code(client, learner):
    say(learner.email, subject="<b>Hi</b>", text="<script>alert(1)</script>")
    client.force_login(learner)

    page = client.get(reverse("accounts:message", args=[Message.objects.get().pk])).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>Hi" not in page
    assert "&lt;b&gt;Hi&lt;/b&gt;" in page


def test_an_address_without_mailbox_identifies_and_is_never_shown():
    address = new_address()

    assert has_no_mailbox(address)
    assert not has_no_mailbox(f"{DOMAIN}@school.example")
    assert urn_of(address) == f"urn:uuid:{address.partition('@')[0]}"
    assert urn_of("rosa@school.example") == ""
    assert (shown_address(address), shown_address("a@b.example")) == ("no email", "a@b.example")
