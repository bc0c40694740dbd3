"""Art that is composed on the site or uploaded, with its description."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.art import ArtSpec
from tests.catalog.manage_pages import page
from tests.factories import png

pytestmark = pytest.mark.django_db


def composed(**changes):
    spec = {**ArtSpec(palette="poppy", text="LEVEL 1").to_dict(), **changes}
    return {f"compose-{name}": value for name, value in spec.items()} | {
        "compose-image_alt": "An orange circle with a book.",
        "version": "1",
    }


def test_art_is_composed_on_the_site(client, coordinator, draft):
    response = client.post(page("art"), {**composed(), "compose": "1"})

    version = draft.versions.get()
    assert response.status_code == 302
    assert version.art_spec == ArtSpec(palette="poppy", text="LEVEL 1").to_dict()
    assert version.image_alt == "An orange circle with a book."


def test_a_preview_shows_the_chosen_art_and_saves_nothing(client, coordinator, draft):
    before = draft.versions.get().image.name

    response = client.post(page("art"), {**composed(shape="shield"), "preview": "1"})

    assert response.status_code == 200
    assert "shape=shield" in response.text
    assert response.context["compose_form"]["text"].value() == "LEVEL 1"
    assert draft.versions.get().image.name == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"shape": "skull"}, "shape"), ({"text": "数学"}, "text"), ({"image_alt": " "}, "image_alt")],
)
def test_invalid_art_is_refused_with_its_field(client, coordinator, draft, changes, field):
    posted = {**composed(), **{f"compose-{k}": v for k, v in changes.items()}, "compose": "1"}

    response = client.post(page("art"), posted)

    assert response.status_code == 422
    assert list(response.context["compose_form"].errors) == [field]


def test_the_preview_image_is_rendered_or_refused(client, coordinator):
    url = reverse("catalog:manage_art_preview")

    drawn = client.get(url, {"shape": "shield"})
    again = client.get(url, {"shape": "shield"}, headers={"If-None-Match": drawn["ETag"]})
    refused = client.get(url, {"shape": "skull"})

    assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/png")
    assert (again.status_code, refused.status_code) == (304, 422)


def test_art_is_uploaded_with_its_description(client, coordinator, draft):
    file = SimpleUploadedFile("art.png", png(300, "#b3264a"))

    response = client.post(
        page("art"),
        {"upload-image": file, "upload-image_alt": "A red square.", "upload": "1", "version": "1"},
    )

    version = draft.versions.get()
    assert response.status_code == 302
    assert (version.art_spec, version.image_alt) == (None, "A red square.")
    assert (version.image.width, version.image.height) == (600, 600)


def test_a_refused_upload_says_why_and_keeps_the_description(client, coordinator, draft):
    before = draft.versions.get().image.name
    file = SimpleUploadedFile("art.png", b"not a picture")

    response = client.post(
        page("art"),
        {"upload-image": file, "upload-image_alt": "A red square.", "upload": "1", "version": "1"},
    )

    assert response.status_code == 422
    assert "This is not a PNG, JPEG, or SVG image." in response.text
    assert "A red square." in response.text
    assert draft.versions.get().image.name == before


def test_art_needs_a_description(client, coordinator, draft):
    file = SimpleUploadedFile("art.png", png(300))

    response = client.post(
        page("art"), {"upload-image": file, "upload-image_alt": "", "upload": "1", "version": "1"}
    )

    assert response.status_code == 422
    assert list(response.context["upload_form"].errors) == ["image_alt"]
