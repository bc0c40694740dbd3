"""The office writes the statement: a preview before saving, versions, and a way back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Membership
from editing.forms import Edit
from program import operations, statements
from program.models import Statement
from tests.editing.windows import Window
from tests.factories import AgencyFactory, MembershipFactory

pytestmark = pytest.mark.django_db
STATEMENT = reverse("office:manage_statement")
DEFAULT = reverse("office:manage_statement_default")


@pytest.fixture
def page(client):
    member = MembershipFactory(agency=AgencyFactory(), role=Membership.Role.COORDINATOR)
    client.force_login(member.user)
    return client


def test_a_preview_shows_both_languages_and_saves_nothing(page):
    window = Window(page, STATEMENT, has="text").type(text="All **mine**.", text_es="")

    response = window.press({"preview": "1"})

    text = response.content.decode()
    assert response.status_code == 200
    assert text.count("<strong>mine</strong>") == 2  # in Spanish, the English text is shown
    assert "Nothing is saved yet." in text
    assert not Statement.objects.exists()


def test_saving_begins_a_version_and_the_page_lists_the_earlier_ones(page):
    Window(page, STATEMENT, has="text").type(text="All mine.").press()

    text = page.get(STATEMENT).content.decode()

    assert statements.in_force().text == "All mine."
    assert "Version 2, since" in text
    assert "This is my own work." in text[text.index("Earlier versions") :]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": "", "text_es": ""}, "Write a text in at least one language."),
        ({"text": "x" * 3001}, "at most 3000 characters"),
        ({"text": "bell \a"}, "invisible control character"),
    ],
)
def test_what_can_not_be_a_statement_is_refused_and_kept(page, typed, words):
    sent = {"text": "Mine.", "text_es": "Mío propio.", **typed}

    response = Window(page, STATEMENT, has="text").type(**sent).press()

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Statement.objects.exists()


def test_the_way_back_shows_the_default_text_before_it_is_used(page):
    operations.write_statement(by=None, agency=None, edit=Edit({"text": "All mine."}))

    window = Window(page, DEFAULT, has="shown")
    assert "This is my own work." in page.get(DEFAULT).content.decode()
    assert window.press().status_code == 302

    assert statements.in_force().is_default
    assert "All mine." in page.get(STATEMENT).content.decode()  # among the earlier versions


def test_the_way_back_from_a_window_that_is_behind_changes_nothing(page):
    operations.write_statement(by=None, agency=None, edit=Edit({"text": "All mine."}))
    window = Window(page, DEFAULT, has="shown")
    operations.write_statement(by=None, agency=None, edit=Edit({"text": "All of it."}))

    refused = window.press()

    assert refused.status_code == 422
    assert "changed in another window" in refused.content.decode()
    assert statements.in_force().text == "All of it."


def test_who_coordinates_only_a_school_does_not_write_it(client):
    school = AgencyFactory(parent=AgencyFactory())
    member = MembershipFactory(agency=school, role=Membership.Role.COORDINATOR)
    client.force_login(member.user)

    assert client.get(STATEMENT).status_code == 403
    assert client.post(STATEMENT, {"text": "Mine."}).status_code == 403
    assert not Statement.objects.exists()
