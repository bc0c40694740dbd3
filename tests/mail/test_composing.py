"""What is the same in every email: who it comes from, who gets the answers, and how it is drawn."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from mail.composing import compose, trying
from mail.models import OutgoingEmail
from submissions.models import Submission
from tests.factories import BadgeFactory, SentSubmissionFactory
from tests.issuing.awards import issued_award, waiting_award

pytestmark = pytest.mark.django_db

ADDRESS = "badges@testserver.example"


@pytest.fixture(autouse=True)
def address(settings):
    settings.DEFAULT_FROM_EMAIL = ADDRESS


def letter_about(kind: str, **context) -> EmailMultiAlternatives:
    email = OutgoingEmail(kind=kind, key="1", to="rosa@school.example", context=context)
    return compose(email)


def html_of(message: EmailMultiAlternatives) -> str:
    [content] = [each.content for each in message.alternatives if each.mimetype == "text/html"]
    return content


def from_issuer(name: str = "Alder County, Office of Education") -> EmailMultiAlternatives:
    badge = BadgeFactory(issuer__name=name, issuer__email="badges@alder.example")
    return letter_about("badge_issued", assertion=issued_award(badge_class=badge).pk)


def test_an_email_about_a_badge_comes_from_its_issuer_who_gets_the_answers():
    message = from_issuer()

    assert message.from_email == f'"Alder County, Office of Education" <{ADDRESS}>'
    assert message.reply_to == ['"Alder County, Office of Education" <badges@alder.example>']
    assert message.message()["Reply-To"] == message.reply_to[0]


def test_a_name_in_any_script_is_a_valid_header():
    sent = from_issuer("Condado de Peña — 教育局").message()

    assert sent["From"].endswith(f"<{ADDRESS}>")
    assert sent["From"].isascii()


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Dr. Ana María Ruiz", "Hello Dr. Ana María Ruiz,"),
        ("Nguyễn Thị Hoa", "Hello Nguyễn Thị Hoa,"),
        ("Sean O’Donnell, Jr.", "Hello Sean O’Donnell, Jr.,"),
        ("Conan O'Brien", "Hello Conan O'Brien,"),
        ("김하늘", "Hello 김하늘,"),
        ("", "Hello,"),
    ],
)
def test_people_are_greeted_by_their_whole_name(name, greeting):
    submission = SentSubmissionFactory(earner__name=name)
    award = waiting_award(earner__name=name)

    messages = [
        letter_about("submission_received", submission=submission.pk),
        letter_about("award_waiting", assertion=award.pk),
    ]

    assert [message.body.splitlines()[0] for message in messages] == [greeting, greeting]
    assert all(unescape(html_of(message)).count(greeting) == 1 for message in messages)


def test_the_greeting_comes_before_the_opening_of_the_office():
    submission = SentSubmissionFactory(earner__name="Rosa Delgado")

    with trying({"subject": "", "opening": "School begins on August 9."}):
        message = letter_about("submission_received", submission=submission.pk)

    greeting, opening = "Hello Rosa Delgado,", "School begins on August 9."
    assert message.body.startswith(f"{greeting}\n\n{opening}\n\n")
    assert html_of(message).index(greeting) < html_of(message).index(opening)


def test_the_way_of_a_submission_is_answered_by_the_issuer_too():
    submission: Submission = SentSubmissionFactory()

    message = letter_about("submission_received", submission=submission.pk)

    assert submission.badge_class.issuer.email in message.reply_to[0]


@pytest.mark.parametrize(
    ("given", "language", "expected"),
    [
        (ADDRESS, "en", f"Educator Badges <{ADDRESS}>"),
        (f"The Office <{ADDRESS}>", "en", f"The Office <{ADDRESS}>"),
    ],
)
def test_other_emails_come_in_the_name_of_the_program(settings, given, language, expected):
    settings.DEFAULT_FROM_EMAIL = given

    message = letter_about("already_written", subject="Hello", text="Hello")

    assert message.from_email == expected
    assert message.reply_to == []


def test_styles_are_on_the_elements_and_dark_colors_in_the_head():
    html = html_of(from_issuer())

    assert re.search(r'<a[^>]+class="button"[^>]+style="[^"]*background', html)
    assert re.search(r'<div class="preview" style="[^"]*display:\s*none', html)
    head = html.partition("</head>")[0]
    assert "prefers-color-scheme: dark" in head
    assert ".letter {" not in head.partition("@media")[0]


def test_the_layout_is_a_table_that_screen_readers_pass_over():
    html = html_of(from_issuer())

    tables = re.findall(r"<table[^>]*>", html)
    assert tables
    assert all('role="presentation"' in table for table in tables)


def test_an_email_of_the_sign_in_is_drawn_in_the_same_way():
    with translation.override("en"):
        message = letter_about(
            "already_written",
            subject="Hello",
            text="Hello",
            html="<style>p { color: red }</style><p>Hello</p>",
        )

    assert 'style="color: red' in html_of(message)
