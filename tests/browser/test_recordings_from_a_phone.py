"""A video from a phone: sent in pieces, checked by the worker, played, and given subtitles."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from submissions.media import cleaning
from submissions.media.operations import arriving, checking
from submissions.models import EvidenceItem
from tests.browser.conftest import PHONE
from tests.factories import DraftFactory
from tests.submissions.recordings import recording
from tests.submissions.stored_recordings import SUBTITLES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.long,
]

PIECE = 4000
VIDEO = {"name": "IMG_0412.MOV", "mimeType": "video/quicktime", "buffer": recording("mov")}
RENAMED = {"name": "lesson.mp4", "mimeType": "video/mp4", "buffer": b"%PDF-1.7 not a video" * 40}


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(arriving, "PIECE", PIECE)
    monkeypatch.setattr(cleaning, "PLACES", 50)


@pytest.fixture
def draft():
    return DraftFactory()


@pytest.fixture
def phone(visit, draft):
    phone = visit(PHONE)
    phone.signs_in(draft.earner)
    phone.opens(reverse("submissions:edit", args=[draft.public_id]))
    return phone


def first_criterion(phone):
    return phone.page.locator("[data-criterion]").first


def choose(phone, file):
    section = first_criterion(phone)
    add = section.locator("[data-upload]")
    if add.get_attribute("open") is None:
        add.locator("summary").click()
    section.locator("input[type=file]").set_input_files([file])
    return section


def work_off_recordings():
    while checking.check_next(now=timezone.now()):
        pass


def pieces_sent(phone) -> list[str]:
    """The places of the pieces that the page sends from now on."""
    places: list[str] = []

    def note(request):
        if request.url.endswith("/pieces/"):
            places.append(request.headers["piece-offset"])

    phone.page.on("request", note)
    return places


def test_a_video_is_sent_in_pieces_checked_and_played(phone, draft):
    places = pieces_sent(phone)

    section = choose(phone, VIDEO)
    section.get_by_text("It has arrived and is being checked.").wait_for()
    phone.looks()
    assert places == [str(place) for place in range(0, len(VIDEO["buffer"]), PIECE)]
    work_off_recordings()
    section.locator("[data-said]").get_by_text(re.compile("Added: IMG_0412")).wait_for()

    video = section.locator("video")
    assert video.get_attribute("playsinline") is not None
    poster = phone.page.request.get(phone.site + video.get_attribute("poster"))
    assert poster.headers["content-type"] == "image/jpeg"
    part = phone.page.request.get(
        phone.site + video.get_attribute("src"), headers={"Range": "bytes=0-99"}
    )
    assert (part.status, len(part.body())) == (206, 100)
    section.get_by_label("Caption").fill("Minute two: the question")
    phone.page.locator("[data-saved]").get_by_text(re.compile(r"^Saved \d")).wait_for()
    assert EvidenceItem.objects.get().title == "Minute two: the question"
    phone.looks()


def test_a_file_that_is_no_video_is_named(phone, draft):
    section = choose(phone, RENAMED)
    refused = section.locator(".upload--refused")
    refused.get_by_text("PDF").wait_for()

    assert refused.get_attribute("role") == "alert"
    phone.looks()
    refused.get_by_role("button", name="Do not add it").click()
    assert phone.page.locator(".upload").count() == 0


def test_subtitles_are_added_and_are_a_track_of_the_player(phone, draft):
    section = choose(phone, VIDEO)
    section.get_by_text("It has arrived and is being checked.").wait_for()
    work_off_recordings()
    section.locator("video").wait_for()

    phone.follows("Add subtitles")
    phone.page.get_by_label("File with subtitles").set_input_files(
        [{"name": "words.vtt", "mimeType": "text/vtt", "buffer": SUBTITLES.encode()}]
    )
    phone.presses("Add subtitles")

    phone.reads("The subtitles are added.")
    track = first_criterion(phone).locator("video track")
    assert (track.get_attribute("kind"), track.get_attribute("label")) == ("captions", "Subtitles")
    words = phone.page.request.get(phone.site + track.get_attribute("src"))
    assert words.headers["content-type"].startswith("text/vtt")
    assert "Good morning." in words.text()
