import io

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, transaction
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageOps

from accounts.models import Membership
from audit.models import AuditEntry
from mail.composing import compose
from mail.models import OutgoingEmail
from rewards.drawings.prize_forms import PrizeForm, PrizeFormSet
from rewards.models import Prize, Sponsor
from rewards.prizes import operations as prizes
from rewards.sponsors import logos
from rewards.sponsors import operations as sponsors
from rewards.sponsors.forms import SponsorForm
from rewards.sponsors.logos import LogoUnreadable, clean_logo
from sandbox import run
from sandbox.limits import MEGABYTE, Limits
from tests.catalog.image_files import chunk, raw_png, shorts
from tests.factories import AgencyFactory, MembershipFactory, UserFactory, png
from tests.rewards.drawing_factories import SponsorFactory, announced, closed, drafted, drawn
from tests.rewards.pages import coordinator_of
from tests.submissions import bombs

pytestmark = pytest.mark.django_db


def sponsor(name="Two Ovens Bakery", slug="two-ovens", logo=None, **kwargs):
    agency = kwargs.pop("agency", None) or AgencyFactory()
    new = Sponsor(agency=agency, name=name, slug=slug, url=f"https://{slug}.example", **kwargs)
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


@pytest.mark.parametrize(
    ("content", "color"),
    [
        (raw_png(0, 16, shorts(0x4000) * 2, 200), (64, 64, 64, 255)),
        (raw_png(0, 16, shorts(0x0300) * 2, 200), (3, 3, 3, 255)),
        (raw_png(4, 16, shorts(0x8000, 0x4000) * 2, 200), (128, 128, 128, 64)),
        (raw_png(2, 16, shorts(0x8000, 0x4000, 0x0100) * 2, 200), (128, 64, 1, 255)),
        (raw_png(0, 16, shorts(0x4001) * 2, 200, more=chunk(b"tRNS", b"\x40\x01")),
         (64, 64, 64, 0)),
        (raw_png(0, 2, b"\x55" * 50, 200), (85, 85, 85, 255)),
    ],
)  # fmt: skip
def test_a_logo_of_any_depth_keeps_its_color(content, color):
    clean = clean_logo(io.BytesIO(content))

    picture = Image.open(io.BytesIO(clean))
    assert picture.size == (200, 200)
    assert picture.getpixel((100, 100)) == pytest.approx(color, abs=1)


@pytest.mark.parametrize("size", [(8, 5), (800, 3), (3, 900), (20_000, 1)])
def test_a_small_or_narrow_logo_is_never_enlarged(size):
    photo = io.BytesIO()
    Image.new("RGB", size, "teal").save(photo, "PNG")

    clean = clean_logo(photo)

    width, height = Image.open(io.BytesIO(clean)).size
    assert (width, height) <= size
    assert max(width, height) == min(max(size), 800)


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
    form = SponsorForm({"agency": AgencyFactory().pk, "name": "Ferretería Río & Co",
                        "url": "rio.example", "tier": "friend", "position": "0"})  # fmt: skip

    assert form.is_valid(), form.errors
    assert form.cleaned_data["slug"] == "ferreteria-rio-co"


def test_an_impossible_year_is_refused():
    form = SponsorForm({"name": "A", "url": "a.example", "since": "99999999"})

    assert not form.is_valid()
    assert "since" in form.errors


# --- Agencies ---------------------------------------------------------------------------------


def signed_in_as_coordinator_of(agency):
    client = Client()
    client.force_login(MembershipFactory(agency=agency, role=Membership.Role.COORDINATOR).user)
    return client


def posted(found, **changes):
    kept = ("name", "url", "slug", "email", "tier", "position")
    fields = {name: getattr(found, name) for name in kept}
    return {"agency": found.agency_id, **fields, **changes}


def address_of(found):
    return reverse("rewards:manage_sponsor", args=[found.slug])


def test_only_the_coordinators_of_its_agency_and_above_change_a_sponsor():
    county, other_county = AgencyFactory(), AgencyFactory()
    district, sibling = AgencyFactory(parent=county), AgencyFactory(parent=county)
    found = sponsor(agency=district, email="private@two-ovens.example")

    answers = {}
    for agency in (county, district, sibling, other_county):
        client = signed_in_as_coordinator_of(agency)
        page = client.get(address_of(found))
        name = f"Renamed by {agency.pk}"
        client.post(address_of(found), posted(found, name=name))
        found.refresh_from_db()
        listed = "private@two-ovens.example" in client.get(reverse("rewards:manage_list")).text
        answers[agency.pk] = page.status_code, listed, found.name == name

    assert answers == {
        county.pk: (200, True, True),
        district.pk: (200, True, True),
        sibling.pk: (404, False, False),
        other_county.pk: (404, False, False),
    }


def test_a_sponsor_cannot_be_given_to_an_agency_of_somebody_else():
    own, other = AgencyFactory(), AgencyFactory()
    found = sponsor(agency=own)
    client = signed_in_as_coordinator_of(own)

    moved = client.post(address_of(found), posted(found, agency=other.pk))
    added = client.post(
        reverse("rewards:manage_sponsor_new"), posted(found, agency=other.pk, name="B", slug="b")
    )

    assert (moved.status_code, added.status_code) == (422, 422)
    assert list(Sponsor.objects.values_list("agency", flat=True)) == [own.pk]


