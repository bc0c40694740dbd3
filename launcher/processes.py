"""Child processes that do not outlive the launcher."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str | Path],
    *,
    death_signal: int = signal.SIGTERM,
    start_new_session: bool = True,
    **options,
) -> subprocess.Popen:
    """Start a child that gets `death_signal` when the launcher dies for any reason.

    Call it from the main thread, because Linux sends the signal when the calling *thread* ends. A
    new session prevents Ctrl-C in the terminal from reaching the child directly.
    """
    launcher = os.getpid()

    def tie_to_launcher():
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, death_signal)
            if os.getppid() != launcher:  # the launcher died between fork and prctl
                os._exit(1)

    return subprocess.Popen(
        [str(word) for word in command],
        preexec_fn=tie_to_launcher,
        start_new_session=start_new_session,
        **options,
    )


def kill_group(process: subprocess.Popen) -> None:
    """Kill the process and its children, which are in its process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def command_line(pid: int) -> list[str]:
    """The command line of a running process; empty if there is no such process."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []
    return [word.decode(errors="replace") for word in words if word]


def processes_with_open_file(path: Path) -> list[int]:
    """The ids of other processes that have the file open."""
    wanted = path.stat()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        pid = int(process.name)
        if pid == os.getpid():
            continue
        try:
            for descriptor in (process / "fd").iterdir():
                opened = descriptor.stat()
                if (opened.st_dev, opened.st_ino) == (wanted.st_dev, wanted.st_ino):
                    found.append(pid)
                    break
        except OSError:  # it has ended, or belongs to another user
            continue
    return found
