"""The office writes its own pages: a preview before saving, and a way back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Membership
from program.models import Page
from tests.editing.windows import Window
from tests.factories import AgencyFactory, MembershipFactory

pytestmark = pytest.mark.django_db
PAGES = reverse("office:manage_pages")
FAQ = reverse("office:manage_page", args=["faq"])
DEFAULT = reverse("office:manage_page_default", args=["faq"])
VISIBILITY = reverse("office:manage_page_visibility", args=["faq"])


@pytest.fixture
def page(client):
    member = MembershipFactory(agency=AgencyFactory(), role=Membership.Role.COORDINATOR)
    client.force_login(member.user)
    return client


def test_a_preview_shows_both_languages_and_saves_nothing(page):
    window = Window(page, FAQ, has="title").type(title="Answers", body="**Ask** us.", body_es="")

    response = window.press({"preview": "1"})

    text = response.content.decode()
    assert response.status_code == 200
    assert text.count("<strong>Ask</strong> us.") == 2  # in Spanish, the English text is shown
    assert "Nothing is saved yet." in text
    assert 'value="Answers"' in text
    assert not Page.objects.exists()


def test_what_was_previewed_is_saved(page):
    window = Window(page, FAQ, has="title").type(title="Answers")
    window.press({"preview": "1"})

    assert window.press().status_code == 302

    assert Page.objects.get().title == "Answers"
    assert "<h1>Answers</h1>" in page.get("/pages/faq/").content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": "", "title_es": ""}, "Write a title in at least one language."),
        ({"body": "", "body_es": ""}, "To have no page, hide it."),
        ({"title": "x" * 101}, "at most 100 characters"),
        ({"body": "x" * 20_001}, "at most 20000 characters"),
    ],
)
def test_what_can_not_be_a_page_is_refused_and_kept(page, typed, words):
    sent = {"title": "A", "title_es": "B", "body": "My words.", "body_es": "Hola.", **typed}

    for button in ({}, {"preview": "1"}):
        response = page.post(FAQ, {**sent, **button})

        assert response.status_code == 422
        assert words in response.content.decode()
        assert sent["title"] in response.content.decode()
    assert not Page.objects.exists()


def test_saving_without_a_change_keeps_the_default_text(page):
    assert Window(page, FAQ, has="title").press().status_code == 302

    assert not Page.objects.exists()


def test_the_way_back_shows_the_default_text_first(page):
    page.post(FAQ, {"title": "Mine", "title_es": "", "body": "Mine.", "body_es": ""})

    text = page.get(DEFAULT).content.decode()

    assert "Who can earn a badge?" in text
    assert "¿Quién puede obtener una insignia?" in text
    assert Page.objects.exists()
    assert page.post(DEFAULT).status_code == 302
    assert not Page.objects.exists()


def test_a_text_that_another_window_wrote_is_not_deleted_unseen(page):
    page.post(FAQ, {"title": "Mine", "title_es": "", "body": "Mine.", "body_es": ""})
    shown = Window(page, DEFAULT, has="shown").data["shown"]
    page.post(FAQ, {"title": "Ours", "title_es": "", "body": "Ours.", "body_es": ""})

    response = page.post(DEFAULT, {"shown": shown})

    assert response.status_code == 422
    assert "It was changed in another window" in response.content.decode()
    assert Page.objects.get().title == "Ours"


def test_a_page_is_hidden_and_shown_again_with_one_press(page):
    hidden = page.post(VISIBILITY, {"show": "0"}, follow=True)

    assert "“Questions and answers” is hidden." in hidden.content.decode()
    assert page.get("/pages/faq/").status_code == 404
    shown = page.post(VISIBILITY, {"show": "1"}, follow=True)
    assert "“Questions and answers” is shown." in shown.content.decode()
    assert page.get("/pages/faq/").status_code == 200


def test_only_the_pages_of_the_list_can_be_edited(page):
    assert page.get(reverse("office:manage_page", args=["secrets"])).status_code == 404
