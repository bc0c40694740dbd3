"""Pages and emails name the office that runs the program, and it reads the answers to emails."""

from __future__ import annotations

import pytest
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.template.loader import render_to_string
from django.utils import translation

from mail.composing import compose
from mail.models import OutgoingEmail
from program.template_tags import program_office
from tests.factories import UserFactory

OFFICE = "Condado de Peña, Office of Education <help@county.example>"
IN_WORDS = "Condado de Peña, Office of Education (help@county.example)"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36"
)


@pytest.fixture
def office(settings):
    settings.PROGRAM_OFFICE = f'"{OFFICE.partition(" <")[0]}" <help@county.example>'


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "language", "words"),
    [
        ("Office <help@county.example>", "es", "Office (help@county.example)"),
        ("help@county.example", "en", "help@county.example"),
        ("", "en", "the program office"),
    ],
)
def test_the_office_is_named_as_the_setting_says(settings, given, language, words):
    settings.PROGRAM_OFFICE = given

    with translation.override(language):
        assert program_office() == words


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["507.html", "403.html", "account/account_inactive.html"])
def test_pages_that_send_people_to_the_office_say_who_it_is(rf, office, page):
    assert IN_WORDS in render_to_string(page, request=rf.get("/"))


def security_email(rf, template: str, **context):
    """As allauth sends it, composed."""
    user = UserFactory(email="rosa@school.example")
    request = rf.get("/", HTTP_USER_AGENT=CHROME, REMOTE_ADDR="203.0.113.9")
    with request_context(request):
        get_adapter(request).send_notification_mail(template, user, context)
    return compose(OutgoingEmail.objects.get(to=user.email))


@pytest.mark.django_db
def test_an_email_about_security_names_the_office_the_browser_and_the_place(rf, office):
    message = security_email(rf, "account/email/password_changed")

    for words in (message.body, message.alternatives[0].content):
        assert f"now and contact {IN_WORDS}" in words
        assert ", from Chrome on Windows (203.0.113.9)" in words
        assert "Mozilla" not in words
    [reply_to] = message.reply_to
    assert reply_to.endswith("<help@county.example>")
    assert message.message()["Reply-To"].isascii()


@pytest.mark.django_db
def test_a_confirmed_address_is_named(rf):
    message = security_email(rf, "account/email/email_confirm")

    expected = "rosa@school.example was confirmed for your account."
    assert message.body.startswith(expected)
    assert expected in message.alternatives[0].content
