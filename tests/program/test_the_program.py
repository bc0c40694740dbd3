"""The program is one record. Every page and email has its name, and what it says of itself."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEntry
from editing.forms import Edit
from mail.composing import compose
from mail.models import OutgoingEmail
from program import operations
from program.current import current, read_once
from program.models import Program
from tests.factories import AgencyFactory, SentSubmissionFactory, UserFactory

pytestmark = pytest.mark.django_db


@contextmanager
def statements():
    asked = []
    with CaptureQueriesContext(connection) as queries:
        yield asked
    asked += [query["sql"] for query in queries]


def change(**fields):
    operations.change(by=UserFactory(), agency=None, edit=Edit(fields))


def test_until_somebody_changes_it_the_program_is_what_it_was():
    program = current()

    assert str(program) == "Educator Badges"
    assert (program.purpose, program.accent, program.logo.name) == ("", "", "")
    assert program.languages == ["en", "es"]
    assert not Program.objects.exists()


def test_there_is_one_program():
    change(name="Juniper Badges")
    change(name="Alder Badges")

    assert Program.objects.get().name == "Alder Badges"
    with pytest.raises(IntegrityError), transaction.atomic():
        Program.objects.create(pk=2, name="Another")


@pytest.mark.parametrize(
    "broken", [{"name": ""}, {"languages": []}, {"accent": "red"}, {"accent": "#AABBCC"}]
)
def test_the_database_refuses_a_program_without_name_or_language_or_with_no_color(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        Program.objects.create(pk=1, **broken)


def test_each_change_is_in_the_activity_log_with_the_old_and_the_new_value():
    agency, user = AgencyFactory(), UserFactory()
    fields = {"name": "Juniper Badges", "languages": ["es"], "purpose": ""}

    operations.change(by=user, agency=agency, edit=Edit(fields))

    entries = AuditEntry.objects.order_by("pk").values_list("act", "note", "actor", "agency")
    assert list(entries) == [
        ("program renamed", "Educator Badges → Juniper Badges", user.pk, agency.pk),
        ("languages changed", "en, es → es", user.pk, agency.pk),
    ]


def test_pages_have_the_name_in_their_language():
    change(name="Juniper Badges", name_es="Insignias de Juniper")

    english, spanish = (
        Client(headers={"accept-language": language}).get("/badges/").content.decode()
        for language in ("en", "es")
    )

    assert english.count("Juniper Badges") == 2
    assert spanish.count("Insignias de Juniper") == 2
    assert "Educator Badges" not in english + spanish


def test_the_home_page_says_what_the_program_is_for(client):
    change(purpose="We honor <em>teachers</em>.", home_text="Come to our **fair**.")

    page = client.get("/").content.decode()

    assert page.count("We honor &lt;em&gt;teachers&lt;/em&gt;.") == 3  # twice for other sites
    assert "Come to our <strong>fair</strong>." in page
    assert "Badges for the people who work in schools." not in page


def test_a_text_without_a_translation_is_marked_as_the_language_it_is_in():
    change(purpose="For teachers.", home_text_es="Venga a la feria.")

    english, spanish = (
        Client(headers={"accept-language": language}).get("/").content.decode()
        for language in ("en", "es")
    )

    assert '<p class="home-hero__lead">' in english
    assert '<div class="flow" lang="es">' in english
    assert '<p class="home-hero__lead" lang="en">' in spanish
    assert '<div class="flow">' in spanish


def test_the_foot_of_pages_has_the_office_and_its_own_text(client):
    change(
        footer_text="A program of [Juniper](https://juniper.example).",
        office_name="Juniper County Office",
        office_email="badges@juniper.example",
        postal_address="1 Main Street\nJuniper",
    )

    page = client.get("/verify/").content.decode()

    foot = page[page.index("<footer") :]
    assert '<a href="https://juniper.example" rel="noopener nofollow">Juniper</a>' in foot
    assert '<a href="mailto:badges@juniper.example">badges@juniper.example</a>' in foot
    assert "1 Main Street<br>Juniper" in foot
    assert "Educators review every badge" not in foot


def test_emails_have_the_name_and_their_answers_reach_the_office(settings):
    settings.DEFAULT_FROM_EMAIL = "badges@program.example"
    change(
        name="Juniper Badges",
        name_es="Insignias de Juniper",
        office_name="Juniper County Office",
        office_email="help@juniper.example",
    )
    email = OutgoingEmail(
        kind="already_written", to="ann@school.example", language="es",
        context={"subject": "Hola", "text": "Hola"},
    )  # fmt: skip

    message = compose(email)

    assert message.from_email == "Insignias de Juniper <badges@program.example>"
    assert message.reply_to == ["Juniper County Office <help@juniper.example>"]


def test_without_an_office_of_its_own_the_program_has_that_of_the_settings(settings):
    settings.PROGRAM_OFFICE = "Alder Office <help@alder.example>"

    before = current().office
    change(office_email="help@juniper.example")

    assert before == "Alder Office (help@alder.example)"
    assert current().office == "help@juniper.example"


def test_people_with_an_account_cause_no_query_more(client, settings):
    settings.PREPARED_STATEMENTS = False  # so that the statement is read, not its name
    change(name="Juniper Badges")
    client.force_login(UserFactory())

    with statements() as asked:
        page = client.get("/verify/")

    assert "Juniper Badges" in page.content.decode()
    [with_the_program] = [sql for sql in asked if "program_program" in sql]
    assert "accounts_user" in with_the_program


def test_a_request_reads_the_program_once():
    with read_once(), statements() as asked:
        names = {str(current()) for _time in range(3)}

    assert names == {"Educator Badges"}
    assert len(asked) == 1


def test_buttons_and_links_in_emails_have_the_accent():
    change(accent="#12487f")
    submission = SentSubmissionFactory()
    email = OutgoingEmail.objects.filter(to=submission.earner.email).latest("pk")

    html = compose(email).alternatives[0].content

    [button] = re.findall(r'class="button"[^>]*style="([^"]*)"', html)
    assert "background: #12487f" in button
    assert "color: #ffffff" in button
