import io

import pytest
from PIL import Image

from catalog import operations
from catalog.art import ArtSpec
from catalog.images import Art
from catalog.templatetags.catalog_tags import art_at
from tests.factories import BadgeFactory, DraftBadgeFactory, coordinator_for, png

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return BadgeFactory().current_version


def body(response):
    return b"".join(response.streaming_content)


def test_published_art_is_public_and_immutable(client, version):
    response = client.get(version.get_art_url())

    assert response.status_code == 200
    assert body(response) == png()
    assert {
        name: response[name]
        for name in (
            "Content-Type", "Cache-Control", "Access-Control-Allow-Origin",
            "X-Content-Type-Options",
        )
    } == {
        "Content-Type": "image/png",
        "Cache-Control": "public, max-age=31536000, immutable",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    }  # fmt: skip
    assert "Set-Cookie" not in response
    assert "Cookie" not in response.get("Vary", "")


def test_a_browser_that_has_the_art_gets_304(client, version):
    etag = client.get(version.get_art_url())["ETag"]

    response = client.get(version.get_art_url(), headers={"If-None-Match": etag})

    assert (response.status_code, response.content) == (304, b"")
    assert response["Access-Control-Allow-Origin"] == "*"


def test_a_head_request_for_art_has_its_length(client, version):
    response = client.head(version.get_art_url())

    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response["Content-Length"] == str(len(png()))


@pytest.mark.parametrize("width", [96, 192, 288, 400, 600])
def test_small_copies_of_art_are_made_once_and_stored(client, version, width, kept_files):
    first = body(client.get(f"{version.get_art_url()}?w={width}"))
    second = body(client.get(f"{version.get_art_url()}?w={width}"))

    assert first == second
    assert Image.open(io.BytesIO(first)).size == (width, width)
    assert len(list((kept_files / "default" / "art").iterdir())) == 2


@pytest.mark.parametrize("width", [96, 192, 288, 400, 600])
def test_pages_get_light_copies_that_keep_what_is_transparent(client, version, width):
    address = art_at(version, width)

    copy = body(client.get(address))

    assert client.get(address)["Content-Type"] == "image/webp"
    with Image.open(io.BytesIO(copy)) as picture, Image.open(version.image) as whole:
        assert (picture.format, picture.size) == ("WEBP", (width, width))
        expected = whole.convert("RGBA").resize((width, width)).getchannel("A").getextrema()
        assert picture.convert("RGBA").getchannel("A").getextrema() == expected


@pytest.mark.parametrize("width", [0, 97, 4000])
def test_light_copies_in_other_widths_are_not_found(client, version, width):
    assert client.get(art_at(version, width)).status_code == 404


def test_each_width_has_its_own_etag(client, version):
    url = version.get_art_url()

    assert len({client.get(address)["ETag"] for address in (url, f"{url}?w=96")}) == 2


@pytest.mark.parametrize("width", ["97", "4000", "-1", "abc", "96.0"])
def test_art_in_other_widths_is_not_found(client, version, width):
    assert client.get(f"{version.get_art_url()}?w={width}").status_code == 404


def test_the_art_of_a_draft_is_only_for_its_coordinators(client):
    draft = DraftBadgeFactory()
    url = draft.versions.get().get_art_url()

    hidden = client.get(url).status_code
    client.force_login(coordinator_for(draft))
    seen = client.get(url)

    assert (hidden, seen.status_code) == (404, 200)
    assert seen["Cache-Control"] == "private, no-cache"


def test_a_lost_file_is_not_found_rather_than_an_error(client, version):
    version.image.storage.delete(version.image.name)

    assert client.get(version.get_art_url()).status_code == 404
    assert client.get(f"{version.get_art_url()}?w=96").status_code == 404


def test_new_art_makes_version_two_and_version_one_keeps_its_art(client):
    badge_class = BadgeFactory()
    first = badge_class.current_version
    before = body(client.get(first.get_art_url()))

    operations.save_art(
        badge_class,
        number=2,
        by=coordinator_for(badge_class),
        alt="A leaf.",
        art=Art(png(colour="#b3264a")),
    )
    operations.publish(badge_class, by=None)

    badge_class.refresh_from_db()
    assert badge_class.current_version.number == 2
    assert body(client.get(first.get_art_url())) == before
    assert body(client.get(badge_class.current_version.get_art_url())) != before


def test_an_uploaded_svg_is_served_sandboxed(client):
    draft = DraftBadgeFactory()
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9"/></svg>'
    operations.upload_art(draft.versions.get(), png(), svg=svg, alt="A square.")
    operations.publish(draft, by=None)

    response = client.get(draft.versions.get().get_vector_url())

    assert b"".join(response.streaming_content).decode() == svg
    assert {name: response.headers[name] for name in (
        "Content-Type", "Content-Security-Policy", "X-Content-Type-Options",
        "Access-Control-Allow-Origin",
    )} == {
        "Content-Type": "image/svg+xml",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Allow-Origin": "*",
    }  # fmt: skip


def test_the_svg_of_a_draft_is_only_for_its_coordinators(client):
    draft = DraftBadgeFactory()
    operations.compose_art(draft.versions.get(), ArtSpec(), alt="A book.")
    address = draft.versions.get().get_vector_url()

    assert client.get(address).status_code == 404

    client.force_login(coordinator_for(draft))

    assert client.get(address).headers["Cache-Control"] == "private, no-cache"


def test_a_badge_with_a_photo_for_art_has_no_svg(client):
    badge_class = BadgeFactory()

    assert client.get(badge_class.current_version.get_vector_url()).status_code == 404


def test_new_art_replaces_the_svg_in_the_draft_only(client):
    draft = DraftBadgeFactory()
    operations.compose_art(draft.versions.get(), ArtSpec(), alt="A book.")
    operations.publish(draft, by=None)
    published = draft.versions.get()
    next_one = operations.draft_version(draft, by=coordinator_for(draft))

    assert next_one.vector.name == published.vector.name

    operations.upload_art(next_one, png(), alt="A photo.")

    assert next_one.vector.name == ""
    assert client.get(published.get_vector_url()).status_code == 200
