"""Captions of files and links, and files that the script of the page sends one by one."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, transaction
from django.urls import reverse

from issuing.documents.open_badges_2 import evidence_fields
from issuing.models import SharedEvidence
from reviewing.attempt_comparison import labels_of
from submissions import operations
from submissions.models import EvidenceItem
from tests.factories import DraftFactory
from tests.submissions import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return DraftFactory()


@pytest.fixture
def criterion(draft):
    return draft.version.criteria.first()


@pytest.fixture
def earner(client, draft):
    client.force_login(draft.earner)
    return client


def upload(client, draft, criterion, *, name="IMG_1.jpg", data=None, key=None):
    file = SimpleUploadedFile(name, data or samples.photo(), "image/jpeg")
    return client.post(
        reverse("submissions:upload", args=[draft.public_id]),
        {"upload": key or uuid.uuid4().hex, f"criterion-{criterion.pk}-files": file},
    )


def titles(draft):
    items = EvidenceItem.objects.of_draft(draft)
    return [(item.file_name or item.url, item.title) for item in items]


def test_a_chosen_file_is_added_and_its_row_comes_back(earner, draft, criterion):
    response = upload(earner, draft, criterion)

    answer = response.json()
    item = EvidenceItem.objects.of_draft(draft).get()
    assert response.status_code == 200
    assert answer["message"] == "Added: IMG_1.jpg"
    assert f'name="item-{item.public_id}-title"' in answer["item"]
    assert answer["progress"]["label"] == "1 of 2 done"


def test_the_same_file_sent_again_after_a_lost_answer_is_added_once(earner, draft, criterion):
    key = uuid.uuid4().hex

    answers = [upload(earner, draft, criterion, key=key).json()["message"] for _ in range(2)]

    assert answers == ["Added: IMG_1.jpg"] * 2
    assert titles(draft) == [("IMG_1.jpg", "")]


def test_a_refused_file_is_answered_with_the_reason(earner, draft, criterion):
    response = upload(earner, draft, criterion, name="plan.gdoc", data=b"{}")

    assert response.status_code == 422
    [reason] = response.json()["refused"]
    # The script shows it under the file's name.
    assert reason.startswith("This is only a shortcut to a Google document")
    assert titles(draft) == []


def test_a_file_that_is_too_large_is_answered_with_the_reason(earner, draft, criterion, settings):
    settings.EVIDENCE_LARGEST_FILE = 100

    response = upload(earner, draft, criterion)

    assert response.status_code == 422
    assert "larger than 100" in response.json()["refused"][0].replace("\xa0", " ")


def test_a_file_for_a_draft_that_was_sent_in_meanwhile_is_a_conflict(earner, draft, criterion):
    for each in draft.version.criteria.filter(required=True):
        operations.write_text(draft, each, "Words.")
    operations.send(
        draft, by=draft.earner, statement_accepted=True,
        shown=EvidenceItem.objects.of_draft(draft).mark(),
    )  # fmt: skip

    assert upload(earner, draft, criterion).status_code == 409


def test_a_request_without_key_or_file_is_refused(earner, draft, criterion):
    address = reverse("submissions:upload", args=[draft.public_id])

    statuses = [
        earner.post(address, data).status_code for data in ({}, {"upload": uuid.uuid4().hex})
    ]

    assert statuses == [400, 400]


def test_a_caption_is_one_line_of_plain_text(earner, draft, criterion):
    link = operations.add_link(draft, criterion, url="https://plan.example/1")
    name = f"item-{link.public_id}-title"

    address = reverse("submissions:edit", args=[draft.public_id])
    earner.post(address, {name: " Week\n two  <b>on\0</b> the wall ", "action": "save"})
    refused = earner.post(address, {name: "x" * 201, "action": "save"})

    assert titles(draft) == [("https://plan.example/1", "Week two <b>on</b> the wall")]
    assert refused.status_code == 422
    assert "x" * 201 in refused.content.decode()


def test_reviewers_and_other_systems_read_the_caption(earner, draft, criterion):
    upload(earner, draft, criterion)
    item = EvidenceItem.objects.of_draft(draft).get()
    assert labels_of([item]) == {item.pk: "File 1 (Image)"}

    operations.write_title(item, "Week two on the wall")

    assert labels_of([item]) == {item.pk: "Week two on the wall"}
    assert item.public_name == "Week two on the wall"
    assert evidence_fields(SharedEvidence(item=item))["name"] == "Week two on the wall"


def test_a_caption_is_frozen_when_it_is_sent_in(draft, criterion):
    item = operations.add_link(draft, criterion, url="https://plan.example/1", title="The plan")
    for each in draft.version.criteria.filter(required=True):
        operations.write_text(draft, each, "Words.")
    operations.send(
        draft, by=draft.earner, statement_accepted=True,
        shown=EvidenceItem.objects.of_draft(draft).mark(),
    )  # fmt: skip

    with pytest.raises(operations.NotEditable):
        operations.write_title(EvidenceItem.objects.get(pk=item.pk), "Another plan")
    with pytest.raises(InternalError, match="does not change"), transaction.atomic():
        EvidenceItem.objects.filter(pk=item.pk).update(title="Another plan")
