"""A program keeps the IDs of its people, and results without an address are matched by them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import AuditEntry
from awarding.ids import operations as ids
from awarding.ids.reading import IdReader, IdRow
from awarding.models import PersonId, ScoreImport
from issuing.models import Assertion
from spreadsheets import file_formats
from tests.awarding.cases import case
from tests.awarding.score_imports import (
    Kind,
    carry_on_award_lists,
    reader_of,
    rule_for,
    scores,
)
from tests.factories import AgencyFactory, BadgeFactory, UserFactory, coordinator_for

pytestmark = pytest.mark.django_db
IDS = "awarding:manage_ids"


def keep(agency, *known):
    rows = [IdRow(2, email=email, name=name, identifier=words) for words, email, name in known]
    return ids.import_ids(agency, rows, by=UserFactory())


def read_ids(words):
    return list(IdReader(file_formats.read_text(words).lines).rows())


def imported(badge, words):
    score_import = scores.save_import(
        badge.agency, reader=reader_of(words), name="ids.csv", by=coordinator_for(badge)
    )
    carry_on_award_lists()
    return score_import


@pytest.mark.parametrize(
    "words",
    [
        "Student ID,Email,Name\nS1001,ana@school.example,Ana Arroyo\n",
        "Name;Correo;Matrícula\nArroyo, Ana;ana@school.example;S1001\n",
        'StudentID,StudentEmail,Student\nS1001,Ana@school.example,"Arroyo, Ana"\n',
        "S1001,ana@school.example,Ana Arroyo\n",
        "Ana Arroyo,S1001,ana@school.example\n",
    ],
)
def test_a_list_of_ids_is_read_with_and_without_headings(words):
    [row] = read_ids(words)

    assert (row.identifier, row.email, row.name) == ("S1001", "ana@school.example", "Ana Arroyo")
    assert row.kind == PersonId.Kind.STUDENT


def test_the_heading_says_whose_id_it_is():
    [staff] = read_ids("Employee ID,Email\n77,ana@school.example\n")
    [other] = read_ids("ID,Email\n77,ana@school.example\n")

    assert (staff.kind, other.kind) == ("staff", "other")


def test_a_coordinator_imports_finds_corrects_and_removes_ids(client):
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))
    file = SimpleUploadedFile(
        "ids.csv",
        b"ID,Email,Name\nS1001,ana@school.example,Ana\nS1002,ben@school.example,Ben\n,c@b.example,C\n",
    )

    answer = client.post(reverse(IDS), {"agency": badge.agency.pk, "file": file})

    assert "2 IDs are added." in answer.text
    assert "There is no ID." in answer.text
    ana = PersonId.objects.get(identifier="S1001")
    for words in ("s1001", "ANA", "ana@school"):
        found = client.get(reverse(IDS), {"q": words})
        assert [each.pk for each in found.context["page"]] == [ana.pk]
    page = client.get(ana.get_absolute_url())
    typed = page.context["form"].initial | {"email": "Ana.Ruiz@school.example"}
    assert client.post(ana.get_absolute_url(), typed).status_code == 302
    ana.refresh_from_db()
    assert ana.email == "ana.ruiz@school.example"
    client.post(reverse("awarding:manage_id_remove", args=[ana.pk]))
    assert not PersonId.objects.filter(pk=ana.pk).exists()
    log = AuditEntry.objects.filter(act__startswith="person id")
    assert sorted(log.values_list("act", flat=True)) == [
        "person id changed",
        "person id removed",
        "person ids imported",
    ]
    # The log is read by people who may not see IDs.
    assert not any("S100" in f"{entry.subject}{entry.note}" for entry in log)


def test_an_id_belongs_to_one_person_of_an_agency(client):
    badge = BadgeFactory()
    keep(badge.agency, ("S1001", "ana@school.example", ""), ("S1002", "ben@school.example", ""))
    client.force_login(coordinator_for(badge))

    again = keep(badge.agency, ("s1001", "ana@school.example", ""))
    other = keep(badge.agency, ("s1001", "eve@school.example", ""))
    elsewhere = keep(AgencyFactory(), ("S1001", "eve@school.example", ""))
    ben = PersonId.objects.get(identifier="S1002")
    typed = {"identifier": "s1001", "kind": "student", "email": ben.email, "name": ""}
    answer = client.post(ben.get_absolute_url(), typed)

    assert (again.added, again.known, elsewhere.added) == (0, 1, 1)
    [(_line, _id, problem)] = other.problems
    assert "belongs to ana@school.example" in problem
    assert answer.status_code == 422
    assert "Another person of this agency has this ID." in answer.text


def test_results_without_an_address_are_matched_or_the_row_says_what_to_do(client):
    badge = BadgeFactory()
    rule_for(badge, Kind.SCORE, test="", value="200")
    client.force_login(coordinator_for(badge))
    file = SimpleUploadedFile("te.csv", case("te-student-id-no-email.csv"))
    new = reverse("awarding:manage_score_new")

    before = client.post(new, {"agency": badge.agency.pk, "file": file}, follow=True)
    score_import = ScoreImport.objects.get()
    keep(badge.agency, ("s1001", "ana@school.example", ""))
    again = reverse("awarding:manage_score_again", args=[score_import.public_id])
    after = client.post(again, follow=True)

    assert "No person with the ID S1001: add them under IDs." in before.text
    assert reverse(IDS) in before.text
    assert after.context["can_start"]
    [row] = score_import.award_lists.get().rows.all()
    assert (row.email, row.name) == ("ana@school.example", "Ana Arroyo")


def test_a_corrected_id_moves_the_result_to_the_right_person():
    badge = BadgeFactory()
    rule_for(badge, Kind.SCORE, test="", value="200")
    keep(badge.agency, ("7", "wrong@school.example", "Wrong"))
    score_import = imported(badge, "Staff ID,Score\n7,214\n")
    PersonId.objects.update(email="right@school.example", name="Right")

    scores.check_again(score_import, by=score_import.made_by)
    carry_on_award_lists()

    [row] = score_import.award_lists.get().rows.all()
    assert (row.email, row.name) == ("right@school.example", "Right")


def test_the_badge_goes_to_the_account_when_its_address_has_changed():
    badge = BadgeFactory()
    rule_for(badge, Kind.SCORE, test="", value="200")
    person = UserFactory(email="old@school.example")
    keep(badge.agency, ("7", "old@school.example", ""))
    person.email = "new@school.example"
    person.save(update_fields=["email"])

    score_import = imported(badge, "Student ID,Score\n7,214\n")
    scores.start(score_import, by=score_import.made_by)
    carry_on_award_lists()

    assert Assertion.objects.get().recipient == person


def test_an_address_in_the_file_counts_before_the_id():
    badge = BadgeFactory()
    rule_for(badge, Kind.SCORE, test="", value="200")
    keep(badge.agency, ("7", "other@school.example", ""))

    score_import = imported(badge, "Student ID,Email,Score\n7,ana@school.example,214\n")

    assert score_import.award_lists.get().rows.get().email == "ana@school.example"


def test_ids_of_another_agency_match_nobody():
    badge = BadgeFactory()
    rule_for(badge, Kind.SCORE, test="", value="200")
    keep(AgencyFactory(), ("7", "other@school.example", ""))

    score_import = imported(badge, "Student ID,Score\n7,214\n")

    assert score_import.results.get().problem == "no_person"
    assert not score_import.award_lists.exists()


def test_rows_with_ids_alone_are_paired_and_their_other_faults_are_told():
    head = "Student ID,Email,Test,Date,Pre/Post,Score\n"

    paired, wrong = reader_of(
        f"{head}7,ana@school.example,R 901,2025-09-01,Pre,200\n7,,R 902,2026-03-01,Post,214\n"
        "8,,R 901,soon,Pre,200\n"
    ).rows()

    assert (paired.pre_line, paired.line, paired.problem) == (2, 3, "no_person")
    assert wrong.problem == "date_unreadable"


def test_ids_are_for_coordinators_of_the_agency_only(client):
    badge = BadgeFactory()
    keep(badge.agency, ("S7777", "ana@school.example", ""))
    found = PersonId.objects.get()
    client.force_login(coordinator_for(BadgeFactory()))

    assert "S7777" not in client.get(reverse(IDS)).text
    assert client.get(found.get_absolute_url()).status_code == 404
    assert client.post(reverse("awarding:manage_id_remove", args=[found.pk])).status_code == 404
    typed = {"agency": badge.agency.pk, "pasted": "S1,a@b.example"}
    assert client.post(reverse(IDS), typed).status_code == 422
