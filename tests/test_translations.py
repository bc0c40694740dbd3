"""The Spanish catalogue: whole, in step with the code, and what people really read."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie

import pytest
from babel.messages.catalog import Message
from django.conf import settings
from django.urls import reverse
from django.utils import dates, translation

from badgeproject import translations
from mail import composing as letters
from mail.models import OutgoingEmail
from tests import messages
from tests.factories import BadgeFactory, DraftFactory, SentSubmissionFactory, UserFactory

pytestmark = messages.in_one_process

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
TAG = re.compile(r"<[^>]+>")
# A letter's "Hello, …," is "Hola, …:" in Spanish.
ENDINGS = {".": ".", ":": ":", "…": "…", "?": "?", "!": "!", ",": ":"}


@pytest.fixture(scope="module")
def spanish() -> list[Message]:
    return [message for message in messages.spanish() if message.id]


def pairs(messages: list[Message]) -> list[tuple[str, str]]:
    """English and Spanish side by side, each form of a plural for itself."""
    found = []
    for message in messages:
        if isinstance(message.id, tuple):
            found += zip(message.id, message.string, strict=True)
        else:
            found.append((message.id, message.string))
    return found


def test_every_message_of_the_code_is_in_the_catalogue(spanish):
    gathered = {(message.id, message.context) for message in messages.extracted() if message.id}

    # What is missing here comes in with `manage.py messages`, and waits there to be translated.
    assert gathered - {(message.id, message.context) for message in spanish} == set()


def test_every_message_is_translated(spanish):
    assert translations.untranslated(messages.spanish()) == []
    assert [message.id for message in spanish if message.fuzzy] == []


def test_placeholders_and_tags_are_those_of_the_english(spanish):
    differing = [
        (english, translated)
        for english, translated in pairs(spanish)
        for pattern in (PLACEHOLDER, TAG)
        if sorted(pattern.findall(english)) != sorted(pattern.findall(translated))
    ]

    assert differing == []


def test_sentences_end_as_in_english(spanish):
    differing = [
        (english, translated)
        for english, translated in pairs(spanish)
        if ENDINGS.get(english[-1]) != ENDINGS.get(translated[-1])
    ]

    assert differing == []


def test_spanish_is_typed_with_care(spanish):
    def slips(english: str, translated: str) -> bool:
        one_line = "\n" not in english
        return (
            (one_line and "  " in translated)
            or translated != translated.strip(" ")
            or translated.count("¿") != translated.count("?")
            or translated.count("¡") != translated.count("!")
            or translated.count("“") != translated.count("”")
            or english.endswith("\n") != translated.endswith("\n")
        )

    assert [pair for pair in pairs(spanish) if slips(*pair)] == []


def test_a_label_starts_with_a_capital_where_the_english_does(spanish):
    differing = [
        (english, translated)
        for english, translated in pairs(spanish)
        if english[0].isalpha()
        and translated[0].isalpha()
        and english[0].isupper()
        and not translated[0].isupper()
    ]

    assert differing == []


def test_people_are_called_usted(spanish):
    familiar = re.compile(
        r"\b(tú|tus?|te|ti|contigo|puedes|quieres|tienes|eres|elige tu|haz clic)\b", re.IGNORECASE
    )

    assert [words for _, words in pairs(spanish) if familiar.search(words)] == []


@pytest.mark.django_db
def test_a_visitor_who_chose_spanish_reads_spanish(client):
    badge = BadgeFactory()
    client.cookies = SimpleCookie({settings.LANGUAGE_COOKIE_NAME: "es"})

    home = client.get(reverse("catalog:home"))
    badge_page = client.get(badge.get_absolute_url())
    verify = client.get(reverse("verification:verify"))

    assert '<html lang="es"' in home.content.decode()
    assert "Insignias para quienes educan y siguen aprendiendo" in home.content.decode()
    assert "Qué hay que demostrar" in badge_page.content.decode()
    assert "Verificar una insignia" in verify.content.decode()


@pytest.mark.django_db
def test_a_browser_that_asks_for_spanish_gets_spanish(client):
    page = client.get(reverse("verification:verify"), headers={"accept-language": "es-MX,es;q=0.9"})

    assert "¿Es auténtica? ¿Es de esa persona? ¿Sigue siendo válida?" in page.content.decode()


@pytest.mark.django_db
def test_a_profile_in_spanish_speaks_it_from_sign_in_on(client):
    earner = UserFactory(language="es")
    draft = DraftFactory(earner=earner)

    client.post(
        reverse("account_login"), {"login": earner.email, "password": "correct horse battery"}
    )
    submissions = client.get(reverse("submissions:list"))
    where_is_it = client.get(draft.get_absolute_url())

    assert "Cada insignia que tiene en marcha, y cómo va." in submissions.content.decode()
    assert "¿Dónde está mi insignia?" in where_is_it.content.decode()


@pytest.mark.django_db
def test_a_letter_goes_out_in_the_language_of_its_reader():
    SentSubmissionFactory(earner=UserFactory(language="es", name="Rosa Álvarez"))
    SentSubmissionFactory(earner=UserFactory(language="en", name="Rosa Alvarez"))

    with translation.override("en"):
        spanish, english = map(letters.compose, OutgoingEmail.objects.order_by("pk"))

    assert spanish.subject.startswith("Recibimos su evidencia para “Media Balance")
    assert "Hola, Rosa Álvarez:" in spanish.body
    assert "¡Gracias por el trabajo que le dedicó!" in spanish.alternatives[0].content
    assert english.subject.startswith("We received your evidence for “Media Balance")


@pytest.mark.django_db
def test_parts_of_the_art_have_spanish_names():
    from catalog.forms import ComposeArtForm

    with translation.override("es"):
        form = ComposeArtForm()

    assert ("nickel", "Níquel") in form.fields["metal"].choices
    assert dict(form.fields["icon"].choices)["Lectura y lenguaje"][0] == (
        "book-open",
        "Libro abierto",
    )


def test_no_word_of_ours_takes_the_place_of_a_month_or_a_day():
    """The catalog of the project comes before that of Django: "May" may be a month or a verb."""
    with translation.override("es"):
        months = [str(name) for name in dates.MONTHS.values()]
        days = [str(name) for name in dates.WEEKDAYS.values()]

    assert months == [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ]
    assert days == ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"]
