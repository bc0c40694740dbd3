"""Baked pictures as files on this machine, so that what was made once is only sent.

Nothing is lost with them: a picture that is not here is made again. Their name says all that went
into them, so a change of the award makes another name, and an old file is never sent again.
"""

from __future__ import annotations

import hashlib
import logging
import os
import random
import time
from collections.abc import Iterable
from contextlib import suppress
from tempfile import NamedTemporaryFile
from uuid import UUID

from django.conf import settings

log = logging.getLogger(__name__)

# Another one if the same award should give another picture, because baking was changed.
RELEASE = 1
MOST_BYTES = 256 * 1024 * 1024
OLDEST = 24 * 60 * 60  # seconds
# One in so many writes looks at what there is.
WRITES_PER_SWEEP = 100
ROOM_AFTER_SWEEP = 0.8


def name_of(award: UUID, parts: Iterable[object]) -> str:
    """The name of what is made of these values for this award. It is also a good ETag."""
    made_of = hashlib.sha256(repr((RELEASE, award, *parts)).encode()).hexdigest()[:32]
    return f"{award.hex}-{made_of}"


def read(name: str) -> bytes | None:
    try:
        # Read in one piece: a buffer would only be in the way.
        with open(_path(name), "rb", buffering=0) as file:
            return file.read()
    except OSError:
        return None


def keep(name: str, picture: bytes) -> None:
    """Without room or permission nothing is kept."""
    try:
        os.makedirs(settings.BAKES_FOLDER, mode=0o700, exist_ok=True)
        with NamedTemporaryFile(dir=settings.BAKES_FOLDER, delete=False) as file:
            try:
                file.write(picture)
                file.flush()
                # Or a power failure could leave the name without the picture.
                os.fsync(file.fileno())
                os.replace(file.name, _path(name))
            except OSError:
                os.unlink(file.name)
                raise
        if random.randrange(WRITES_PER_SWEEP) == 0:  # noqa: S311
            sweep(now=time.time())
    except OSError as error:
        log.warning("Could not keep a baked picture: %s", error)


def forget(awards: Iterable[UUID]) -> None:
    """Delete all that is kept of these awards. What can't be deleted is gone within a day."""
    theirs = {award.hex for award in awards}
    with suppress(OSError), os.scandir(settings.BAKES_FOLDER) as entries:
        for entry in entries:
            if entry.name.partition("-")[0] in theirs:
                with suppress(OSError):
                    os.unlink(entry.path)


def _path(name: str) -> str:
    return os.path.join(settings.BAKES_FOLDER, name)


def sweep(*, now: float) -> None:
    """Delete pictures that are a day old and, if there are too many bytes, the oldest.

    What can't be deleted, or is no file, keeps no other from being deleted.
    """
    found = []
    with os.scandir(settings.BAKES_FOLDER) as entries:
        for entry in entries:
            with suppress(OSError):  # another process was here
                stat = entry.stat(follow_symlinks=False)
                if not entry.is_dir(follow_symlinks=False):
                    found.append((stat.st_mtime, stat.st_size, entry.path))
    kept = sum(size for _written, size, _path in found)
    room = MOST_BYTES * ROOM_AFTER_SWEEP if kept > MOST_BYTES else kept
    for written, size, path in sorted(found):
        if kept <= room and written >= now - OLDEST:
            break
        with suppress(OSError):
            os.unlink(path)
        kept -= size
