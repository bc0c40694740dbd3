"""The logo of an issuer: uploaded with a description, shown, in documents, kept in old badges."""

import io
import json

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from audit.models import AuditEntry
from catalog.issuers import operations as issuers
from catalog.models import Issuer
from issuing import addresses
from issuing.awards.operations import changes
from tests.catalog.image_files import svg, upload
from tests.editing.windows import Window
from tests.factories import BadgeFactory, UserFactory, coordinator_for, png
from tests.issuing.awards import document, fetch_document, issued_award
from tests.issuing.pages import signed_in, text_of
from tests.issuing.third_party import schema_errors

pytestmark = pytest.mark.django_db
ALT = "A juniper branch in a ring."
CIRCLE = '<circle cx="50" cy="50" r="40" fill="#2f7d4f"/>'


@pytest.fixture
def badge():
    return BadgeFactory()


@pytest.fixture
def coordinator(badge):
    return signed_in(coordinator_for(badge))


def page(issuer):
    return reverse("catalog:manage_issuer_logo", args=[issuer.public_id])


def with_logo(issuer, alt=ALT):
    by = UserFactory()
    issuers.save_logo(issuer, by=by, alt=alt, png=png())
    issuer.refresh_from_db()
    return issuer


def alternatives(paper):
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        parts = [part for part in pdf.objects if isinstance(part, pikepdf.Dictionary)]
        return {str(part.Alt) for part in parts if "/Alt" in part}


def send(client, issuer, *, file=None, alt=ALT, **more):
    sent = {"alt": alt, **({"image": file} if file else {}), **more}
    return client.post(page(issuer), sent)


@pytest.mark.parametrize("name", ["logo.png", "logo.svg"])
def test_a_coordinator_uploads_a_logo_that_is_cleaned_like_art(coordinator, client, badge, name):
    content = png() if name.endswith("png") else svg(CIRCLE)

    answer = send(coordinator, badge.issuer, file=upload(content, name))

    issuer = Issuer.objects.get()
    served = client.get(issuer.get_logo_url())
    assert answer.status_code == 302
    assert issuer.logo_alt == ALT
    assert Image.open(io.BytesIO(b"".join(served))).size == (600, 600)
    assert (served["Content-Type"], served["Access-Control-Allow-Origin"]) == ("image/png", "*")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.agency) == ("logo changed", badge.issuer.agency)


@pytest.mark.parametrize(
    ("file", "alt", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", ALT, "script"),
        (b"not an image", ALT, "not a PNG, JPEG, or SVG"),
        (None, ALT, "This field is required"),
        ("png", " ", "This field is required"),
    ],
)
def test_what_cannot_be_a_logo_is_refused_and_what_was_typed_stays(
    coordinator, badge, file, alt, words
):
    content = png() if file == "png" else file

    answer = send(coordinator, badge.issuer, file=content and upload(content), alt=alt)

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert alt.strip() in answer.content.decode()
    assert not Issuer.objects.get().logo


def test_the_description_changes_without_a_new_file(coordinator, badge):
    issuer = with_logo(badge.issuer)
    name = issuer.logo.name

    send(coordinator, issuer, alt="A branch.")

    issuer.refresh_from_db()
    assert (issuer.logo.name, issuer.logo_alt) == (name, "A branch.")


def test_a_change_in_another_window_is_not_overwritten(coordinator, badge):
    with_logo(badge.issuer, alt="First")
    window = Window(coordinator, page(badge.issuer), has="alt").type(alt="Mine")
    window.data["image"] = [upload(png())]
    remover = Window(coordinator, page(badge.issuer), has="shown")
    with_logo(badge.issuer, alt="Theirs")

    answer = window.press()
    again = remover.press({"remove": "1"})

    assert (answer.status_code, again.status_code) == (422, 422)
    assert "Another file was saved here in another window." in text_of(answer)
    assert "Theirs" in text_of(answer)
    assert "Mine" in answer.content.decode()
    assert "Nothing is removed yet." in text_of(again)
    assert Issuer.objects.get().logo_alt == "Theirs"


def test_a_logo_can_be_removed(coordinator, badge):
    issuer = with_logo(badge.issuer)

    send(coordinator, issuer, remove="1")

    issuer.refresh_from_db()
    assert (issuer.logo.name, issuer.logo_alt) == ("", "")
    assert AuditEntry.objects.latest("pk").act == "logo removed"


def test_a_logo_without_a_description_is_refused_by_the_database(badge):
    with pytest.raises(IntegrityError), transaction.atomic():
        Issuer.objects.update(logo="logos/a.png")


def test_only_coordinators_of_the_issuers_agency_have_the_page(badge):
    address = page(badge.issuer)

    statuses = [
        Client().get(address).status_code,
        signed_in(UserFactory()).get(address).status_code,
        signed_in(coordinator_for(BadgeFactory())).get(address).status_code,
        signed_in(coordinator_for(badge)).get(address).status_code,
    ]

    assert statuses == [302, 403, 404, 200]


def test_the_documents_of_both_versions_name_it(client, badge):
    issuer = with_logo(badge.issuer)
    award = issued_award(badge_class=badge)

    hosted = fetch_document(client, addresses.issuer_id(issuer.public_id))
    signed = document(award)

    url = addresses.absolute(issuer.get_logo_url())
    assert hosted["image"] == {"id": url, "caption": ALT}
    assert signed["issuer"]["image"] == {"id": url, "type": "Image", "caption": ALT}
    assert schema_errors(signed) == []


def test_a_badge_keeps_the_logo_it_was_issued_with(client, badge):
    award = issued_award(badge_class=badge)
    assert "image" not in document(award)["issuer"]
    with_logo(badge.issuer, alt="First")
    first = issued_award(badge_class=badge)
    url = document(first)["issuer"]["image"]["id"]

    with_logo(badge.issuer, alt="Second")

    assert document(first)["issuer"]["image"]["caption"] == "First"
    assert client.get(url.removeprefix("http://localhost:8000")).status_code == 200
    assert document(issued_award(badge_class=badge))["issuer"]["image"]["caption"] == "Second"


def test_pages_and_the_certificate_show_it_with_its_description(client, badge):
    issuer = with_logo(badge.issuer)
    award = issued_award(badge_class=badge)
    changes.share(award, shows_name=True, items=[])

    pages = [
        client.get(path, headers={"Accept": "text/html"}).content.decode()
        for path in (
            award.get_absolute_url(), badge.get_absolute_url(), f"/issuers/{issuer.public_id}"
        )
    ]  # fmt: skip
    reader = signed_in(award.recipient)
    with_it = reader.get(f"/awards/{award.public_id}/certificate.pdf").content
    issuers.remove_logo(issuer, by=UserFactory())
    without = reader.get(f"/awards/{award.public_id}/certificate.pdf").content

    for html in pages:
        assert f'src="{issuer.get_logo_url()}" alt="{ALT}"' in html
    assert [ALT in alternatives(paper) for paper in (with_it, without)] == [True, False]
    assert "image" not in json.dumps(fetch_document(client, addresses.issuer_id(issuer.public_id)))


def test_an_unknown_logo_is_not_found(client, badge):
    address = f"/issuers/{badge.issuer.public_id}/logos/{badge.issuer.public_id}.png"

    assert client.get(address).status_code == 404
