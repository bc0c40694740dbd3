"""People of a list are found by the IDs that their agency keeps, if there is no address."""

from __future__ import annotations

import csv
import io

import pytest

from awarding.models import AwardList, AwardListRow, ListUpload
from awarding.states import RowProblem
from issuing.models import Assertion
from tests.awarding.list_pages import answer, award_all, keep_ids, paste, upload_case
from tests.factories import AgencyFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ids(badge):
    keep_ids(
        badge.agency,
        ("S1001", "ana@b.example", "Ana Arroyo"),
        ("S1002", "ben@b.example", "Ben Ito"),
        ("7", "di@b.example", ""),
    )


def rows_of(award_list) -> list[tuple[str, str, str]]:
    return list(award_list.rows.order_by("pk").values_list("email", "name", "problem"))


def test_people_are_found_by_id_without_a_column_of_addresses(client, badge, coordinator):
    paste(client, badge, "Student ID,Name\ns1001,\n S1002 ,Benjamin Ito\nS9999,Who\n,Nobody")
    award_all()

    assert rows_of(AwardList.objects.get()) == [
        ("ana@b.example", "Ana Arroyo", ""),
        ("ben@b.example", "Benjamin Ito", ""),
        ("", "Who", RowProblem.NO_PERSON),
        ("", "Nobody", RowProblem.NO_EMAIL_OR_ID),
    ]
    assert set(Assertion.objects.values_list("recipient_email", flat=True)) == {
        "ana@b.example",
        "ben@b.example",
    }


def test_an_id_counts_only_where_the_address_is_empty(client, badge, coordinator):
    paste(client, badge, "Email,Staff ID\ncy@b.example,S1001\n,S1002\nnot an address,S1001")

    assert [(email, problem) for email, _name, problem in rows_of(AwardList.objects.get())] == [
        ("cy@b.example", ""),
        ("ben@b.example", ""),
        ("not an address", RowProblem.BAD_EMAIL),
    ]


def test_without_a_column_of_ids_a_missing_address_is_what_is_missing(client, badge, coordinator):
    paste(client, badge, "Email,Name\ncy@b.example,Cy\n,Di")

    assert [problem for *_, problem in rows_of(AwardList.objects.get())] == ["", "no_email"]


def test_the_ids_of_another_agency_name_nobody(client, badge, coordinator):
    keep_ids(AgencyFactory(), ("S5000", "eve@other.example", "Eve"))

    paste(client, badge, "Student ID\nS5000\nS1001")

    assert rows_of(AwardList.objects.get()) == [
        ("", "", RowProblem.NO_PERSON),
        ("ana@b.example", "Ana Arroyo", ""),
    ]


def test_badges_go_to_the_address_of_the_account(client, badge, coordinator):
    person = UserFactory(email="old@b.example")
    keep_ids(badge.agency, ("S2000", "old@b.example", ""))
    type(person).objects.filter(pk=person.pk).update(email="new@b.example")

    paste(client, badge, "Student ID\nS2000")

    assert AwardListRow.objects.get().email == "new@b.example"


def test_two_ids_must_name_one_person(client, badge, coordinator):
    paste(client, badge, "Student ID,Local ID\nS1001,S1002\nS1001,X\n,S1002\nS1001,s1001")

    assert [(email, problem) for email, _name, problem in rows_of(AwardList.objects.get())] == [
        ("", RowProblem.IDS_DIFFER),
        ("ana@b.example", ""),
        ("ben@b.example", ""),
        ("ana@b.example", RowProblem.TWICE),
    ]


@pytest.mark.parametrize("heading", ["ID", "User ID", "id number", "Participant ID"])
def test_numbers_that_may_be_of_rows_are_asked_about(client, badge, coordinator, heading):
    page = paste(client, badge, f"{heading},Name\n7,Somebody", follow=True).text

    upload = ListUpload.objects.get()
    assert not AwardList.objects.exists()
    assert "People without an email address are found by their ID." in page
    answer(client, upload)
    assert rows_of(AwardList.objects.get()) == [("di@b.example", "Somebody", "")]


def test_numbers_of_rows_are_not_asked_about_where_everybody_has_an_address(
    client, badge, coordinator
):
    paste(client, badge, "ID,Email\n7,cy@b.example")

    assert AwardListRow.objects.get().email == "cy@b.example"


def test_rows_with_unknown_ids_can_be_downloaded_fixed_and_uploaded(client, badge, coordinator):
    paste(client, badge, "Staff ID,Name\nS1001,Ana\nS3000,New Person")
    award_list = AwardList.objects.get()

    to_fix = b"".join(client.get(award_list.get_absolute_url() + "rows-to-fix.csv")).decode()
    [row] = csv.DictReader(io.StringIO(to_fix.removeprefix("\ufeff")))
    keep_ids(badge.agency, ("S3000", "new@b.example", ""))
    paste(client, badge, to_fix)
    answer(client, ListUpload.objects.first())

    assert (row["ID"], row["Name"]) == ("S3000", "New Person")
    assert "Add them under IDs." in row["What to do"]
    assert rows_of(AwardList.objects.first()) == [("new@b.example", "New Person", "")]


def test_after_the_id_is_added_the_columns_are_read_again(client, badge, coordinator):
    paste(client, badge, "Student ID\nS1001\nS3000")
    keep_ids(badge.agency, ("S3000", "new@b.example", ""))

    answer(client, ListUpload.objects.get())

    emails = AwardListRow.objects.order_by("line").values_list("email", flat=True)
    assert list(emails) == ["ana@b.example", "new@b.example"]


def test_a_table_of_a_testing_system_awards_by_id(client, badge, coordinator):
    upload_case(client, badge, "te-student-id-no-email.csv")
    upload = ListUpload.objects.get()
    who = {
        f"who_{n}": ["nothing"]
        for n, column in enumerate(upload.columns)
        if column["field"] == "decides"
    }

    answer(client, upload, **who)

    [row] = rows_of(AwardList.objects.get())
    assert row[0] == "ana@b.example"
    assert row[2] == ""


def test_ids_are_looked_up_at_once(client, badge, coordinator, django_assert_max_num_queries):
    words = "Student ID\n" + "\n".join(["S1001", "S1002", *(f"X{n}" for n in range(300))])

    with django_assert_max_num_queries(60):
        paste(client, badge, words)

    assert AwardListRow.objects.filter(problem="").count() == 2
