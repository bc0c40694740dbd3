"""A program may offer one language only; pages and emails keep to it."""

from __future__ import annotations

import pytest
from django.test import Client

from editing.forms import Edit
from mail.composing import compose
from mail.models import OutgoingEmail
from program import languages, operations

pytestmark = pytest.mark.django_db


def offer(*codes):
    operations.change(by=None, agency=None, edit=Edit({"languages": list(codes)}))


def page(language):
    return Client(headers={"accept-language": language}).get("/badges/").content.decode()


def test_both_languages_are_offered_at_first():
    assert '<html lang="es">' in page("es")
    assert 'name="language" value="en"' in page("es")


@pytest.mark.parametrize(("only", "other"), [("en", "es"), ("es", "en")])
def test_a_program_in_one_language_answers_in_it_and_offers_no_other(only, other):
    offer(only)

    shown = page(other)

    assert f'<html lang="{only}">' in shown
    assert 'name="language" value=' not in shown


def test_an_email_to_somebody_who_chose_the_other_language_is_in_the_one_that_is_offered():
    email = OutgoingEmail(
        kind="already_written", to="ann@school.example", language="es",
        context={"subject": "Hello", "text": "Hello"},
    )  # fmt: skip
    operations.change(
        by=None, agency=None,
        edit=Edit({"languages": ["en"], "name": "Juniper", "name_es": "Enebro"}),
    )  # fmt: skip

    assert compose(email).from_email.startswith("Juniper ")


def test_another_process_finds_the_languages_after_some_seconds(monkeypatch):
    offer("es")
    languages.remember(["en", "es"], seconds=0)

    assert languages.offered() == ("es",)


def test_while_the_database_does_not_answer_the_known_languages_are_offered(monkeypatch):
    languages.remember(["es"], seconds=0)

    def refuse(*_args):
        raise languages.DatabaseError

    monkeypatch.setattr(languages.Program.objects, "current", refuse)

    assert languages.offered() == ("es",)
