"""Recordings are played where other evidence is read, by the same people, part by part."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.object_storage import ObjectFiles
from issuing.awards.operations import changes
from reviewing import operations as reviewing
from submissions import operations
from submissions.media import serving
from submissions.models import EvidenceItem, Submission
from tests.factories import DraftFactory, UserFactory, reviewer_for
from tests.issuing.awards import evidence_of, issued_award
from tests.reviewing.pages import review_url
from tests.submissions.stored_recordings import SUBTITLES, add_recording

pytestmark = pytest.mark.django_db
DATA = bytes(range(100))


@pytest.fixture
def draft():
    return DraftFactory()


@pytest.fixture
def item(draft):
    return add_recording(draft, draft.version.criteria.first(), data=DATA, file_name="Ana-4B.mp4")


@pytest.fixture
def earner(client, draft):
    client.force_login(draft.earner)
    return client


def body(response):
    return b"".join(response.streaming_content)


def send(draft):
    for criterion in draft.version.criteria.filter(required=True):
        operations.write_text(draft, criterion, "What I did.")
    operations.send(draft, by=draft.earner, statement_accepted=True)


def test_a_player_gets_the_part_that_it_asks_for(earner, item):
    asked = {
        "bytes=0-": (206, "bytes 0-99/100", DATA),
        "bytes=10-19": (206, "bytes 10-19/100", DATA[10:20]),
        "bytes=90-500": (206, "bytes 90-99/100", DATA[90:]),
        "bytes=-5": (206, "bytes 95-99/100", DATA[95:]),
        "bytes=-500": (206, "bytes 0-99/100", DATA),
        "bytes=3-2, 5-6": (200, None, DATA),
        "seconds=1-2": (200, None, DATA),
        "bytes=-": (200, None, DATA),
    }

    for wanted, expected in asked.items():
        response = earner.get(item.get_file_url(), headers={"Range": wanted})
        got = (response.status_code, response.headers.get("Content-Range"), body(response))
        assert got == expected, wanted
        assert response["Content-Length"] == str(len(got[2]))
    for wanted in ("bytes=100-", "bytes=7-3", "bytes=-0"):
        response = earner.get(item.get_file_url(), headers={"Range": wanted})
        assert (response.status_code, response["Content-Range"]) == (416, "bytes */100"), wanted


def test_the_headers_are_those_of_evidence(earner, item):
    response = earner.get(item.get_file_url())

    assert response["Content-Type"] == "video/mp4"
    assert response["Content-Disposition"] == 'inline; filename="Ana-4B.mp4"'
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Accept-Ranges"] == "bytes"
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("; sandbox")


def test_nginx_sends_the_file_where_it_can(earner, item, settings):
    settings.RECORDING_ACCEL = "/_recordings/"

    response = earner.get(item.get_file_url(), headers={"Range": "bytes=0-9"})

    assert response["X-Accel-Redirect"] == f"/_recordings/{item.file.name}"
    assert (response.status_code, response.content) == (200, b"")
    assert response["Content-Type"] == "video/mp4"
    earner.logout()
    assert earner.get(item.get_file_url()).status_code == 404


def test_object_storage_sends_the_file_by_a_link_that_ends(earner, item, settings, monkeypatch):
    settings.S3_PUBLIC_URL = "https://files.example.org"
    bucket = ObjectFiles(
        bucket_name="badges", location="evidence", access_key="key", secret_key="secret",
        region_name="eu-central-1",
    )  # fmt: skip
    monkeypatch.setattr(serving, "evidence_files", lambda: bucket)

    response = earner.get(item.get_file_url())

    address = response["Location"]
    assert response.status_code == 302
    assert "files.example.org" in address
    assert f"evidence/{item.file.name}" in address
    assert "Expires=3600" in address
    assert "response-content-type=video%2Fmp4" in address
    earner.logout()
    assert earner.get(item.get_file_url()).status_code == 404


def test_strangers_get_neither_the_recording_nor_its_picture_nor_its_words(client, draft, item):
    addresses = [item.get_file_url(), item.get_poster_url(), item.get_subtitles_url()]
    for person in (None, UserFactory(), reviewer_for(draft.badge_class)):
        if person:
            client.force_login(person)
        assert [client.get(address).status_code for address in addresses] == [404] * 3

    client.force_login(draft.earner)

    assert [client.get(address).status_code for address in addresses] == [200] * 3


def test_a_reviewer_plays_it_without_learning_its_name(client, draft, item):
    send(draft)
    reviewer = reviewer_for(draft.badge_class)
    assignment = reviewing.claim(Submission.objects.get(pk=draft.pk), by=reviewer)
    client.force_login(reviewer)

    page = client.get(review_url(assignment)).text

    assert "<video" in page
    assert item.get_poster_url() in page
    assert item.get_subtitles_url() in page
    assert "Ana-4B" not in page
    assert "1:02 long." in page
    answer = client.get(item.get_file_url())
    assert item.neutral_name in answer["Content-Disposition"]
    assert item.neutral_name.endswith(".mp4")
    assert client.get(item.get_subtitles_url()).text == SUBTITLES


def test_everybody_plays_what_is_shown_with_the_badge(client):
    draft = DraftFactory()
    add_recording(draft, draft.version.criteria.first(), file_name="Ana-4B.mp4")
    award = issued_award(earner=draft.earner, badge_class=draft.badge_class)
    [item] = [one for one in evidence_of(award) if one.seconds]
    assert client.get(item.get_file_url()).status_code == 404

    changes.share(award, shows_name=False, items=[item])

    page = client.get(award.get_absolute_url()).text
    assert f'src="{item.get_file_url()}"' in page
    assert "Ana-4B" not in page
    assert body(client.get(item.get_file_url())) == b"0123456789"
    assert client.get(item.get_poster_url()).status_code == 200


def change(client, item, data=None, *, action="save", name="words.vtt"):
    page = reverse("submissions:subtitles_change", args=[item.public_id])
    file = {"file": SimpleUploadedFile(name, data)} if data is not None else {}
    return client.post(page, {"action": action, **file})


def subtitles_of(item):
    return EvidenceItem.objects.get(pk=item.pk).subtitles


def test_the_earner_adds_and_removes_subtitles(earner, item):
    added = change(earner, item, SUBTITLES.replace("Good", "Fine").encode())
    assert added.status_code == 302
    assert "Fine morning." in subtitles_of(item)

    change(earner, item, action="remove")

    assert subtitles_of(item) == ""
    assert earner.get(item.get_subtitles_url()).status_code == 404


def test_srt_becomes_vtt(earner, item):
    change(earner, item, b"\xef\xbb\xbf1\r\n00:00:01,000 --> 00:00:02,500\r\nHello, there\r\n")

    assert subtitles_of(item) == (
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\nHello, there\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Just some words.", "no subtitles with times"),
        ("Muñoz".encode("utf-16"), "not saved as UTF-8"),
        (b"x" * 500_001, "too large for subtitles"),
        (None, "Choose a file first"),
    ],
)
def test_other_files_are_refused_in_words(earner, item, data, words):
    response = change(earner, item, data)

    assert response.status_code == 422
    assert words in response.text
    assert subtitles_of(item) == SUBTITLES


def test_subtitles_of_sent_evidence_do_not_change(earner, draft, item):
    send(draft)

    response = change(earner, item, action="remove")

    assert response.status_code == 404
    assert subtitles_of(item) == SUBTITLES


def test_nobody_else_changes_subtitles(client, item):
    client.force_login(UserFactory())

    assert change(client, item, action="remove").status_code == 404
    assert subtitles_of(item) == SUBTITLES


def test_the_reviewer_sees_that_subtitles_changed(draft, item):
    before = EvidenceItem.objects.of_draft(draft).mark()

    EvidenceItem.objects.filter(pk=item.pk).update(subtitles="")

    assert EvidenceItem.objects.of_draft(draft).mark() != before
