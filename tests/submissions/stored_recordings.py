"""Recordings in a draft as the worker leaves them, for tests that read none."""

from __future__ import annotations

import uuid

from django.core.files.base import ContentFile
from django.utils import timezone

from catalog.models import Criterion
from submissions.media.operations import arriving
from submissions.models import EvidenceItem, RecordingUpload, Submission

SUBTITLES = "WEBVTT\n\n00:00.000 --> 00:02.000\nGood morning.\n"


def add_recording(
    submission: Submission, criterion: Criterion, *, data: bytes = b"0123456789", **values
) -> EvidenceItem:
    fields = {
        "file_name": "lesson.mp4",
        "content_type": "video/mp4",
        "seconds": 62,
        "poster": b"\xff\xd8 a picture",
        "subtitles": SUBTITLES,
        **values,
    }
    return submission.attempts.get(sent_at=None).evidence_items.create(
        criterion=criterion,
        kind=EvidenceItem.Kind.FILE,
        file=ContentFile(data, name="unused"),
        size=len(data),
        added_at=timezone.now(),
        **fields,
    )


def begin_recording(
    submission: Submission, criterion: Criterion, *, name: str = "on-its-way.mp4"
) -> RecordingUpload:
    """On its way: nothing of it has arrived."""
    file = arriving.Announced(file_name=name, size=1000, mark=uuid.uuid4().hex, thread=uuid.uuid4())
    return arriving.begin(submission, criterion, file)
