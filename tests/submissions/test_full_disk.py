"""When evidence can't be stored, every typed word is, and the page says what happened."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from submissions.models import EvidenceItem
from tests.factories import DraftFactory
from tests.full_disk import FULL, files_in, no_room
from tests.submissions import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return DraftFactory()


def criteria_of(draft):
    return list(draft.version.criteria.all())


def save(client, draft, *, photo, **more):
    """The words are typed into the criteria before and after the one with the file."""
    client.force_login(draft.earner)
    first, second = criteria_of(draft)[:2]
    upload = SimpleUploadedFile("class.jpg", photo, "image/jpeg")
    data = {
        f"criterion-{first.pk}-files": upload,
        f"criterion-{first.pk}-text": "Typed before the file",
        f"criterion-{first.pk}-url": "https://school.example/plan",
        f"criterion-{second.pk}-text": "Typed after the file",
        **more,
    }
    return client.post(reverse("submissions:edit", args=[draft.public_id]), data)


def saved_items(draft):
    return sorted(str(item) for item in EvidenceItem.objects.filter(attempt__submission=draft))


WORDS = ["Typed after the file", "Typed before the file", "https://school.example/plan"]


def test_words_are_saved_when_there_is_no_room_for_the_file(client, draft, kept_files):
    with no_room():
        response = save(client, draft, photo=samples.photo())

    assert response.status_code == 507
    page = response.text
    assert "“class.jpg”: There is no room to store the file at the moment." in page
    assert "Typed before the file" in page
    assert "Typed after the file" in page
    assert saved_items(draft) == WORDS
    assert files_in(kept_files / "evidence") == []


def test_a_file_that_found_room_stays(client, draft, kept_files):
    second = criteria_of(draft)[1]
    more = {
        f"criterion-{second.pk}-files": SimpleUploadedFile("two.jpg", samples.photo(quality=50))
    }

    with no_room(after=1):
        response = save(client, draft, photo=samples.photo(), **more)

    assert response.status_code == 507
    assert "“two.jpg”: There is no room" in response.text
    assert saved_items(draft) == sorted([*WORDS, "class.jpg"])
    assert len(files_in(kept_files / "evidence")) == 1


@pytest.mark.parametrize("fails", ["new_file", "receive_data_chunk"])
def test_words_are_saved_when_the_upload_itself_finds_no_room(client, draft, fails, monkeypatch):
    """Large uploads are first written to the folder for temporary files."""

    def full(*_arguments, **_options):
        raise FULL

    if fails == "new_file":
        monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", full)
    else:
        monkeypatch.setattr("tempfile._TemporaryFileWrapper.flush", full, raising=False)

    response = save(client, draft, photo=samples.photo() + b"\0" * 2_000_000)

    assert response.status_code == 507
    assert "“class.jpg”: There is no room" in response.text
    assert saved_items(draft) == WORDS


def test_the_file_can_be_added_when_there_is_room_again(client, draft):
    with no_room():
        save(client, draft, photo=samples.photo())

    assert save(client, draft, photo=samples.photo()).status_code == 302
    assert saved_items(draft) == sorted([*WORDS, "class.jpg"])
