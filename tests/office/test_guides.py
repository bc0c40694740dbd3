"""Guides for each role, for everybody to read and to print."""

import pytest
from django.urls import reverse
from django.utils import translation

from office.guides.views import FOLDER, GUIDES
from serving.qr_codes import qr_svg
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_every_role_has_a_guide_in_every_language(client, settings):
    for language, _name in settings.LANGUAGES:
        for role in GUIDES:
            page = client.get(reverse("office:guide", args=[role, language])).content.decode()
            title = (FOLDER / f"{role}.{language}.md").read_text().splitlines()[0].lstrip("# ")
            assert f"<h1>{title}</h1>" in page
            assert f'class="guide" lang="{language}"' in page
            assert "/account/login/" in page


def test_no_other_guide_is_found(client):
    for address in ("/guides/earner/fr/", "/guides/sponsor/en/", "/guides/earner/"):
        assert client.get(address).status_code == 404


def test_the_qr_code_leads_to_the_sign_in(client, settings):
    answer = client.get(reverse("office:guide_qr"))

    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content == qr_svg(f"{settings.PUBLIC_ORIGIN}/account/login/")
    assert answer.content != qr_svg(f"{settings.PUBLIC_ORIGIN}/class/")


def test_guides_are_found_from_every_page_and_the_first_page(client):
    guides = reverse("office:guides")
    assert f'href="{guides}"' in client.get("/").content.decode()
    client.force_login(UserFactory())
    assert client.get("/me/").content.decode().count(f'href="{guides}"') == 2
    with translation.override("es"):
        assert reverse("office:guide", args=["earner", "es"]) in client.get(guides).content.decode()
