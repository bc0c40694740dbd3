"""Evidence made to break what reads it is refused in words, outside the web process."""

from __future__ import annotations

import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sandbox import run
from sandbox.limits import MEGABYTE, Limits
from sandbox.refusals import Busy
from submissions import files
from submissions.files import FileRefused, clean_bytes
from submissions.models import EvidenceItem
from tests.factories import DraftFactory
from tests.submissions import bombs, samples


@pytest.mark.long
@pytest.mark.parametrize("name", bombs.REFUSED)
def test_a_file_made_to_fill_memory_is_refused_in_words(name):
    make, words = bombs.REFUSED[name]
    data = make()
    assert len(data) < 20 * MEGABYTE

    with pytest.raises(FileRefused, match=words):
        clean_bytes(data, "file")


@pytest.mark.long
@pytest.mark.parametrize("name", bombs.ANSWERED)
def test_a_file_at_the_limits_is_cleaned_or_refused(name):
    assert outcome_of(bombs.ANSWERED[name](), "file")


def outcome_of(data: bytes, name: str) -> str:
    try:
        return clean_bytes(data, name).content_type
    except FileRefused as refusal:
        return str(refusal)


@pytest.mark.long
@pytest.mark.parametrize(
    ("job", "limits"),
    [
        ("count_forever", Limits(processor_seconds=1)),
        ("wait_forever", Limits(seconds=1)),
        ("fill_memory", Limits(memory=128 * MEGABYTE)),
        ("end_badly", Limits()),
    ],
)
def test_a_run_that_is_ended_says_what_to_do(job, limits, monkeypatch):
    call = run.call

    def call_job(_function, data, *, limits, raises, **_arguments):
        return call(f"tests.sandbox.jobs:{job}", data, limits=limits, raises=raises)

    monkeypatch.setattr(run, "call", call_job)
    monkeypatch.setattr(files, "LIMITS", limits)

    with pytest.raises(FileRefused, match="took too much time or memory"):
        clean_bytes(b"words", "words.txt")


def test_a_busy_site_says_when_to_try_again(monkeypatch):
    def busy(*_arguments, **_options):
        raise Busy

    monkeypatch.setattr(run, "call", busy)

    with pytest.raises(FileRefused, match="busy reading other files"):
        clean_bytes(b"words", "words.txt")


def test_the_limits_of_evidence_are_those_that_are_documented():
    assert files.LIMITS.memory == 640 * MEGABYTE
    assert files.LIMITS.processor_seconds == 10
    assert files.LIMITS.seconds == 25


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "PDF", "DOCX"])
@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_file_is_cleaned_or_refused_never_an_error(kind, seed):
    chance = random.Random(f"{kind}{seed}")
    whole = {
        "JPEG": samples.photo,
        "PDF": samples.pdf,
        "DOCX": samples.word,
    }.get(kind, lambda: samples.picture(kind))()
    damaged = bytearray(whole)
    if seed == 0:
        damaged = damaged[: chance.randrange(20, len(damaged))]
    for _change in range(6 * seed):
        damaged[chance.randrange(12, len(damaged))] = chance.randrange(256)

    assert outcome_of(bytes(damaged), f"a.{kind.lower()}")


@pytest.mark.django_db
def test_the_files_of_a_form_have_an_end_together_and_nothing_typed_is_lost(client, monkeypatch):
    draft = DraftFactory()
    client.force_login(draft.earner)
    first, second = list(draft.version.criteria.all())[:2]
    monkeypatch.setattr(files, "SECONDS_FOR_A_FORM", -1)

    response = client.post(
        reverse("submissions:edit", args=[draft.public_id]),
        {
            f"criterion-{first.pk}-files": SimpleUploadedFile("a.jpg", samples.photo()),
            f"criterion-{second.pk}-text": "Typed after the file",
        },
    )

    assert response.status_code == 422
    assert "“a.jpg”: Reading the files before this one took too long." in response.text
    assert EvidenceItem.objects.get().text == "Typed after the file"
