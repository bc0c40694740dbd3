"""A full disk, wherever it is noticed, gets a page with what was typed, and no error page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.file_storage import LocalFiles, NotStored
from audit.object_storage import ObjectFiles
from awarding.models import AwardList
from catalog.models import BadgeVersion
from rewards.models import Prize, Sponsor
from tests.factories import DraftBadgeFactory, coordinator_for, png
from tests.full_disk import FULL, files_in, no_room
from tests.rewards.drawing_factories import drafted
from tests.rewards.pages import coordinator_of

ROOT = Path(__file__).parents[2]


def test_half_a_file_is_not_left_behind(tmp_path):
    storage = LocalFiles(location=tmp_path)

    with no_room(), pytest.raises(NotStored):
        storage.save("a/one", ContentFile(b"whole"))

    assert files_in(tmp_path) == []


def test_a_bucket_that_does_not_answer_is_a_file_not_stored(monkeypatch):
    from botocore.exceptions import EndpointConnectionError
    from storages.backends.s3 import S3Storage

    def unreachable(*_arguments):
        raise EndpointConnectionError(endpoint_url="https://bucket.example")

    monkeypatch.setattr(S3Storage, "_save", unreachable)
    monkeypatch.setattr(S3Storage, "delete", unreachable)

    with pytest.raises(NotStored):
        ObjectFiles(bucket_name="badges")._save("one", ContentFile(b"whole"))


@pytest.mark.django_db
@pytest.mark.parametrize("error", [FULL, NotStored("name")])
def test_any_page_gives_back_what_was_typed(error, client, monkeypatch):
    badge_class = DraftBadgeFactory()
    client.force_login(coordinator_for(badge_class))

    def fail(*_arguments, **_options):
        raise error

    monkeypatch.setattr("catalog.forms.DetailsForm.is_valid", fail)
    address = reverse("catalog:manage_edit", args=[badge_class.slug])

    response = client.post(address, {"about": "Two long paragraphs of words."})

    assert response.status_code == 507
    assert "There is no room to save this" in response.text
    assert "Two long paragraphs of words." in response.text


@pytest.mark.django_db
def test_another_error_is_still_an_error(client, monkeypatch):
    client.raise_request_exception = False

    def fail(*_arguments, **_options):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("catalog.views.badge_context", fail)
    badge_class = DraftBadgeFactory()
    client.force_login(coordinator_for(badge_class))

    assert client.get(badge_class.get_absolute_url()).status_code == 500


@pytest.mark.django_db
def test_a_large_upload_to_any_form_that_finds_no_room_is_not_taken_for_missing(
    client, monkeypatch
):
    badge_class = DraftBadgeFactory()
    client.force_login(coordinator_for(badge_class))

    def full(*_arguments, **_options):
        raise FULL

    monkeypatch.setattr("tempfile._TemporaryFileWrapper.flush", full, raising=False)
    upload = SimpleUploadedFile("list.csv", b"Email\n" * 400_000)

    response = client.post(
        reverse("awarding:manage_list_new"), {"file": upload, "pasted": "words to keep"}
    )

    assert response.status_code == 507
    assert "words to keep" in response.text
    assert not AwardList.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("room_for", [0, 1])
def test_art_that_finds_no_room_leaves_the_form_as_it_was(client, kept_files, room_for):
    badge_class = DraftBadgeFactory()
    client.force_login(coordinator_for(badge_class))
    before = files_in(kept_files)
    version = BadgeVersion.objects.get()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="9"/></svg>'
    data = {
        "upload": "", "version": version.number, "upload-image_alt": "A green leaf",
        "upload-image": SimpleUploadedFile("a.svg", svg),
    }  # fmt: skip

    with no_room(after=room_for):
        response = client.post(reverse("catalog:manage_art", args=[badge_class.slug]), data)

    assert response.status_code == 507
    assert "There is no room to store the image" in response.text
    assert "A green leaf" in response.text
    assert BadgeVersion.objects.get().image == version.image
    assert files_in(kept_files) == before


@pytest.mark.django_db
def test_a_sponsor_whose_logo_finds_no_room_is_kept_in_the_form(client, kept_files):
    badge_class = DraftBadgeFactory()
    client.force_login(coordinator_for(badge_class))
    before = files_in(kept_files)
    data = {
        "agency": badge_class.issuer.agency_id,
        "name": "Alder Books", "tier": "supporting", "url": "https://alder.example",
        "position": "0", "thanks": "Thank you for many books.",
        "logo": SimpleUploadedFile("a.png", png()),
    }  # fmt: skip

    with no_room():
        response = client.post(reverse("rewards:manage_sponsor_new"), data)

    assert response.status_code == 507
    assert "There is no room to store the image" in response.text
    assert "Alder Books" in response.text
    assert not Sponsor.objects.exists()
    assert files_in(kept_files) == before


@pytest.mark.django_db
def test_prizes_whose_second_picture_finds_no_room_are_kept_in_the_form(client, kept_files):
    drawing = drafted()
    before_prizes = list(Prize.objects.values_list("name", flat=True))
    client.force_login(coordinator_of(drawing))
    before = files_in(kept_files)
    data = {
        "prize-TOTAL_FORMS": "2", "prize-INITIAL_FORMS": "0",
        **{
            f"prize-{row}-{field}": value
            for row in (0, 1)
            for field, value in {
                "name": f"New prize {row}", "worth": "5", "quantity": "1", "ORDER": str(row + 1),
                "picture_alt": "A book", "picture": SimpleUploadedFile("a.png", png()),
            }.items()
        },
    }  # fmt: skip

    with no_room(after=1):
        response = client.post(reverse("rewards:manage_prizes", args=[drawing.slug]), data)

    assert response.status_code == 507
    assert "There is no room to store the image" in response.text
    assert "New prize 1" in response.text
    assert list(Prize.objects.values_list("name", flat=True)) == before_prizes
    assert files_in(kept_files) == before


@pytest.mark.django_db
def test_smaller_art_is_shown_even_if_it_can_not_be_kept(client, kept_files):
    badge_class = DraftBadgeFactory()
    client.force_login(coordinator_for(badge_class))
    version = BadgeVersion.objects.get()
    version.image.save("art.png", ContentFile(png()))
    address = reverse("catalog:art", args=[version.public_id])

    with no_room():
        response = client.get(f"{address}?w=96")

    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")


STORE = """
import sys
from django.conf import settings
settings.configure()
from django.core.files.base import ContentFile
from audit.file_storage import LocalFiles, NotStored
storage = LocalFiles(location=sys.argv[1])
storage.save("small", ContentFile(b"fits"))
try:
    storage.save("a/large", ContentFile(b"x" * 1_000_000))
except NotStored as error:
    print(error, type(error.__cause__).__name__, error.__cause__.errno)
print(storage.exists("a/large"), storage.open("small").read())
"""


@pytest.mark.long
def test_a_real_disk_without_room(tmp_path):
    if not shutil.which("unshare"):
        pytest.skip("unshare is not installed, so no small disk can be mounted")
    mount = f"mount -t tmpfs -o size=64k tmpfs {tmp_path}"
    inside = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if subprocess.run([*inside, mount], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small disk")

    done = subprocess.run(
        [*inside, f'{mount} && "$@"', "sh", sys.executable, "-c", STORE, str(tmp_path)],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    assert done.stderr == ""
    assert done.stdout == "a/large OSError 28\nFalse b'fits'\n"
