"""Files with test results: what their columns mean is seen, asked about and assigned by hand."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from awarding.models import ScoreImport, ScoreResult, ScoreUpload
from awarding.score_files import operations as files
from awarding.scores import operations as scores
from awarding.tasks import carry_on_award_lists, forget_list_uploads
from tests.awarding.list_pages import CASES
from tests.awarding.score_imports import Kind, rule_for

pytestmark = pytest.mark.django_db
NEW = reverse("awarding:manage_score_new")


@pytest.fixture
def rule(badge, coordinator):
    return rule_for(badge, Kind.SCORE, test="", value="80")


def paste(client, rule, words):
    agency = rule.badge_class.agency
    return client.post(NEW, {"agency": agency.pk, "pasted": words})


def upload(client, rule, content, name="results.xlsx"):
    file = SimpleUploadedFile(name, content)
    return client.post(NEW, {"agency": rule.badge_class.agency.pk, "file": file})


def answer(client, *fields, **more):
    file = ScoreUpload.objects.get()
    data = {f"column_{index}": field for index, field in enumerate(fields)}
    return client.post(file.get_absolute_url(), {"revision": file.revision, **data, **more})


def results() -> list[tuple[str, str]]:
    return list(ScoreResult.objects.filter(problem="").values_list("email", "post"))


UNKNOWN = "Who,Kontakt,Marks obtained\nAna,ana@b.example,85\nBen,ben@b.example,70\n"


def test_what_is_not_recognised_is_assigned_by_hand_and_remembered(client, rule):
    response = paste(client, rule, UNKNOWN)
    assert response.url == ScoreUpload.objects.get().get_absolute_url()
    page = client.get(response.url).text
    assert "Nothing is awarded until you have answered" in page
    assert "Marks obtained" in page
    assert not ScoreImport.objects.exists()
    assert "Waiting for your answer" in client.get(reverse("awarding:manage_scores")).text

    refused = answer(client, "name", "email", "ignored")
    response = answer(client, "name", "email", "post")

    assert refused.status_code == 422
    assert "Say which column has the scores or the levels." in refused.text
    assert results() == [("ana@b.example", "85"), ("ben@b.example", "70")]
    page = client.get(response.url).text
    assert "“Marks obtained”: score (post-test)" in page
    assert "1 badge would be awarded" in page

    ScoreImport.objects.get().delete()
    paste(client, rule, UNKNOWN)

    assert len(results()) == 2


def test_the_columns_of_a_known_table_can_be_changed_until_a_badge_is_awarded(client, rule):
    paste(client, rule, "Email,Score,Retake\nana@b.example,70,90")
    page = client.get(ScoreImport.objects.get().get_absolute_url()).text
    assert ScoreUpload.objects.get().get_absolute_url() in page
    assert results() == [("ana@b.example", "70")]

    answer(client, "email", "ignored", "post")

    assert results() == [("ana@b.example", "90")]
    [read] = ScoreImport.objects.all()
    carry_on_award_lists()
    scores.start(read, by=read.made_by)
    assert not ScoreUpload.objects.exists()


def test_a_second_window_does_not_undo_the_answers_of_the_first(client, rule):
    paste(client, rule, "Email,Score,Retake\nana@b.example,70,90")
    answer(client, "email", "ignored", "post")

    late = answer(client, "email", "post", "ignored", revision=1)

    assert late.url == reverse("awarding:manage_scores")
    assert results() == [("ana@b.example", "90")]


def test_values_that_are_no_scores_are_asked_about(client, rule):
    paste(client, rule, "Email,Result\nana@b.example,Pass\nben@b.example,Fail")

    page = client.get(ScoreUpload.objects.get().get_absolute_url()).text

    assert "The values don’t look like what the heading says" in page
    assert not ScoreImport.objects.exists()


@pytest.mark.parametrize(("includes", "people"), [(False, 1), (True, 2)])
def test_hidden_rows_and_other_sheets_are_asked_about(client, rule, includes, people):
    book = Workbook()
    for row in (["Email", "Score"], ["ana@b.example", 85], ["ben@b.example", 90]):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    content = io.BytesIO()
    book.save(content)
    upload(client, rule, content.getvalue())
    page = client.get(ScoreUpload.objects.get().get_absolute_url()).text
    assert "1 hidden row was left out." in page

    choice = {"with_hidden_rows": "on"} if includes else {}
    answer(client, "email", "post", **choice)
    answer(client, "email", "post", **choice)

    assert len(results()) == people


@pytest.mark.parametrize(("order", "day"), [("day", "2026-04-03"), ("month", "2026-03-04")])
def test_dates_that_can_be_read_in_two_ways_are_asked_about(client, rule, order, day):
    paste(client, rule, "Email,Score,Date\na@b.example,85,13/02/2026\nb@b.example,85,03/04/2026")
    page = client.get(ScoreUpload.objects.get().get_absolute_url()).text
    assert "The dates can be read in two ways." in page

    answer(client, "email", "post", "day", day_order=order)

    assert str(ScoreResult.objects.get(email="b@b.example", problem="").earned_on) == day


@pytest.mark.parametrize(
    ("before", "after"),
    [("Math Pre-test", "Math Post-test"), ("Math (Pre)", "Math (Post)"),
     ("Math – pre", "Math – post"), ("Prueba: pretest", "Prueba: posttest")],
)  # fmt: skip
def test_a_pre_test_that_only_its_name_tells_earns_nothing(client, rule, before, after):
    words = f"Email,Test,Score,Date\na@b.example,{before},95,9/1/2025\n"
    paste(client, rule, f"{words}a@b.example,{after},85,3/1/2026\nb@b.example,{before},99,9/1/2025")

    found = ScoreResult.objects.order_by("line").values_list("line", "pre", "post", "remark")
    assert list(found) == [(3, "95", "85", ""), (4, "99", "", "pre_only")]


@pytest.mark.parametrize("name", ["Pre-Algebra", "Post-secondary readiness", "Prealgebra final"])
def test_other_names_of_tests_tell_no_moment(client, rule, name):
    paste(client, rule, f"Email,Test,Score\na@b.example,{name},95")

    assert ScoreResult.objects.get().test == name
    assert results() == [("a@b.example", "95")]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("te-long-pre-post-rows.csv", [("ana@school.example", "214")]),
        ("percent-scores.csv", [("ana@school.example", "85%")]),
        ("google-quiz.csv", [("ana@school.example", "8 / 10")]),
        ("nwea-map.csv", [("ana@school.example", "225")]),
        ("elpac-caret.csv", [("ana@school.example", "1512")]),
    ],
)
def test_results_of_real_use_are_read_on_the_page(client, rule, name, read):
    if not (CASES / name).exists():
        pytest.skip("the shared cases are not here")

    response = upload(client, rule, (CASES / name).read_bytes(), name)

    assert response.url == ScoreImport.objects.get().get_absolute_url()
    assert [each for each in results() if each[1] and each[1] != "N/A"] == read


def test_files_are_forgotten_and_their_results_stay(client, rule):
    paste(client, rule, UNKNOWN)
    paste(client, rule, "Email,Score\nana@b.example,70")
    ScoreUpload.objects.update(kept_until=timezone.now() - timedelta(days=1))

    forget_list_uploads()

    assert not ScoreUpload.objects.exists()
    assert ScoreImport.objects.count() == 1


def test_an_erased_person_is_in_no_kept_file(client, rule):
    paste(client, rule, "Email,Score\nana@b.example,70")

    files.discard_those_that_name(["ben@b.example"], now=timezone.now())
    assert ScoreUpload.objects.exists()
    files.discard_those_that_name(["ana@b.example"], now=timezone.now())

    assert not ScoreUpload.objects.exists()


def test_unanswered_results_are_deleted_by_hand(client, rule):
    paste(client, rule, UNKNOWN)
    file = ScoreUpload.objects.get()

    client.post(reverse("awarding:manage_score_file_discard", args=[file.public_id]))

    assert not ScoreUpload.objects.exists()
