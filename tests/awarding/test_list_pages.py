"""Coordinators' pages of award lists."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from awarding.models import AwardList
from awarding.tasks import carry_on_award_lists
from issuing.models import Assertion
from issuing.states import AwardStatus
from tests.awarding.lists import addresses, checked_list
from tests.factories import BadgeFactory, MembershipFactory

pytestmark = pytest.mark.django_db

NEW = reverse("awarding:manage_list_new")


def test_a_coordinator_uploads_a_file_checks_it_awards_it_and_downloads_the_result(
    client, badge, coordinator, after_commit
):
    content = "Correo;Nombre\nrosa@school.example;Rosa\nwrong;Lee\n".encode("cp1252")
    file = SimpleUploadedFile("training.csv", content, content_type="text/csv")

    page = client.post(NEW, {"badge_class": badge.pk, "file": file}, follow=True)
    assert "1 person would get the badge" in page.text
    assert "The first of them, as we read the list" in page.text
    assert "This is not an email address" in page.text
    award_list = AwardList.objects.get()
    to_correct = b"".join(client.get(award_list.get_absolute_url() + "rows-to-fix.csv"))
    assert b"wrong" in to_correct
    page = client.post(reverse("awarding:manage_list_start", args=[award_list.public_id]))
    carry_on_award_lists()

    page = client.get(award_list.get_absolute_url())
    assert "Until then you can stop and undo them" in page.text
    answer = client.get(award_list.get_absolute_url() + "result.csv")
    text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Line"], row["Result"]) for row in rows] == [
        ("2", "awarded"),
        ("3", "skipped"),
    ]
    undo = reverse("awarding:manage_list_undo", args=[award_list.public_id])
    assert client.post(undo, {"reason": " "}).status_code == 422
    client.post(undo, {"reason": "The wrong file."})
    carry_on_award_lists()
    assert Assertion.objects.get().status == AwardStatus.CANCELLED


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"pasted": "Name\nRosa"}, "No row names a column of email"),
        ({"pasted": " "}, "Choose a file, or paste"),
        ({"pasted": "a@b.example", "badge_class": ""}, "Choose the badge"),
    ],
)
def test_an_unreadable_list_shows_the_reason_and_keeps_the_pasted_text(
    client, badge, coordinator, fields, words
):
    answer = client.post(NEW, {"badge_class": badge.pk, **fields})

    assert answer.status_code == 422
    assert words in answer.text
    assert fields["pasted"].strip() in answer.text
    assert not AwardList.objects.exists()


def test_the_form_asks_for_the_file_again_after_another_error(client, coordinator):
    file = SimpleUploadedFile("people.csv", b"E-mail\na@b.example")

    answer = client.post(NEW, {"badge_class": "", "file": file})

    assert answer.status_code == 422
    assert "Choose the file again" in answer.text


def test_a_coordinator_sees_only_lists_and_badges_of_their_agencies(client, badge, coordinator):
    elsewhere = BadgeFactory()
    hidden = checked_list(elsewhere, addresses(1))

    answers = [
        client.get(reverse(f"awarding:{name}", args=[hidden.public_id])).status_code
        for name in (
            "manage_list",
            "manage_list_result",
            "manage_list_problems",
            "manage_list_undo",
        )
    ]
    answers += [
        client.post(reverse(f"awarding:manage_list_{act}", args=[hidden.public_id])).status_code
        for act in ("start", "stop", "resume", "undo", "halt", "go_on", "discard")
    ]

    assert set(answers) == {404}
    assert "people.csv" not in client.get(reverse("awarding:manage_lists")).text
    refused = client.post(NEW, {"badge_class": elsewhere.pk, "pasted": "a@b.example"})
    assert refused.status_code == 422


def test_only_coordinators_see_the_pages_of_lists(client, badge):
    client.force_login(MembershipFactory(agency=badge.issuer.agency, role="reviewer").user)

    for address in (reverse("awarding:manage_lists"), NEW):
        assert client.get(address).status_code == 403


def test_the_index_makes_as_many_queries_for_three_lists_as_for_one(
    client, badge, coordinator, django_assert_num_queries
):
    index = reverse("awarding:manage_lists")
    checked_list(badge, addresses(1), by=coordinator)
    client.get(index)
    with connection.execute_wrapper(counter := QueryCounter()):
        client.get(index)
    for _ in range(2):
        checked_list(badge, addresses(2), by=coordinator)

    with django_assert_num_queries(counter.number):
        client.get(index)


class QueryCounter:
    number = 0

    def __call__(self, execute, *args):
        self.number += 1
        return execute(*args)
