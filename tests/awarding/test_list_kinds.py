"""Kinds of files that people bring, through the page on which they upload a list."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from awarding.models import AwardListRow, ListUpload
from tests.awarding.list_pages import NEW, answer, keep_ids, paste
from tests.factories import BadgeFactory

pytestmark = pytest.mark.django_db


def awarded() -> list[tuple[str, str]]:
    """Who would get the badge, in the order of the file."""
    rows = AwardListRow.objects.without_problem().order_by("line", "email")
    return list(rows.values_list("email", "name"))


def problems() -> dict[int, str]:
    return dict(AwardListRow.objects.exclude(problem="").values_list("line", "problem"))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ('Name,Email\n"de la Cruz, María Jr.",a@b.example', "María Jr. de la Cruz"),
        ('Name,Email\n"King, Martin Luther, Jr.",a@b.example', "Martin Luther King, Jr."),
        ("Last,First,Suffix,Email\nde la Cruz,María,Jr.,a@b.example", "María de la Cruz Jr."),
        (
            "Nombre,Primer apellido,Segundo apellido,Correo\nMaría,López,Díaz,a@b.example",
            "María López Díaz",
        ),
        (
            "Primer nombre,Segundo nombre,Apellido paterno,Apellido materno,Correo\n"
            "María,José,López,Díaz,a@b.example",
            "María José López Díaz",
        ),
        ("Name,Email\nМария Петрова,a@b.example", "Мария Петрова"),
        ("Name,Email\n王小明,a@b.example", "王小明"),
        ("Name,Email\nمحمد علي,a@b.example", "محمد علي"),
        ('Name,Email\n"Nguyễn, Văn Anh",a@b.example', "Văn Anh Nguyễn"),
        ("Arroyo, Ana <a@b.example>;", "Ana Arroyo"),
        ("Email,Name\na@b.example,#REF!", ""),
        ("Email,Name\na@b.example,null", ""),
    ],
)
def test_names_are_written_as_people_say_them(client, badge, coordinator, words, name):
    paste(client, badge, words)

    assert awarded() == [("a@b.example", name)]


def test_one_last_name_that_comes_first_is_turned_among_others(client, badge, coordinator):
    paste(
        client, badge, 'Name,Email\nAna A,a@b.example\nBen I,b@b.example\n"Oduya, Cy",c@b.example'
    )

    assert awarded()[2] == ("c@b.example", "Cy Oduya")


@pytest.mark.parametrize("name", ["Jos? Pe?a", "Jos\ufffd Pe\ufffda"])
def test_a_name_that_lost_letters_goes_on_no_badge(client, badge, coordinator, name):
    paste(client, badge, f"Name,Email\n{name},a@b.example\nBen,b@b.example")

    assert (awarded(), problems()) == ([("b@b.example", "Ben")], {2: "name_damaged"})


def test_who_never_expires_has_no_day_of_expiry(client, badge, coordinator):
    paste(client, badge, "Email,Expires\na@b.example,Never\nb@b.example,12/31/2036")

    days = AwardListRow.objects.order_by("line").values_list("problem", "expires_on")
    assert [(problem, str(day)) for problem, day in days] == [("", "None"), ("", "2036-12-31")]


@pytest.mark.parametrize(("order", "day"), [("day", "2026-04-03"), ("month", "2026-03-04")])
def test_dates_that_can_be_read_in_two_ways_are_asked_about(client, badge, coordinator, order, day):
    paste(client, badge, "Email,Date\na@b.example,13/02/2026\nb@b.example,03/04/2026")
    upload = ListUpload.objects.get()
    page = client.get(upload.get_absolute_url()).text
    assert "Which date is “03/04/2026”?" in page
    assert "April 3, 2026" in page
    assert awarded() == []

    answer(client, upload, order_1=order)

    assert str(AwardListRow.objects.get(line=3, problem="").earned_on) == day


def test_a_second_list_in_the_file_is_left_out_until_somebody_includes_it(
    client, badge, coordinator
):
    paste(
        client, badge,
        "Name,Email\nAna,ana@b.example\n\nNot finished\nName,Email\nBen,ben@b.example\n"
        "Cy,cy@b.example",
    )  # fmt: skip
    upload = ListUpload.objects.get()
    page = client.get(upload.get_absolute_url()).text
    assert "There is more than one table in this file." in page
    assert "Not finished · 2 rows" in page
    assert awarded() == []

    answer(client, upload, with_other_tables="on")
    upload.refresh_from_db()
    answer(client, upload, with_other_tables="on")

    assert [name for _email, name in awarded()] == ["Ana", "Ben", "Cy"]


def test_a_cell_can_name_several_badges(client, badge, coordinator):
    other = BadgeFactory(issuer=badge.issuer)
    paste(client, badge, 'Email,Badge\na@b.example,"One; Two"\nb@b.example,Two\nc@b.example,')
    upload = ListUpload.objects.get()

    answer(client, upload, badge_1_0=other.pk, badge_1_1=badge.pk, badge_1_2="0")

    rows = AwardListRow.objects.without_problem().order_by("email", "award_list__badge_class")
    assert list(rows.values_list("email", "award_list__badge_class")) == [
        ("a@b.example", badge.pk), ("a@b.example", other.pk), ("b@b.example", other.pk),
    ]  # fmt: skip
    assert problems() == {4: "not_chosen"}


def test_ids_keep_their_leading_zeros(client, badge, coordinator):
    keep_ids(badge.agency, ("00123", "ana@b.example", "Ana Arroyo"))
    book = Workbook()
    for row in (["Emp #", "Name"], [123, "Ana"], ["00456", "Ben"]):
        book.active.append(row)
    book.active["A2"].number_format = "00000"
    content = io.BytesIO()
    book.save(content)

    file = SimpleUploadedFile("people.xlsx", content.getvalue())
    client.post(NEW, {"badge_class": badge.pk, "file": file})

    assert (awarded(), problems()) == ([("ana@b.example", "Ana")], {3: "no_person"})


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac_roman", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", "|", "^", "\t"])
def test_letters_and_separators_of_any_program_are_read(
    client, badge, coordinator, encoding, separator
):
    words = (
        "Nombre,Correo,Fecha\nJosé Peña,a@b.example,14-Mar-26\nZoë Núñez,b@b.example,15-Mar-26\n"
    )
    file = SimpleUploadedFile("people.csv", words.replace(",", separator).encode(encoding))

    client.post(NEW, {"badge_class": badge.pk, "file": file})

    assert awarded() == [("a@b.example", "José Peña"), ("b@b.example", "Zoë Núñez")]
