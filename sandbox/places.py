"""The places of runs: locked files, because the kernel releases the locks of a killed process.

One person has one place at most, so that nobody keeps all others from uploading: who sends eight
hostile files at once waits for their own, while everybody else finds the other place free.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from pathlib import Path

from sandbox.limits import MOST_WAITING, RUNS_AT_ONCE, SECONDS_TO_WAIT
from sandbox.refusals import Busy

_POLL_SECONDS = 0.02
_waiting = threading.BoundedSemaphore(MOST_WAITING)
# Those who wait for their own run to end leave room for those who wait for others’.
_waiting_for_own = threading.BoundedSemaphore(max(1, MOST_WAITING - 1))
# People whose numbers are the same wait for each other now and then.
_SHARES = 251
_whose: ContextVar[Callable[[], str] | None] = ContextVar("whose", default=None)


def folder(purpose: str = "") -> Path:
    """A private folder for the locks, shared by all processes of this installation.

    Runs of another purpose than reading uploads have places of their own.
    """
    installation = hashlib.sha256(str(Path(__file__).resolve()).encode()).hexdigest()[:12]
    name = "-".join(filter(None, ["badges-sandbox", str(os.getuid()), installation, purpose]))
    path = Path(tempfile.gettempdir()) / name
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to somebody else. Set TMPDIR to another folder.")
    return path


@contextlib.contextmanager
def taken(
    *,
    places: int = RUNS_AT_ONCE,
    seconds: float = SECONDS_TO_WAIT,
    of: Path | None = None,
    waiting: threading.BoundedSemaphore | None = None,
) -> Iterator[None]:
    """Hold one of the places for the length of the block. Raises Busy if none becomes free.

    `of` and `waiting` are those of runs of another purpose: their folder, and room to wait.
    """
    waiting = waiting or _waiting
    within, last_try = of or folder(), time.monotonic() + seconds
    numbered = [within / f"place-{number}" for number in range(places)]
    with contextlib.ExitStack() as held:
        if whose := _whose.get():
            share = [within / f"share-{_number(whose())}"]
            held.callback(os.close, _take_one(share, last_try, _waiting_for_own, waiting))
        held.callback(os.close, _take_one(numbered, last_try, waiting))
        yield


@contextlib.contextmanager
def on_behalf_of(whose: Callable[[], str]) -> Iterator[None]:
    """Say whose files are read in this block. It is asked only if there are any."""
    token = _whose.set(whose)
    try:
        yield
    finally:
        _whose.reset(token)


def _number(whose: str) -> int:
    return int.from_bytes(hashlib.sha256(whose.encode()).digest()[:8], "big") % _SHARES


def _take_one(files: list[Path], last_try: float, *rooms: threading.BoundedSemaphore) -> int:
    """The lock of one of the files, at once or after a wait, for which each room has a place."""
    if (lock := _try_each(files)) is not None:
        return lock
    with contextlib.ExitStack() as waiting:
        for room in rooms:
            if not room.acquire(blocking=False):
                raise Busy
            waiting.callback(room.release)
        while (lock := _try_each(files)) is None:
            if time.monotonic() >= last_try:
                raise Busy
            time.sleep(_POLL_SECONDS)
        return lock


def _try_each(files: Iterable[Path]) -> int | None:
    for file in files:
        lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
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
