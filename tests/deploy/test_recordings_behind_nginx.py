"""A recording arrives in pieces through the shipped nginx, and nginx itself sends it to players."""

from __future__ import annotations

import hashlib
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from bench.nginx import MISSING, nginx
from submissions.media.operations import checking
from submissions.media.operations.arriving import PIECE
from submissions.models import EvidenceItem, RecordingUpload
from tests.deploy.nginx_site import ask
from tests.factories import DraftFactory, UserFactory
from tests.submissions.recordings import recording

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(nginx() is None, reason=MISSING),
    pytest.mark.xdist_group("nginx"),
    pytest.mark.django_db(transaction=True),
]


class Browser:
    """A signed-in person's script, which sends the cookie and the token of the page."""

    def __init__(self, site, person):
        self.site = site
        client = Client()
        client.force_login(person)
        self.headers = {
            "Cookie": f"sessionid={client.cookies['sessionid'].value}; csrftoken={'a' * 32}",
            "X-CSRFToken": "a" * 32,
            "Origin": "https://badges.example.org",
            "Referer": "https://badges.example.org/",
        }

    def post(self, path, body=b"", **headers):
        return ask(self.site.port, path, method="POST", body=body, **self.headers, **headers)

    def get(self, path, **headers):
        return ask(self.site.port, path, **self.headers, **headers)


def padded_recording() -> bytes:
    """A real recording of three pieces: the free space at its end is skipped by readers."""
    data = recording("mp4")
    free = 2 * PIECE + 1000 - len(data)
    return data + free.to_bytes(4, "big") + b"free" + bytes(free - 8)


def announce(browser, draft, data, thread) -> dict:
    values = {
        "name": "Lesson.mp4",
        "size": str(len(data)),
        "mark": "lesson",
        "upload": str(thread),
        "criterion": str(draft.version.criteria.first().pk),
    }
    answer = browser.post(
        reverse("submissions:recording_begin", args=[draft.public_id]),
        body="&".join(f"{name}={value}" for name, value in values.items()),
        Content_Type="application/x-www-form-urlencoded",
    )
    assert answer.status == 200, answer.body
    return answer.json()


def send_piece(browser, upload, data, offset, digest=None):
    piece = data[offset : offset + PIECE]
    return browser.post(
        reverse("submissions:recording_piece", args=[upload["id"]]),
        body=piece,
        Content_Type="application/octet-stream",
        Piece_Offset=str(offset),
        Piece_Digest=digest or hashlib.sha256(piece).hexdigest(),
    )


def test_a_recording_goes_through_nginx_in_pieces_and_is_played_by_nginx(site):
    draft, data, thread = DraftFactory(), padded_recording(), uuid.uuid4()
    browser, stranger = Browser(site, draft.earner), Browser(site, UserFactory())
    upload = announce(browser, draft, data, thread)

    damaged = send_piece(browser, upload, data, 0, digest="0" * 64)
    assert (damaged.status, damaged.json()["received"]) == (200, 0)
    assert send_piece(stranger, upload, data, 0).status == 404
    for offset in range(0, len(data), PIECE):
        answer = send_piece(browser, upload, data, offset)
        assert answer.status == 200, answer.body
        assert answer.json()["received"] == min(offset + PIECE, len(data))
    assert announce(browser, draft, data, uuid.uuid4())["received"] == len(data)
    assert RecordingUpload.objects.get().status == RecordingUpload.Status.WAITING

    assert checking.check_next()

    item = EvidenceItem.objects.get()
    stored = item.file.open("rb").read()
    path = item.get_file_url()
    whole, part = browser.get(path), browser.get(path, Range="bytes=100-199")
    end = browser.get(path, Range="bytes=-50")
    assert (whole.status, whole.body) == (200, stored)
    assert (part.status, part.body) == (206, stored[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(stored)}"
    assert (end.status, end.body) == (206, stored[-50:])
    beyond = browser.get(path, Range=f"bytes={len(stored)}-")
    assert beyond.status == 416
    # The program answered without a body: the bytes are those of nginx.
    assert "x-accel-redirect" not in whole.headers
    lines = [line for line in site.web.log.read_text().splitlines() if "evidence_file" in line]
    assert lines
    assert all(" 200 0 bytes" in line for line in lines), lines


def test_what_nginx_sends_has_the_headers_of_evidence(site):
    item = stored_recording(site)
    answer = Browser(site, item.attempt.submission.earner).get(item.get_file_url())

    assert answer.status == 200
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-disposition"] == 'inline; filename="Lesson.mp4"'
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "media-src 'self'" in answer.headers["content-security-policy"]
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "etag" not in answer.headers


def test_nobody_else_gets_it_also_not_from_the_address_of_nginx(site):
    item = stored_recording(site)
    path = item.get_file_url()
    internal = f"/_recordings/{item.file.name}"
    earner, stranger = item.attempt.submission.earner, UserFactory()

    answers = {
        "a stranger": Browser(site, stranger).get(path),
        "a stranger, a part": Browser(site, stranger).get(path, Range="bytes=0-9"),
        "signed out": ask(site.port, path),
        "the address of nginx": ask(site.port, internal),
        "the address of nginx, signed in": Browser(site, earner).get(internal),
        "a way out of the folder": ask(site.port, "/_recordings/../media/art.png"),
    }

    assert {who: answer.status for who, answer in answers.items()} == dict.fromkeys(answers, 404)


def test_a_recording_whose_file_is_gone_is_not_found(site):
    item = stored_recording(site)
    browser = Browser(site, item.attempt.submission.earner)
    item.file.storage.delete(item.file.name)

    assert browser.get(item.get_file_url()).status == 404


def stored_recording(site) -> EvidenceItem:
    draft, data = DraftFactory(), recording("mp4")
    browser = Browser(site, draft.earner)
    upload = announce(browser, draft, data, uuid.uuid4())
    assert send_piece(browser, upload, data, 0).status == 200
    assert checking.check_next()
    return EvidenceItem.objects.select_related("attempt__submission__earner").get()
