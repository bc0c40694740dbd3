"""Videos and recordings of sound as evidence: in pieces, checked by the worker, then played."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from audit.models import UnwantedFile
from audit.operations import delete_unwanted_files
from catalog.models import BadgeClass
from submissions import operations, tasks
from submissions.media import cleaning
from submissions.media.finished import RecordingsUnfinished
from submissions.media.operations import arriving, checking
from submissions.models import EvidenceItem, RecordingPiece, RecordingUpload
from tests.factories import DraftFactory, UserFactory, coordinator_for
from tests.full_disk import files_in, no_room
from tests.submissions.recordings import recording, sound

pytestmark = pytest.mark.django_db
PIECE = 1500


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(arriving, "PIECE", PIECE)
    # Tests that run at the same time do not wait for each other.
    monkeypatch.setattr(cleaning, "PLACES", 50)


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


def begin(client, draft, criterion, data, *, name="IMG_7.MOV", mark="one", size=None, key=None):
    return client.post(
        reverse("submissions:recording_begin", args=[draft.public_id]),
        {
            "criterion": criterion.pk,
            "name": name,
            "size": len(data) if size is None else size,
            "mark": mark,
            "upload": key or uuid.uuid4().hex,
        },
    )


def send_piece(client, upload_id, data, offset, *, digest=None):
    part = data[offset : offset + PIECE]
    return client.post(
        reverse("submissions:recording_piece", args=[upload_id]),
        part,
        content_type="application/octet-stream",
        headers={
            "Piece-Offset": str(offset),
            "Piece-Digest": digest or hashlib.sha256(part).hexdigest(),
        },
    )


def send_all(client, draft, criterion, data, **announced):
    """Begin, and send every piece. The last answer."""
    answer = begin(client, draft, criterion, data, **announced)
    while answer.status_code == 200 and answer.json()["status"] == "arriving":
        state = answer.json()
        answer = send_piece(client, state["id"], data, state["received"])
    return answer


def state_of(client, draft, thread):
    return client.get(reverse("submissions:recording_state", args=[draft.public_id, thread]))


def test_a_video_arrives_in_pieces_and_becomes_evidence(earner, draft, criterion, kept_files):
    data = recording("mov")
    assert len(data) > 2 * PIECE

    waiting = send_all(earner, draft, criterion, data).json()
    tasks.check_recordings()

    item = EvidenceItem.objects.of_draft(draft).get()
    assert (waiting["status"], waiting["received"]) == ("waiting", len(data))
    assert (item.file_name, item.content_type) == ("IMG_7.mp4", "video/mp4")
    assert (item.seconds, item.size, str(item.thread)) == (2, item.file.size, waiting["thread"])
    assert bytes(item.poster).startswith(b"\xff\xd8")
    assert not RecordingUpload.objects.exists()
    answer = state_of(earner, draft, item.thread).json()
    assert (answer["status"], answer["message"]) == ("added", "Added: IMG_7.mp4")
    assert item.get_file_url() in answer["item"]
    assert answer["progress"]["label"] == "1 of 2 done"
    # The pieces are deleted with their rows; only the clean file stays.
    delete_unwanted_files(now=timezone.now() + timedelta(days=2))
    assert [path.name for path in files_in(kept_files / "evidence")] == [item.file.name[3:]]


def test_an_upload_goes_on_where_it_stopped(earner, draft, criterion):
    data = recording("mov")
    first = begin(earner, draft, criterion, data).json()
    send_piece(earner, first["id"], data, 0)

    again = begin(earner, draft, criterion, data).json()

    assert (again["id"], again["received"]) == (first["id"], PIECE)
    assert "Choose" in again["words"] or "choose the same file again" in again["words"]
    other = begin(earner, draft, criterion, data, mark="another file").json()
    assert other["id"] != first["id"]


def test_the_same_piece_twice_is_stored_once(earner, draft, criterion):
    data = recording("mov")
    upload = begin(earner, draft, criterion, data).json()

    answers = [send_piece(earner, upload["id"], data, 0).json() for _ in range(2)]

    assert [answer["received"] for answer in answers] == [PIECE, PIECE]
    assert RecordingPiece.objects.count() == 1


def test_a_piece_that_changed_on_its_way_or_came_too_early_is_sent_again(earner, draft, criterion):
    data = recording("mov")
    upload = begin(earner, draft, criterion, data).json()

    damaged = send_piece(earner, upload["id"], data, 0, digest="0" * 64)
    too_early = send_piece(earner, upload["id"], data, PIECE)

    assert [damaged.json()["received"], too_early.json()["received"]] == [0, 0]
    assert not RecordingPiece.objects.exists()


def test_a_renamed_document_is_named_with_its_first_piece(earner, draft, criterion):
    answer = send_all(earner, draft, criterion, b"%PDF-1.7" + b" " * 5000, name="film.mp4")

    assert answer.status_code == 422
    assert "This is a PDF" in answer.json()["refused"][0]
    page = earner.get(reverse("submissions:edit", args=[draft.public_id])).text
    assert "This is a PDF" in page
    assert not RecordingPiece.objects.exists()


def test_a_broken_video_is_refused_in_words_and_can_be_removed(earner, draft, criterion):
    send_all(earner, draft, criterion, recording("mov")[:-800])
    tasks.check_recordings()

    upload = RecordingUpload.objects.get()
    page = earner.get(reverse("submissions:edit", args=[draft.public_id])).text
    assert "The recording breaks off" in page
    assert "The recording breaks off" in state_of(earner, draft, upload.thread).json()["refused"][0]
    assert not upload.pieces.exists()
    earner.post(
        reverse("submissions:edit", args=[draft.public_id]), {"action": f"stop:{upload.public_id}"}
    )
    assert not RecordingUpload.objects.exists()


def test_limits_of_badge_person_and_agency_are_said_before_anything_is_sent(
    earner, draft, criterion, settings
):
    def refusal(size):
        answer = begin(earner, draft, criterion, b"", size=size, mark="").json()
        return answer["refused"][0].replace("\xa0", " ")

    settings.RECORDING_MEGABYTES_PER_PERSON = 100
    assert "larger than 500 MB" in refusal(501 * 1024**2)
    assert "Your recordings would take more than 100 MB" in refusal(101 * 1024**2)
    settings.RECORDING_MEGABYTES_PER_AGENCY = 50
    assert "no room for more recordings for this badge’s agency" in refusal(51 * 1024**2)
    assert begin(earner, draft, criterion, b"", size=30 * 1024**2, mark="a").status_code == 200
    assert "no room for more recordings" in refusal(30 * 1024**2)
    assert refusal(0) == "The file is empty."
    BadgeClass.objects.filter(pk=draft.badge_class_id).update(recording_megabytes=0)
    assert "Video and sound can’t be added here" in refusal(1000)


def test_the_stored_file_counts_once_however_many_attempts_contain_it(earner, draft, criterion):
    send_all(earner, draft, criterion, recording("mov"))
    tasks.check_recordings()
    item = EvidenceItem.objects.get()
    for number in range(2):
        copy = item.copy_for(item.attempt)
        copy.thread = uuid.uuid4()
        copy.file_name = f"{number}"
        copy.save()

    assert EvidenceItem.objects.recordings().stored_bytes() == item.size
    assert bytes(EvidenceItem.objects.last().poster) == bytes(item.poster)


def test_evidence_is_not_sent_while_a_recording_is_on_its_way(earner, draft, criterion):
    for each in draft.version.criteria.all():
        operations.write_text(draft, each, "Done.")
    data = recording("mov")
    begin(earner, draft, criterion, data)
    page = reverse("submissions:send", args=[draft.public_id])

    assert "“IMG_7.MOV” is not ready yet" in earner.get(page).text
    response = earner.post(page, {"statement": "on"})

    assert response.status_code == 422
    with pytest.raises(RecordingsUnfinished):
        operations.send(draft, by=draft.earner, statement_accepted=True)
    send_all(earner, draft, criterion, data)
    tasks.check_recordings()
    operations.send(draft, by=draft.earner, statement_accepted=True)


def test_without_scripts_a_small_recording_comes_with_the_form(earner, draft, criterion):
    page = reverse("submissions:edit", args=[draft.public_id])
    file = SimpleUploadedFile("memo.m4a", sound("ipod"), "audio/mp4")

    response = earner.post(
        page,
        {f"criterion-{criterion.pk}-files": file, "action": f"add_file:{criterion.pk}"},
        follow=True,
    )

    assert "It has arrived and is being checked" in response.text
    tasks.check_recordings()
    item = EvidenceItem.objects.get()
    assert (item.file_name, item.content_type, item.poster) == ("memo.m4a", "audio/mp4", None)
    assert "<audio" in earner.get(page).text


def test_without_the_packages_video_is_not_offered(earner, draft, criterion, settings):
    settings.TAKES_RECORDINGS = False
    page = reverse("submissions:edit", args=[draft.public_id])
    file = SimpleUploadedFile("memo.m4a", sound("ipod"), "audio/mp4")

    refused = earner.post(
        page, {f"criterion-{criterion.pk}-files": file, "action": f"add_file:{criterion.pk}"}
    )

    assert "Video and sound: MP4" not in earner.get(page).text
    assert "Sound and video can’t be stored here" in refused.text
    assert begin(earner, draft, criterion, b"abc").status_code == 422


def test_coordinators_read_what_is_missing_for_video(client, settings, draft):
    client.force_login(coordinator_for(draft.badge_class))
    page = reverse("catalog:manage_edit", args=[draft.badge_class.slug])
    assert "no video and no sound as evidence" in client.get(page).text

    settings.TAKES_RECORDINGS = False

    assert "requirements/recordings.txt" in client.get(page).text


def test_an_abandoned_upload_is_deleted_with_its_files(earner, draft, criterion, kept_files):
    data = recording("mov")
    upload = begin(earner, draft, criterion, data).json()
    send_piece(earner, upload["id"], data, 0)
    now = timezone.now()
    assert arriving.forget_abandoned(now=now + timedelta(days=6)) == 0

    assert arriving.forget_abandoned(now=now + timedelta(days=8)) == 1
    delete_unwanted_files(now=now + timedelta(days=8))

    assert files_in(kept_files / "evidence") == []
    assert not UnwantedFile.objects.exists()


def test_a_discarded_draft_leaves_no_pieces_behind(earner, draft, criterion, kept_files):
    data = recording("mov")
    send_piece(earner, begin(earner, draft, criterion, data).json()["id"], data, 0)

    operations.discard(draft)
    delete_unwanted_files(now=timezone.now() + timedelta(minutes=1))

    assert files_in(kept_files / "evidence") == []


def test_a_full_disk_loses_nothing(earner, draft, criterion, kept_files):
    data = recording("mov")
    upload = begin(earner, draft, criterion, data).json()
    with no_room():
        answer = send_piece(earner, upload["id"], data, 0)
    assert answer.status_code == 507
    assert "no room to store the file" in answer.json()["refused"][0]

    send_all(earner, draft, criterion, data)
    with no_room():
        tasks.check_recordings()
    waiting = RecordingUpload.objects.get()
    assert waiting.status == "waiting"
    assert waiting.due_at > timezone.now()
    checking.check_next(now=waiting.due_at)

    assert EvidenceItem.objects.get().seconds == 2


def test_a_worker_that_died_is_followed_by_another(earner, draft, criterion, monkeypatch):
    send_all(earner, draft, criterion, recording("mov"))
    now = timezone.now()
    with monkeypatch.context() as patch:
        patch.setattr(checking, "cleaned", lambda upload: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            checking.check_next(now=now)

    assert not checking.check_next(now=now)
    assert checking.check_next(now=now + checking.LEASE)

    assert EvidenceItem.objects.count() == 1


@pytest.mark.parametrize("who", ["nobody", "somebody else", "another coordinator"])
def test_nobody_else_touches_an_upload(client, draft, criterion, who):
    client.force_login(draft.earner)
    data = recording("mov")
    upload = begin(client, draft, criterion, data).json()
    client.logout()
    if who != "nobody":
        client.force_login(UserFactory())

    refused = {
        begin(client, draft, criterion, data, mark="x").status_code,
        send_piece(client, upload["id"], data, 0).status_code,
        state_of(client, draft, upload["thread"]).status_code,
        client.post(reverse("submissions:recording_remove", args=[upload["id"]])).status_code,
    }

    assert refused == ({401} if who == "nobody" else {404})
    assert RecordingUpload.objects.get().received == 0
