"""Uploads of lists: the page of the columns, and the lists that follow from the answers."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from audit.moves import TransitionNotAllowed
from awarding.lists import reading
from awarding.lists.operations import lists, uploads
from awarding.models import AwardList, AwardListRow, ListUpload, RememberedColumn
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from spreadsheets import file_formats
from tests.awarding.list_pages import NEW, answer, as_suggested, award_all, paste, upload_case
from tests.awarding.lists import checked_list
from tests.factories import BadgeFactory, UserFactory, coordinator_for
from tests.races import at_once

pytestmark = pytest.mark.django_db


def people(award_list) -> list[tuple[str, str]]:
    return list(award_list.rows.without_problem().values_list("email", "name"))


EARNED = "Name,Email,Earned\nAna,ana@b.example,1\nBen,ben@b.example,0\nCy,cy@b.example,"


def test_nothing_is_awarded_by_a_flag_before_somebody_said_who_gets_the_badge(
    client, badge, coordinator
):
    response = upload_case(client, badge, "earned-flag-1-0.csv")

    upload = ListUpload.objects.get()
    assert (response.status_code, response.url) == (302, upload.get_absolute_url())
    page = client.get(upload.get_absolute_url()).text
    assert "This column looks as if it says who gets the badge" in page
    assert not AwardList.objects.exists()
    refused = answer(client, upload)
    assert refused.status_code == 422
    assert "Check the values that get the badge" in refused.text
    assert not AwardList.objects.exists()

    response = answer(client, upload, who_3=["=1"])

    award_list = AwardList.objects.get()
    assert response.url == award_list.get_absolute_url()
    assert people(award_list) == [("ana@school.example", "Ana Arroyo")]
    page = client.get(response.url).text
    assert "2 rows are left out, as you chose." in page
    assert "(“1”)" in page.replace("(\n            ", "(")


def test_a_column_can_decide_nothing(client, badge, coordinator):
    paste(client, badge, EARNED)

    answer(client, ListUpload.objects.get(), who_2=["nothing"])

    assert len(people(AwardList.objects.get())) == 3


def test_values_and_nothing_at_once_are_refused(client, badge, coordinator):
    paste(client, badge, EARNED)

    refused = answer(client, ListUpload.objects.get(), who_2=["=1", "nothing"])

    assert refused.status_code == 422
    assert "not both" in refused.text


def test_rows_that_were_left_out_are_not_among_those_to_fix(client, badge, coordinator):
    paste(client, badge, EARNED.replace("ben@b.example", "wrong"))
    answer(client, ListUpload.objects.get(), who_2=["=1", "="])
    award_list = AwardList.objects.get()

    to_fix = b"".join(client.get(award_list.get_absolute_url() + "rows-to-fix.csv"))
    result = b"".join(client.get(award_list.get_absolute_url() + "result.csv"))

    assert b"wrong" not in to_fix
    assert b"You chose that rows with this value get no badge." in result


def test_a_list_whose_file_has_an_open_question_is_not_started(badge):
    paste_list = AwardList.objects.create(
        badge_class=badge,
        upload=ListUpload.objects.create(
            agency=badge.issuer.agency, badge_class=badge, name="x", made_by=UserFactory(),
            made_at=timezone.now(), kept_until=timezone.now(),
        ),
        name="x", made_by=UserFactory(), made_at=timezone.now(), status="checked",
    )  # fmt: skip

    with pytest.raises(lists.QuestionsOpen):
        lists.start(paste_list, by=paste_list.made_by)


def test_people_without_a_date_of_completion_get_the_badge_only_if_somebody_says_so(
    client, badge, coordinator
):
    paste(client, badge, "Email,Completed\na@b.example,2026-03-14\nb@b.example,")

    answer(client, ListUpload.objects.get(), who_1=["=*"])

    award_list = AwardList.objects.get()
    assert people(award_list) == [("a@b.example", "")]
    assert str(award_list.rows.get(line=2).earned_on) == "2026-03-14"


def test_rows_go_to_the_badge_they_name_and_to_no_other(client, badge, coordinator):
    other = BadgeFactory(issuer=badge.issuer, waiting_hours=48)
    upload_case(client, badge, "canvas-credentials-two-badges.csv")
    upload = ListUpload.objects.get()
    assert not AwardList.objects.exists()
    refused = answer(client, upload)
    assert refused.status_code == 422
    assert "Choose the badge of these rows." in refused.text

    response = answer(client, upload, badge_0_0=badge.pk, badge_0_1=other.pk)

    assert response.url == upload.get_absolute_url()
    found = {award_list.badge_class: people(award_list) for award_list in AwardList.objects.all()}
    assert found == {
        badge: [("ana@school.example", "Ana Arroyo")],
        other: [("cy@school.example", "Cy Oduya")],
    }
    assert "Lists made from this file" in client.get(response.url).text
    row = AwardListRow.objects.get(email="ana@school.example")
    assert (row.narrative, str(row.earned_on), str(row.expires_on)) == (
        "Led the circle", "2025-03-14", "2027-03-14",
    )  # fmt: skip


def test_rows_of_a_badge_that_is_left_out_award_nothing(client, badge, coordinator):
    paste(client, badge, "Email,Badge\na@b.example,One\nb@b.example,Two")

    answer(client, ListUpload.objects.get(), badge_1_0=badge.pk, badge_1_1="0")

    award_list = AwardList.objects.get()
    assert people(award_list) == [("a@b.example", "")]
    assert award_list.rows.get(email="b@b.example").problem == "not_chosen"


def test_leaving_out_every_badge_is_refused(client, badge, coordinator):
    paste(client, badge, "Email,Badge\na@b.example,One")

    refused = answer(client, ListUpload.objects.get(), badge_1_0="0")

    assert refused.status_code == 422
    assert "No row would get a badge" in refused.text
    assert ListUpload.objects.get().has_questions


def test_badges_are_found_by_name_and_by_slug(client, badge, coordinator):
    other = BadgeFactory(issuer=badge.issuer)
    name = badge.current_version.name.upper()
    paste(client, badge, f"Email,Badge name\na@b.example,{name}\nb@b.example,{other.slug}\nc@b.x,?")

    upload = ListUpload.objects.get()

    assert upload.badges == {name.lower(): badge.pk, other.slug: other.pk}


def test_a_badge_column_that_names_only_the_chosen_badge_asks_nothing(client, badge, coordinator):
    name = badge.current_version.name
    paste(client, badge, f"Email,Badge\na@b.example,{name}\nb@b.example,{name}")

    assert len(people(AwardList.objects.get())) == 2


def test_a_badge_of_another_agency_cannot_be_chosen(client, badge, coordinator):
    elsewhere = BadgeFactory()
    paste(client, badge, f"Email,Badge\na@b.example,{elsewhere.current_version.name}")
    upload = ListUpload.objects.get()

    refused = answer(client, upload, badge_1_0=elsewhere.pk)

    assert (upload.badges, refused.status_code) == ({}, 422)
    assert not AwardList.objects.exists()


def test_first_middle_and_last_names_are_joined_and_the_date_is_kept(client, badge, coordinator):
    upload_case(client, badge, "credly-bulk-template.csv")

    answer(client, ListUpload.objects.get(), badge_0_0=badge.pk, badge_0_1=badge.pk)

    rows = AwardListRow.objects.order_by("line")
    assert [(row.name, str(row.earned_on)) for row in rows] == [
        ("Ana Arroyo", "2025-03-14"),
        ("Ben J. Ito", "2025-03-15"),
    ]


def test_last_names_that_come_first_are_turned(client, badge, coordinator):
    upload_case(client, badge, "last-first.csv")

    assert people(AwardList.objects.get()) == [("ana@school.example", "Ana Arroyo")]


def test_a_private_note_is_never_public_by_itself(client, badge, coordinator):
    page = upload_case(client, badge, "notes-column.csv", follow=True)

    assert AwardListRow.objects.get().narrative == ""
    assert "not used" in page.text
    assert "become public" not in page.text


def test_a_note_becomes_public_if_somebody_says_so_and_is_shown_first(client, badge, coordinator):
    paste(client, badge, "Email,Notes\na@b.example,Led the circle")
    upload = ListUpload.objects.get()

    response = answer(client, upload, column_1="narrative")

    page = client.get(response.url).text
    assert "Everybody who sees the badge can read its text" in page
    assert "Led the circle" in page
    assert AwardListRow.objects.get().narrative == "Led the circle"


def test_what_somebody_said_is_remembered_for_the_agency_and_the_page_says_so(
    client, badge, coordinator
):
    words = "Email,Erledigt am\na@b.example,2026-03-14"
    paste(client, badge, words)
    answer(client, ListUpload.objects.get(), column_1="day")

    page = paste(client, badge, words, follow=True)

    assert AwardList.objects.count() == 2
    assert ", as last time" in page.text
    assert {str(row.earned_on) for row in AwardListRow.objects.all()} == {"2026-03-14"}
    elsewhere = BadgeFactory()
    client.force_login(coordinator_for(elsewhere))
    assert "as last time" not in paste(client, elsewhere, words, follow=True).text


def test_the_columns_can_be_changed_until_the_list_is_started(client, badge, coordinator):
    paste(client, badge, "Email,Site\na@b.example,Main\nb@b.example,North")
    first, upload = AwardList.objects.get(), ListUpload.objects.get()
    assert upload.get_absolute_url() in client.get(first.get_absolute_url()).text

    answer(client, upload, column_1="decides", who_1=["=main"])

    award_list = AwardList.objects.get()
    assert award_list != first
    assert people(award_list) == [("a@b.example", "")]
    award_all()
    upload.refresh_from_db()
    assert (upload.content, upload.columns[1]["samples"]) == (None, [])
    late = answer(client, upload, column_1="ignored")
    assert late.status_code == 200
    assert len(people(AwardList.objects.get())) == 1


def test_a_second_window_does_not_undo_the_answers_of_the_first(client, badge, coordinator):
    paste(client, badge, EARNED)
    upload = ListUpload.objects.get()
    answer(client, upload, who_2=["=1"])

    late = answer(client, upload, who_2=["nothing"])

    assert late.status_code == 302
    assert len(people(AwardList.objects.get())) == 1


def test_two_columns_cannot_be_the_same(client, badge, coordinator):
    paste(client, badge, "Email,Name,Site\na@b.example,Ana,Main")

    refused = answer(client, ListUpload.objects.get(), column_2="name")

    assert refused.status_code == 422
    assert "Two columns are the full name" in refused.text


def test_a_list_needs_addresses(client, badge, coordinator):
    paste(client, badge, "Email,Name,Site\na@b.example,Ana,Main")

    refused = answer(client, ListUpload.objects.get(), column_0="ignored")

    assert refused.status_code == 422
    assert "Say which column has the email addresses or the IDs." in refused.text


def test_people_without_a_name_are_warned_about(client, badge, coordinator):
    UserFactory(email="known@b.example", name="Known Person")
    page = paste(client, badge, "a@b.example\nknown@b.example\nc@b.example", follow=True)

    assert "2 people have no name" in page.text
    named = paste(client, badge, "Email,Name\nx@b.example,Xu", follow=True)
    assert "no name" not in named.text


def test_the_expiry_of_the_list_is_the_expiry_of_the_award(client, coordinator, badge):
    type(badge).objects.update(waiting_hours=0, valid_months=1)
    day = timezone.localdate() + timedelta(days=400)
    paste(client, badge, f"Email,Expires\na@b.example,{day}\nb@b.example,")
    award_all()

    issue_batch(now=timezone.now())

    expires = dict(Assertion.objects.values_list("recipient_email", "expires"))
    assert timezone.localdate(expires["a@b.example"]) == day
    assert timezone.localdate(expires["b@b.example"]) < day


def test_an_expiry_that_is_over_or_unreadable_is_a_problem_of_its_row(client, coordinator, badge):
    paste(
        client,
        badge,
        "Email,Date,Expires\na@b.example,2026-03-14,2026-03-13\nb@b.example,,2020-01-01\n"
        "c@b.example,,2090-01-01\nd@b.example,,2090-01-02\ne@b.example,,2090-01-02\n"
        "f@b.example,,2090-01-02\ng@b.example,,2090-01-02\nh@b.example,,in May",
    )

    award_list = AwardList.objects.get()

    assert dict(award_list.rows.with_problem().values_list("email", "problem")) == {
        "a@b.example": "expires_too_early",
        "b@b.example": "expires_too_early",
        "h@b.example": "expires_unreadable",
    }
    to_fix = b"".join(client.get(award_list.get_absolute_url() + "rows-to-fix.csv"))
    rows = list(csv.DictReader(io.StringIO(to_fix.decode("utf-8-sig"))))
    assert [row["Expires"] for row in rows] == ["2026-03-13", "2020-01-01", "in May"]


def test_the_text_of_an_award_is_on_its_page(client, badge, coordinator):
    type(badge).objects.update(waiting_hours=0)
    paste(client, badge, "Email,Text\na@b.example,Led the <b>circle</b>.\nb@b.example,")
    award_all()
    issue_batch(now=timezone.now())
    told, silent = Assertion.objects.order_by("recipient_email")

    pages = [client.get(award.get_absolute_url()).text for award in (told, silent)]

    assert "Led the &lt;b&gt;circle&lt;/b&gt;." in pages[0]
    assert ["What the issuer says about it" in page for page in pages] == [True, False]


def test_an_upload_is_discarded_with_its_content_and_its_lists(client, badge, coordinator):
    paste(client, badge, EARNED)
    upload = ListUpload.objects.get()
    page = client.get(reverse("awarding:manage_lists")).text
    assert upload.get_absolute_url() in page

    client.post(reverse("awarding:manage_list_upload_discard", args=[upload.public_id]))

    assert not ListUpload.objects.exists()


def test_discarding_the_last_list_deletes_the_upload(client, badge, coordinator):
    paste(client, badge, "a@b.example")

    lists.discard(AwardList.objects.get(), by=coordinator)

    assert not ListUpload.objects.exists()


def test_an_upload_whose_list_was_started_is_not_discarded(client, badge, coordinator):
    paste(client, badge, "a@b.example")
    award_all()

    with pytest.raises(TransitionNotAllowed):
        uploads.discard(ListUpload.objects.get(), by=coordinator)


def test_uploads_of_other_agencies_are_not_found(client, badge, coordinator):
    elsewhere = BadgeFactory()
    client.force_login(coordinator_for(elsewhere))
    paste(client, elsewhere, EARNED)
    upload = ListUpload.objects.get()
    client.force_login(coordinator)

    assert client.get(upload.get_absolute_url()).status_code == 404
    assert upload.get_absolute_url() not in client.get(reverse("awarding:manage_lists")).text


def test_the_scores_of_a_quiz_are_asked_about(client, badge, coordinator):
    upload_case(client, badge, "google-quiz.csv")

    upload = ListUpload.objects.get()

    assert [(column["field"], column["asked"]) for column in upload.columns] == [
        ("day", ""), ("email", ""), ("decides", "decides"), ("name", ""),
    ]  # fmt: skip


def test_remembered_headings_are_few_and_of_people(client, badge, coordinator):
    paste(client, badge, EARNED)
    answer(client, ListUpload.objects.get(), who_2=["=1"])

    assert list(RememberedColumn.objects.values_list("heading", "field")) == [("earned", "decides")]


SCORES = "Email,Score\n" + "\n".join(f"p{n}@b.example,{n}%" for n in range(60, 160))


def test_values_that_get_the_badge_are_read_out_as_they_were_chosen(client, badge, coordinator):
    paste(client, badge, EARNED)
    answer(client, ListUpload.objects.get(), who_2=["=1", "="])

    page = client.get(AwardList.objects.get().get_absolute_url()).text

    assert "(“1”, “(empty)”)" in " ".join(page.split())


def test_of_many_numbers_a_least_one_decides(client, badge, coordinator):
    paste(client, badge, SCORES + "\nlast@b.example,N/A")
    upload = ListUpload.objects.get()
    refused = answer(client, upload)
    assert "enter a number" in refused.text
    both = answer(client, upload, at_least_1="80", who_1=["nothing"])
    assert both.status_code == 422
    wrong = answer(client, upload, at_least_1="eighty")
    assert wrong.status_code == 422
    assert "eighty" in wrong.text

    answer(client, upload, at_least_1="157.5")

    assert people(AwardList.objects.get()) == [("p158@b.example", ""), ("p159@b.example", "")]


def test_a_column_of_many_words_that_decides_cannot_be_answered_by_boxes(
    client, badge, coordinator
):
    words = "Email,Status\n" + "\n".join(f"p{n}@b.example,state {n} of all" for n in range(60))
    paste(client, badge, words)
    upload = ListUpload.objects.get()

    refused = answer(client, upload)

    assert "too many different values" in refused.text
    assert answer(client, upload, who_1=["nothing"]).status_code == 302


def test_the_page_of_another_sheet_keeps_what_was_chosen(client, badge, coordinator, monkeypatch):
    """The reader is replaced: what a file with several sheets is, its own tests say."""
    sheets = {
        "First": "Email,Wer\na@b.example,Ana",
        "Second": "Email,Wer\nc@b.example,Cy",
    }

    def table_of(file, *, choice):
        name = choice.sheet or "First"
        lines = list(file_formats.read_text(sheets[name]).lines)
        return file_formats.Table(
            iter(lines),
            sheet=name,
            sheets=tuple(
                file_formats.Sheet(one, is_hidden=one == "Second", rows=2, has_addresses=True)
                for one in sheets
            ),
            hidden_rows=0 if choice.with_hidden_rows else 3,
            encoding=choice.encoding or "utf-8",
            doubtful=("JosÃ©",),
            readings=(file_formats.Reading("mac-roman", "Mac", ("José",)),),
        )

    monkeypatch.setattr(file_formats, "read", table_of)
    file = SimpleUploadedFile("people.xlsx", b"PK")
    client.post(NEW, {"badge_class": badge.pk, "file": file})
    upload = ListUpload.objects.get()
    page = client.get(upload.get_absolute_url()).text
    assert "We read the sheet “First”." in page
    assert "3 hidden rows were left out." in page
    assert "José" in page
    assert not AwardList.objects.exists()

    other = {"sheet": "Second", "with_hidden_rows": "on", "encoding": "mac-roman"}
    client.post(upload.get_absolute_url(), as_suggested(upload) | {"column_1": "name"} | other)

    upload.refresh_from_db()
    assert not AwardList.objects.exists()
    assert upload.choice == {
        "sheet": "Second", "encoding": "mac-roman", "with_hidden_rows": True,
        "with_other_tables": None,
    }  # fmt: skip
    assert upload.columns[1]["field"] == "name"
    answer(client, upload, **other)
    assert people(AwardList.objects.get()) == [("c@b.example", "Cy")]


def test_an_unreadable_sheet_is_refused_in_words(client, badge, coordinator, monkeypatch):
    def table_of(file, *, choice):
        words = "Email\na@b.example" if not choice.sheet else "Nothing"
        return file_formats.Table(
            file_formats.read_text(words).lines,
            sheet=choice.sheet or "First",
            sheets=tuple(
                file_formats.Sheet(name, is_hidden=False, rows=2, has_addresses=True)
                for name in ("First", "Second")
            ),
        )

    monkeypatch.setattr(file_formats, "read", table_of)
    client.post(NEW, {"badge_class": badge.pk, "file": SimpleUploadedFile("people.xlsx", b"PK")})
    upload = ListUpload.objects.get()

    refused = answer(client, upload, sheet="Second")

    assert refused.status_code == 422
    assert "No row names a column of email addresses." in refused.text
    assert answer(client, upload, sheet="First").status_code == 302
    assert people(AwardList.objects.get()) == [("a@b.example", "")]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("data-on-second-sheet.xlsx", None),
        ("hidden-first-sheet.xlsx", None),
        ("excel-mac-macroman.csv", ["José Peña", "Zoë Muñoz"]),
        ("dates-with-times.csv", ["Ana", "Ben", "Cy", "Di"]),
    ],
)
def test_files_of_real_use_are_read_or_asked_about(client, badge, coordinator, name, names):
    upload_case(client, badge, name)
    upload = ListUpload.objects.get()
    if upload.has_questions:
        page = client.get(upload.get_absolute_url()).text
        assert "What we read" in page
        answer(client, upload, sheet=upload.reading["sheet"], encoding=upload.reading["encoding"])

    award_list = AwardList.objects.get()

    assert award_list.rows.exists()
    assert not award_list.rows.with_problem().exists()
    if names:
        assert [found for _email, found in people(award_list)] == names


def test_all_dates_of_real_use_are_dates(client, badge, coordinator):
    upload_case(client, badge, "dates-with-times.csv")

    days = AwardListRow.objects.order_by("line").values_list("earned_on", flat=True)

    assert [str(day) for day in days] == ["2026-03-14", "2026-03-15", "2026-03-16", "2026-03-14"]


def test_the_sheet_is_named_on_the_page_of_the_list(client, badge, coordinator):
    page = upload_case(client, badge, "data-on-second-sheet.xlsx", follow=True)

    upload = ListUpload.objects.get()
    assert len(upload.reading["sheets"]) > 1
    assert f"We read the sheet “{upload.reading['sheet']}”." in page.text
    assert AwardListRow.objects.without_problem().exists()


def test_a_column_of_too_many_values_is_not_the_badge(client, badge, coordinator):
    words = "Email,Code\n" + "\n".join(f"p{n}@b.example,code {n}" for n in range(60))
    paste(client, badge, words)

    refused = answer(client, ListUpload.objects.get(), column_1="badge")

    assert refused.status_code == 422
    assert "too many different values to be the badge" in refused.text


@pytest.mark.django_db(transaction=True)
def test_a_list_is_started_or_its_columns_are_changed_never_both():
    badge = BadgeFactory(waiting_hours=48)
    award_list = checked_list(badge, "Email,Site\na@b.example,Main\nb@b.example,North")
    upload, by = award_list.upload, award_list.made_by
    answers = uploads.Answers(["email", "decides"], {1: ["main"]})
    read = reading.read_kept(upload)

    started, assigned = at_once(
        lambda: lists.start(award_list, by=by),
        lambda: uploads.assign(upload, answers=answers, read=read, revision=1, by=by),
    )

    found = AwardList.objects.get()
    if started is None:
        assert isinstance(assigned, uploads.ChangedMeanwhile)
        assert (found.status, found.rows.without_problem().count()) == ("running", 2)
    else:
        assert isinstance(started, AwardList.DoesNotExist)
        assert (found.status, found.rows.without_problem().count()) == ("draft", 1)
        assert ListUpload.objects.get().content is not None


def test_the_badges_of_values_are_suggested_the_next_time(client, badge, coordinator):
    words = "Email,Badge Class ID\na@b.example,class-A\nb@b.example,class-B"
    paste(client, badge, words)
    answer(client, ListUpload.objects.get(), badge_1_0=badge.pk, badge_1_1="0")

    paste(client, badge, words)

    upload = ListUpload.objects.first()
    assert (upload.has_questions, upload.badges) == (True, {"class-a": badge.pk})
    assert "Last time, this column was “which badge”." in client.get(upload.get_absolute_url()).text


def test_several_columns_that_decide_are_explained(client, badge, coordinator):
    paste(client, badge, "Email,Zines passed,UDL passed\na@b.example,x,\nc@d.example,,x")
    page = client.get(ListUpload.objects.get().get_absolute_url())
    paste(client, badge, "Email,Passed\ne@f.example,x\ng@h.example,")
    other = client.get(ListUpload.objects.latest("pk").get_absolute_url())

    assert "only if their row fits all of them" in page.text
    assert "only if their row fits all of them" not in other.text
