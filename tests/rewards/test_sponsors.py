import io

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from PIL import Image, ImageOps

from audit.models import AuditEntry
from rewards.drawings.forms import PrizeForm
from rewards.models import Sponsor
from rewards.sponsors import logos
from rewards.sponsors import operations as sponsors
from rewards.sponsors.forms import SponsorForm
from rewards.sponsors.logos import LogoUnreadable, clean_logo
from sandbox import run
from sandbox.limits import MEGABYTE, Limits
from tests.factories import UserFactory, png
from tests.submissions import bombs

pytestmark = pytest.mark.django_db


def sponsor(name="Two Ovens Bakery", slug="two-ovens", logo=None, **kwargs):
    new = Sponsor(name=name, slug=slug, url=f"https://{slug}.example", **kwargs)
    sponsors.save_sponsor(new, by=UserFactory(), logo=logo)
    return new


def rendered_sponsors():
    return Template("{% load rewards_tags %}{% sponsors %}").render(Context())


def test_current_sponsors_are_listed_in_their_order():
    sponsor("Second", "second", position=2)
    sponsor("First", "first", position=1)
    sponsor("Past", "past", is_current=False)

    page = rendered_sponsors()

    assert page.index("First") < page.index("Second")
    assert "Past" not in page
    assert 'href="https://first.example"' in page


def test_without_sponsors_nothing_is_shown():
    assert rendered_sponsors().strip() == ""


def test_a_logo_is_public_and_cacheable(client):
    logo = png(200)
    found = sponsor(logo=logo)

    response = client.get(found.get_logo_url())

    assert b"".join(response.streaming_content) == logo
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"].startswith("public, max-age=3600")
    again = client.get(found.get_logo_url(), headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_a_sponsor_without_a_logo_is_shown_by_name(client):
    found = sponsor()

    assert found.get_logo_url() == ""
    assert "<img" not in rendered_sponsors()
    assert client.get("/sponsors/two-ovens/logo.png").status_code == 404


def test_a_new_logo_has_a_new_etag_and_the_old_file_is_deleted(client, after_commit):
    found = sponsor(logo=png(200))
    old, etag = found.logo.name, client.get(found.get_logo_url())["ETag"]

    with after_commit:
        sponsors.save_sponsor(found, by=UserFactory(), logo=png(300))

    assert client.get(found.get_logo_url())["ETag"] != etag
    assert not found.logo.storage.exists(old)
    assert list(AuditEntry.objects.order_by("pk").values_list("act", flat=True)) == [
        "sponsor added",
        "sponsor changed",
    ]


def test_an_uploaded_logo_is_re_encoded_without_metadata():
    photo = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (2000, 1000), "teal").save(photo, "JPEG", exif=exif)

    clean = clean_logo(photo)

    picture = Image.open(io.BytesIO(clean))
    assert (picture.format, picture.size) == ("PNG", (800, 400))
    assert b"taken at home" not in clean


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_taken_sideways_is_shown_upright(kind, orientation):
    corners = Image.new("RGB", (60, 40), "navy")
    corners.paste("gold", (0, 0, 30, 20))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Rosa's phone"
    photo = io.BytesIO()
    corners.save(photo, kind, exif=exif)

    clean = clean_logo(photo)

    upright = ImageOps.exif_transpose(Image.open(photo)).convert("RGBA")
    assert Image.open(io.BytesIO(clean)).size == upright.size
    assert Image.open(io.BytesIO(clean)).tobytes() == upright.tobytes()
    assert b"Rosa" not in clean


@pytest.mark.parametrize("content", [b"", b"not a picture", png()[:200], b"<svg onload='x'/>"])
def test_a_file_that_is_not_a_picture_is_refused(content):
    with pytest.raises(LogoUnreadable):
        clean_logo(io.BytesIO(content))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: bombs.png(30_000, 30_000), "more than 20 million pixels"),
        (lambda: bombs.webp_header(16_384, 16_384), "more than 20 million pixels"),
        (lambda: bombs.png(9, 9, more=bombs.chunk(b"tEXt") * 100_000), "too many parts"),
        (lambda: bombs.jpeg_comments(100_000), "too many parts"),
        (lambda: bombs.gif_frames(3), "not a PNG, JPEG, or WebP"),
        (lambda: b"\x89PNG" * 2_000_000, "larger than 5 MB"),
    ],
)
def test_a_picture_made_to_fill_memory_is_refused_in_words(make, words):
    with pytest.raises(LogoUnreadable, match=words):
        clean_logo(io.BytesIO(make()))


@pytest.mark.parametrize(
    ("job", "limits"),
    [
        ("count_forever", Limits(processor_seconds=1)),
        ("fill_memory", Limits(memory=128 * MEGABYTE)),
    ],
)
def test_a_run_that_is_ended_says_what_to_do(job, limits, monkeypatch):
    call = run.call

    def call_job(_function, data, **options):
        return call(f"tests.sandbox.jobs:{job}", data, **options)

    monkeypatch.setattr(run, "call", call_job)
    monkeypatch.setattr(logos, "LIMITS", limits)

    with pytest.raises(LogoUnreadable, match="too much time or memory"):
        clean_logo(io.BytesIO(png()))


@pytest.mark.parametrize(
    "field", [SponsorForm.base_fields["logo"], PrizeForm.base_fields["picture"]]
)
def test_forms_do_not_decode_uploaded_pictures_themselves(field):
    assert not isinstance(field, forms.ImageField)


def test_the_form_refuses_a_broken_picture():
    form = SponsorForm(
        {"name": "A", "slug": "a", "url": "a.example", "position": "0"},
        {"logo": SimpleUploadedFile("a.png", png()[:100], "image/png")},
    )

    assert not form.is_valid()
    assert "logo" in form.errors


def test_the_slug_of_a_sponsor_is_made_from_the_name():
    sponsor("Ferretería Río")
    form = SponsorForm({"name": "Ferretería Río & Co", "url": "rio.example", "tier": "friend",
                        "position": "0"})  # fmt: skip

    assert form.is_valid(), form.errors
    assert form.cleaned_data["slug"] == "ferreteria-rio-co"


def test_an_impossible_year_is_refused():
    form = SponsorForm({"name": "A", "url": "a.example", "since": "99999999"})

    assert not form.is_valid()
    assert "since" in form.errors


def test_operators_add_a_sponsor_in_the_admin(client):
    operator = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(operator)

    client.post(
        "/operator/rewards/sponsor/add/",
        {"name": "A", "slug": "a", "url": "https://a.example", "position": "0",
         "tier": "supporting", "is_current": "on",
         "logo": SimpleUploadedFile("a.png", png(1000), "image/png")},
    )  # fmt: skip

    added = Sponsor.objects.get()
    assert Image.open(added.logo).size == (800, 800)
    assert AuditEntry.objects.get().actor == operator
