"""Has a whole recording checked and written anew, in a process of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from sandbox import places, run
from sandbox.limits import MEGABYTE, Limits
from sandbox.refusals import gettext_noop
from submissions.media.reading import NotAccepted
from submissions.models import RecordingUpload

# FFmpeg keeps some pictures of 4K in memory while it makes the still picture.
MEMORY = 896 * MEGABYTE
PROCESSOR_SECONDS = 240
# Less than the lease of the worker that waits for it.
SECONDS = 480
# What the file may gain when it is written anew.
MORE = 16 * MEGABYTE
LARGEST_POSTER = MEGABYTE
# Another purpose than files that a request waits for: these take minutes, and one at a time.
PLACES = 1
_CHUNK = MEGABYTE

TOO_MUCH_WORK = gettext_noop(
    "Checking the recording took too much time or memory. Export it as MP4 with 1080p, or cut it "
    "to the part that matters, and add that."
)


@dataclass(frozen=True)
class Recording:
    """A checked recording, without what was hidden in it."""

    file: BinaryIO
    content_type: str
    seconds: int
    poster: bytes


@contextmanager
def cleaned(upload: RecordingUpload) -> Iterator[Recording]:
    """The files have no name, so nothing is left of them, even if the worker is killed.

    Raises NotAccepted, `sandbox.refusals.Stopped` and Busy, and OSError without room on the disk.
    """
    Path(settings.RECORDING_FOLDER).mkdir(parents=True, exist_ok=True)
    with (
        places.taken(places=PLACES, seconds=0.0, of=places.folder("recordings")),
        tempfile.TemporaryFile(dir=settings.RECORDING_FOLDER) as whole,
        tempfile.TemporaryFile(dir=settings.RECORDING_FOLDER) as clean,
    ):
        _put_together(upload, whole)
        reply = run.call_in_place(
            "submissions.media.reading:clean",
            b"",
            limits=Limits(
                memory=MEMORY,
                processor_seconds=PROCESSOR_SECONDS,
                seconds=SECONDS,
                output=LARGEST_POSTER,
                file=upload.size + MORE,
            ),
            raises=[NotAccepted],
            files={"source": whole.fileno(), "target": clean.fileno()},
            most_seconds=settings.RECORDING_LONGEST_MINUTES * 60,
        )
        clean.seek(0)
        yield Recording(clean, reply.value["content_type"], reply.value["seconds"], reply.data)


def _put_together(upload: RecordingUpload, whole: BinaryIO) -> None:
    for piece in upload.pieces.order_by("offset"):
        with piece.file.open("rb") as stored:
            while part := stored.read(_CHUNK):
                whole.write(part)
    whole.flush()
    if os.fstat(whole.fileno()).st_size != upload.size:
        raise OSError(f"Pieces of {upload.public_id} are missing")
