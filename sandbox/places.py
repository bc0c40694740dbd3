"""The places of runs: locked files, because the kernel releases the locks of a killed process."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from sandbox.limits import MOST_WAITING, RUNS_AT_ONCE, SECONDS_TO_WAIT
from sandbox.refusals import Busy

_POLL_SECONDS = 0.02
_waiting = threading.BoundedSemaphore(MOST_WAITING)


def folder() -> Path:
    """A private folder for the locks, shared by all processes of this installation."""
    installation = hashlib.sha256(str(Path(__file__).resolve()).encode()).hexdigest()[:12]
    path = Path(tempfile.gettempdir()) / f"badges-sandbox-{os.getuid()}-{installation}"
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to somebody else. Set TMPDIR to another folder.")
    return path


@contextlib.contextmanager
def taken(
    *, places: int = RUNS_AT_ONCE, seconds: float = SECONDS_TO_WAIT, of: Path | None = None
) -> Iterator[None]:
    """Hold one of the places for the length of the block. Raises Busy if none becomes free."""
    within = of or folder()
    lock = _try_each(within, places)
    if lock is None:
        lock = _wait(within, places, seconds)
    try:
        yield
    finally:
        os.close(lock)


def _wait(within: Path, places: int, seconds: float) -> int:
    if not _waiting.acquire(blocking=False):
        raise Busy
    try:
        last_try = time.monotonic() + seconds
        while (lock := _try_each(within, places)) is None:
            if time.monotonic() >= last_try:
                raise Busy
            time.sleep(_POLL_SECONDS)
        return lock
    finally:
        _waiting.release()


def _try_each(within: Path, places: int) -> int | None:
    for number in range(places):
        lock = os.open(within / f"place-{number}", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        except BaseException:
            os.close(lock)
            raise
        else:
            return lock
    return None
