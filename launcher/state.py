"""The state folder, which contains everything that the running program writes."""

import fcntl
import json
import os
import secrets
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from .processes import processes_with_open_file
from .refusals import Refused
from .switches import is_on

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class LastStart:
    program: str
    accounts: list[str]


class State:
    def __init__(self, folder: Path):
        self.folder = folder
        self.run = folder / "run"
        self.log = folder / "log"
        self.postgres = folder / "postgres"
        self.valkey = folder / "valkey"
        self._parts_lock: int | None = None

    @classmethod
    def of_project(cls) -> "State":
        """An empty program of one's own (DEMO=0) has a folder inside that of the demo."""
        is_demo = is_on(os.environ, "DEMO", default=True)
        folder = PROJECT / "var" / ("" if is_demo else "program")
        return cls(Path(os.environ.get("BADGES_STATE") or folder).resolve())

    @classmethod
    def throwaway(cls) -> "State":
        return cls(Path(tempfile.mkdtemp(prefix="badges-")))

    def make_folders(self) -> None:
        try:
            for folder in (self.folder, self.run, self.log, self.postgres, self.valkey):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except PermissionError as error:
            raise Refused(f"{error.filename} can't be made: choose BADGES_STATE.") from error
        owner = self.folder.stat().st_uid
        if owner != os.geteuid():
            raise Refused(
                f"{self.folder} belongs to another user (number {owner}).\n"
                "Start as that user, or choose another folder with BADGES_STATE."
            )

    def secret(self, name: str) -> str:
        """A secret, created once and kept, because sessions and signed links depend on it."""
        path = self.folder / "secrets" / name
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = path.with_suffix(".new")
            draft.unlink(missing_ok=True)
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
            draft.rename(path)
        return path.read_text()

    def note(self, name: str, value: str | None = None) -> str | None:
        """Read or write a small value for other launchers, such as the port in use."""
        path = self.run / name
        if value is not None:
            path.write_text(value)
        return path.read_text() if path.exists() else None

    @property
    def last_start(self) -> LastStart | None:
        """The program of the last healthy start. It is stored with the data and deleted with it."""
        try:
            return LastStart(**json.loads((self.postgres / "last-start").read_text()))
        except (OSError, ValueError, TypeError):
            return None

    @last_start.setter
    def last_start(self, start: LastStart | None) -> None:
        path = self.postgres / "last-start"
        if start is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(json.dumps(asdict(start)))

    @property
    def inherited(self) -> tuple[int, ...]:
        """Descriptors that every part inherits, so that a later start can detect running parts."""
        return () if self._parts_lock is None else (self._parts_lock,)

    def is_held(self) -> bool:
        """True if another launcher uses this folder."""
        path = self.run / "launcher.lock"
        if not path.exists():
            return False
        with path.open() as file:
            return not _lock(file.fileno(), fcntl.LOCK_SH)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Lock the folder, after stopping parts that an earlier start left running."""
        self.make_folders()
        own = os.open(self.run / "launcher.lock", os.O_RDWR | os.O_CREAT, 0o600)
        parts = os.open(self.run / "parts.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not _lock(own) and not _retry_lock(own):
                pid = os.pread(own, 20, 0).decode().strip()
                raise Refused(
                    f"Already running (process {pid}) with the state folder {self.folder}.\n"
                    "Stop it first, or choose another folder with BADGES_STATE."
                )
            os.truncate(own, 0)
            os.pwrite(own, str(os.getpid()).encode(), 0)
            if not _lock(parts):
                _stop_leftovers(self.run / "parts.lock", parts)
            self._parts_lock = parts
            yield
        finally:
            self._parts_lock = None
            os.close(parts)
            os.close(own)


def _lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _retry_lock(descriptor: int) -> bool:
    """Try again after 0.1 seconds: another process may only have checked the lock."""
    time.sleep(0.1)
    return _lock(descriptor)


def _stop_leftovers(path: Path, descriptor: int) -> None:
    """Stop the parts of a killed launcher, which have inherited the lock.

    They got a signal when the launcher died, so wait first. Then send SIGINT, which is a quick
    and clean stop for all of them, and finally SIGKILL.
    """
    steps = ((2.0, None), (3.0, signal.SIGINT), (5.0, signal.SIGKILL))
    for timeout, signal_number in steps:
        if signal_number is not None:
            for pid in processes_with_open_file(path):
                try:
                    os.kill(pid, signal_number)
                except (ProcessLookupError, PermissionError):
                    continue
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            if _lock(descriptor):
                return
            time.sleep(0.05)
    raise Refused(f"Something of an earlier start still runs and keeps {path} open. Stop it first.")