def test_two_counties_can_have_a_sponsor_of_the_same_name_but_one_county_only_once():
    own, other = AgencyFactory(), AgencyFactory()
    found = sponsor(agency=other)
    new = reverse("rewards:manage_sponsor_new")

    first = signed_in_as_coordinator_of(own).post(new, posted(found, agency=own.pk, slug="mine"))
    again = signed_in_as_coordinator_of(own).post(new, posted(found, agency=own.pk, slug="more"))

    assert (first.status_code, again.status_code) == (302, 422)
    assert "This agency already has a sponsor with this name." in again.text


def test_drawings_name_sponsors_of_their_agency_and_of_those_above_and_below():
    county, other_county = AgencyFactory(), AgencyFactory()
    district, sibling = AgencyFactory(parent=county), AgencyFactory(parent=county)
    for agency in (county, district, sibling, other_county):
        sponsor(str(agency.pk), f"sponsor-{agency.pk}", agency=agency)

    def names(agency):
        form = PrizeForm(agency=agency, usable=list(Sponsor.objects.usable_in(agency)))
        return set(form.fields["sponsor"].queryset.values_list("agency", flat=True))

    assert names(district) == {district.pk, county.pk}
    assert names(county) == {district.pk, sibling.pk, county.pk}


def renamed(found):
    found.name, found.url, found.slug = "Shady Casino", "https://casino.example", "casino"
    sponsors.save_sponsor(found, by=UserFactory(), logo=png(60))


@pytest.mark.parametrize("make", [announced, closed, drawn])
def test_an_announced_drawing_keeps_the_sponsor_as_announced(client, make, after_commit):
    logo = png(200)
    drawing = drafted()
    for prize in drawing.prizes.select_related("sponsor"):
        prize.sponsor.name = f"Lantern {prize.position}"
        sponsors.save_sponsor(prize.sponsor, by=UserFactory(), logo=logo)
    drawing = make(drawing=drawing)
    prize = drawing.prizes.select_related("sponsor").get(position=1)

    with after_commit:
        renamed(prize.sponsor)

    shown = [client.get(drawing.get_absolute_url()).text, client.get("/drawings/").text]
    if make is drawn:
        shown.append(client.get(reverse("rewards:result", args=[drawing.slug])).text)
        prize.sponsor.email = "us@casino.example"
        prize.sponsor.save()
        prizes.thank_sponsors(drawing, by=UserFactory())
        emails = OutgoingEmail.objects.filter(kind__in=["sponsor_thanks", "prize_won"])
        shown += [f"{compose(email).subject} {compose(email).body}" for email in emails]
    assert all("Casino" not in text and "casino.example/" not in text for text in shown)
    assert "Lantern 1" in shown[0]
    assert f"{prize.sponsor.url}" not in shown[0]
    kept = client.get(reverse("rewards:donor_logo", args=[drawing.slug, 1]))
    assert b"".join(kept.streaming_content) == logo


def test_a_draft_follows_the_sponsor():
    drawing = drafted()
    prize = drawing.prizes.select_related("sponsor").get(position=1)

    renamed(prize.sponsor)

    assert prize.donor.name == "Shady Casino"


def test_the_database_keeps_what_is_announced_of_a_prize():
    prize = announced().prizes.get(position=1)

    for field in ("description", "picture_alt", "donor_name", "donor_url", "donor_logo"):
        with pytest.raises(InternalError, match="frozen"), transaction.atomic():
            Prize.objects.filter(pk=prize.pk).update(**{field: "something else"})


@pytest.mark.parametrize(("ink", "ground"), [("white", (18, 54, 58, 255)), ("navy", (0, 0, 0, 0))])
def test_a_white_logo_on_nothing_gets_a_dark_ground(ink, ground):
    picture = Image.new("RGBA", (40, 20))
    picture.paste(ink, (10, 5, 30, 15))
    sent = io.BytesIO()
    picture.save(sent, "PNG")

    made = Image.open(io.BytesIO(clean_logo(sent)))

    assert made.getpixel((0, 0)) == ground


def test_a_logo_can_be_removed_and_a_sponsor_needs_no_web_address(client, after_commit):
    given = SponsorFactory(url="")
    sponsors.save_sponsor(given, by=None, logo=png(20))
    client.force_login(coordinator_of(given))

    shown = client.get(reverse("rewards:sponsor", args=[given.slug])).content.decode()
    with after_commit:
        client.post(reverse("rewards:manage_sponsor_logo", args=[given.slug]))

    given.refresh_from_db()
    assert 'href=""' not in shown
    assert given.get_logo_url() == ""


def test_an_image_of_a_prize_needs_its_description():
    agency = AgencyFactory()
    data = {
        "prize-TOTAL_FORMS": "1",
        "prize-INITIAL_FORMS": "0",
        "prize-0-name": "Telescope",
        "prize-0-worth": "50",
        "prize-0-quantity": "1",
    }
    files = {"prize-0-picture": SimpleUploadedFile("a.png", png(20))}

    rows = PrizeFormSet(data, files, prefix="prize", stored=[], agency=agency)

    assert not rows.is_valid()
    assert list(rows.errors[0]) == ["picture_alt", "picture"]
