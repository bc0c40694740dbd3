"""Coordinators of the agency at the root say what the program is; each change is in the log."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Membership
from audit.models import AuditEntry
from program.current import current
from program.models import Program
from tests.editing.windows import Window
from tests.factories import AgencyFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
SETTINGS = reverse("office:manage_settings")
PROGRAM = reverse("office:manage_program")
TEXTS = reverse("office:manage_texts")
LOOK = reverse("office:manage_look")
LOGO = reverse("office:manage_logo")
Role = Membership.Role


@pytest.fixture
def root():
    return AgencyFactory(name="Juniper County")


@pytest.fixture
def manager(root):
    return MembershipFactory(agency=root, role=Role.COORDINATOR).user


@pytest.fixture
def page(client, manager):
    client.force_login(manager)
    return client


def picture(*, size=(300, 90), kind="PNG", name="logo.png"):
    image = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    image.paste("#2b6f5e", (10, 20, 10 + size[0], 20 + size[1]))
    content = io.BytesIO()
    image.convert("RGB" if kind == "JPEG" else "RGBA").save(content, kind)
    return SimpleUploadedFile(name, content.getvalue())


def log():
    return list(AuditEntry.objects.order_by("pk").values_list("act", "note"))


def test_only_coordinators_of_the_root_manage_the_program(root):
    district = AgencyFactory(parent=root)
    people = {
        "root": MembershipFactory(agency=root, role=Role.COORDINATOR).user,
        "district": MembershipFactory(agency=district, role=Role.COORDINATOR).user,
        "reporter of the root": MembershipFactory(agency=root, role=Role.REPORTER).user,
        "operator": UserFactory(is_staff=True, is_superuser=True),
    }

    answers = {}
    for name, user in people.items():
        client = Client()
        client.force_login(user)
        answers[name] = client.get(SETTINGS).status_code
        assert (SETTINGS in client.get("/").content.decode()) == (name == "root")

    assert answers == {"root": 200, "district": 403, "reporter of the root": 403, "operator": 403}


def test_the_settings_say_what_each_changes_and_what_it_is(page):
    text = page.get(SETTINGS).content.decode()

    for words in ("Whom people are told to ask", "Educator Badges", "English, Spanish"):
        assert words in text


def test_name_purpose_office_and_languages_are_saved_and_logged(page, manager, root):
    window = Window(page, PROGRAM, has="name")

    response = window.type(
        name="  Juniper   Badges ", purpose="For teachers.", office_email="help@juniper.example"
    ).press()

    assert response.status_code == 302
    assert str(current()) == "Juniper Badges"
    assert log() == [
        ("program renamed", "Educator Badges → Juniper Badges"),
        ("purpose changed", "– → For teachers."),
        ("address of the office changed", "– → help@juniper.example"),
    ]
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.agency) == (manager, root)
    activity = page.get(reverse("reporting:manage_activity")).content.decode()
    assert "Educator Badges → Juniper Badges" in activity


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 61}, "at most 60 characters"),
        ({"name": "a\x07b"}, "invisible control characters"),
        ({"office_email": "nobody"}, "Enter a valid email address."),
        ({"languages": []}, "Choose at least one language."),
        ({"languages": ["fr"]}, "Select a valid choice."),
    ],
)
def test_what_can_not_be_a_program_is_refused_and_what_was_typed_is_kept(page, typed, words):
    sent = {"name": "Juniper", "purpose": "For teachers.", "languages": ["en"], **typed}

    response = page.post(PROGRAM, sent)

    text = response.content.decode()
    assert response.status_code == 422
    assert words in text
    assert "For teachers." in text
    assert not Program.objects.exists()


def test_texts_are_markdown_without_scripts_or_pictures(page):
    page.post(TEXTS, {"home_text": "# Hi\n<script>alert(1)</script> ![x](https://a.example/x.png)"})

    home = page.get("/").content.decode()

    assert "<h3>Hi</h3>" in home
    assert "<script>alert" not in home
    assert "a.example/x.png&quot;" not in home
    assert '<img src="https://a.example' not in home


def test_a_color_is_chosen_with_one_press_and_every_page_has_it(page, client):
    response = page.post(LOOK, {"swatch": "#12487f", "accent": ""})

    assert response.status_code == 302
    assert log() == [("accent color changed", "– → #12487f")]
    assert 'href="/program/accent/12487f.css"' in Client().get("/verify/").content.decode()
    page.post(LOOK, {"swatch": "", "accent": "#12487f"})
    assert "/program/accent/" not in Client().get("/verify/").content.decode()


def test_a_color_is_typed_as_people_type_it(page):
    page.post(LOOK, {"accent": "12487F"})

    assert current().accent == "#12487f"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("yellow", "This is not a color."),
        ("#12", "This is not a color."),
        ("#ffee00", "This color is too light"),
    ],
)
def test_a_color_that_can_not_be_read_is_refused_with_what_to_do(page, typed, words):
    response = page.post(LOOK, {"accent": typed})

    text = response.content.decode()
    assert response.status_code == 422
    assert words in text
    assert "for example #" in text
    assert f'value="{typed}"' in text
    assert current().accent == ""


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.png"), ("WEBP", "a.webp")])
def test_a_logo_keeps_its_shape_and_loses_its_margins(page, kind, name):
    response = page.post(LOGO, {"logo": picture(kind=kind, name=name)})

    assert response.status_code == 302
    saved = page.get(current().get_logo_url())
    assert Image.open(io.BytesIO(b"".join(saved))).size == (300, 90)
    assert (saved["Content-Type"], saved["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert current().get_logo_url() in Client().get("/verify/").content.decode()
    assert log() == [("program logo changed", "")]


def test_a_drawn_logo_becomes_a_picture_without_scripts(page):
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10">'
        '<path d="M0 0h40v10H0z"/></svg>'
    )

    page.post(LOGO, {"logo": SimpleUploadedFile("logo.svg", drawing.encode())})

    width, height = Image.open(io.BytesIO(b"".join(page.get(current().get_logo_url())))).size
    assert (width, height) == (600, 150)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"GIF89a....", "Save it as PNG and try again."),
        (b"\x89PNG\r\n\x1a\n broken", "again"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "script"),
    ],
)
def test_a_file_that_is_no_logo_is_refused_with_what_to_do(page, content, words):
    response = page.post(LOGO, {"logo": SimpleUploadedFile("logo.png", content)})

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not current().logo


def test_removing_the_logo_twice_changes_nothing_and_its_address_still_answers(page):
    page.post(LOGO, {"logo": picture()})
    address = current().get_logo_url()

    for _time in range(2):
        assert page.post(LOGO, {"remove": "1"}).status_code == 302

    assert not current().logo
    assert page.get(address).status_code == 200
    assert [act for act, _note in log()] == ["program logo changed", "program logo removed"]


def test_a_logo_that_another_window_replaced_is_not_removed_unseen(page):
    page.post(LOGO, {"logo": picture()})
    window = Window(page, LOOK, has="remove")
    page.post(LOGO, {"logo": picture(size=(90, 90))})

    response = page.post(LOGO, {"remove": "1", "shown": window.data["shown"]})

    assert response.status_code == 422
    assert "It was changed in another window" in response.content.decode()
    assert current().logo


def test_the_settings_are_complete_in_spanish(manager):
    client = Client(headers={"accept-language": "es"})
    client.force_login(manager)

    assert "Ajustes" in client.get(SETTINGS).content.decode()
    assert "Color de acento" in client.get(LOOK).content.decode()
