"""Calls a function in a process of its own.

The bytes go in on standard input, and a line of JSON and bytes come back on standard output; what
comes back is never executed. The process starts from nothing: no settings, secrets or connections.
"""

from __future__ import annotations

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sandbox import places
from sandbox.limits import Limits
from sandbox.refusals import Refused, Stopped

log = logging.getLogger(__name__)

# The process ends itself when its time is over. These are for starting Python on a loaded machine,
# and for a process that was stopped.
_SECONDS_TO_START = 10
_LARGEST_HEADER = 64 * 1024
_LARGEST_COMPLAINT = 16 * 1024
_CHUNK = 256 * 1024
_SIGNALS = {
    signal.SIGALRM: "time",
    signal.SIGXCPU: "time",
    # What sends it is the kernel, when the machine has no memory left.
    signal.SIGKILL: "memory",
}


@dataclass(frozen=True)
class Reply:
    """What the function returned: a value that JSON can express, and bytes."""

    value: Any
    data: bytes


def call(
    function: str,
    data: bytes,
    *,
    limits: Limits = Limits(),  # noqa: B008  frozen
    raises: Iterable[type[Exception]] = (),
    **arguments: object,
) -> Reply:
    """Call `function` ("package.module:name") as `name(data, **arguments)`.

    It returns (value, bytes). Exceptions of the classes in `raises` are raised here again; they
    carry texts and numbers only. Raises Stopped if the limits end the run, and Busy if there is
    no place for it.
    """
    with places.taken():
        return call_in_place(function, data, limits=limits, raises=raises, **arguments)


def call_in_place(
    function: str,
    data: bytes,
    *,
    limits: Limits,
    raises: Iterable[type[Exception]] = (),
    files: Mapping[str, int] | None = None,
    **arguments: object,
) -> Reply:
    """As `call`, for a caller that holds a place of its own kind.

    `files` are open files, by the arguments as which the function gets their descriptors: what is
    too large for memory is read from one and written to another, up to `limits.file`.
    """
    files = files or {}
    arguments |= files
    order = {"function": function, "arguments": arguments, "limits": asdict(limits)}
    request = json.dumps(order).encode() + b"\n"
    code, out, complaint = _communicate(request, data, limits, tuple(files.values()))
    return _reply(function, code, out, complaint, raises)


def _communicate(
    request: bytes, data: bytes, limits: Limits, passed: tuple[int, ...]
) -> tuple[int | None, bytearray, bytearray]:
    """(exit code, output, errors). The code is None if the process had to be ended from here."""
    process = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-IB", str(Path(__file__).with_name("worker.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        cwd="/",
        start_new_session=True,
        pass_fds=passed,
    )
    try:
        within = limits.seconds + _SECONDS_TO_START
        out, complaint, in_time = _exchange(process, request, data, limits.output, within)
        return (process.wait(timeout=_SECONDS_TO_START) if in_time else None), out, complaint
    except subprocess.TimeoutExpired:
        return None, bytearray(), bytearray()
    finally:
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _exchange(
    process: subprocess.Popen, request: bytes, data: bytes, most: int, within: float
) -> tuple[bytearray, bytearray, bool]:
    """Write the input, and read the output up to its limit. False: it was too much or too late."""
    out, complaint, waiting = bytearray(), bytearray(), [memoryview(request), memoryview(data)]
    deadline = time.monotonic() + within
    limits = {process.stdout: most + _LARGEST_HEADER, process.stderr: _LARGEST_COMPLAINT}
    targets = {process.stdout: out, process.stderr: complaint}
    with selectors.DefaultSelector() as selector:
        os.set_blocking(process.stdin.fileno(), False)
        selector.register(process.stdin, selectors.EVENT_WRITE)
        for pipe in targets:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                return out, complaint, False
            for key, _events in selector.select(left):
                pipe = key.fileobj
                if pipe is process.stdin:
                    if not _write_some(pipe.fileno(), waiting):
                        selector.unregister(pipe)
                        pipe.close()
                    continue
                part = os.read(pipe.fileno(), _CHUNK)
                if not part:
                    selector.unregister(pipe)
                elif len(targets[pipe]) + len(part) <= limits[pipe]:
                    targets[pipe] += part
                elif pipe is process.stdout:
                    return out, complaint, False
    return out, complaint, True


def _write_some(pipe: int, waiting: list[memoryview]) -> bool:
    """Write what the pipe takes. False when everything is written, or nobody reads it anymore."""
    while waiting and not waiting[0]:
        waiting.pop(0)
    if not waiting:
        return False
    try:
        waiting[0] = waiting[0][os.write(pipe, waiting[0][:_CHUNK]) :]
    except BlockingIOError:
        return True
    except BrokenPipeError:
        return False
    return True


def _reply(
    function: str,
    code: int | None,
    out: bytearray,
    complaint: bytearray,
    raises: Iterable[type[Exception]],
) -> Reply:
    if code is None:
        raise Stopped("time")
    if code != 0:
        reason = _SIGNALS.get(-code, "crash")
        if reason == "crash":
            _log_crash(function, code, complaint)
        raise Stopped(reason)
    end = out.find(b"\n", 0, _LARGEST_HEADER)
    try:
        header = json.loads(bytes(out[:end]))
        kind, value = header["kind"], header["value"]
    except (ValueError, TypeError, KeyError):
        raise Stopped("crash") from None
    if kind == "stopped":
        raise Stopped(str(value))
    if kind == "raised":
        if exception := _known_exception(value, raises):
            raise exception
        _log_crash(function, code, complaint)
        raise Stopped("crash")
    return Reply(value, bytes(memoryview(out)[end + 1 :]))


def _known_exception(raised: dict, known: Iterable[type[Exception]]) -> Exception | None:
    for exception in known:
        if f"{exception.__module__}:{exception.__qualname__}" == raised.get("name"):
            if issubclass(exception, Refused):
                return exception(raised["message"], **raised["details"])
            return exception()
    return None


def _log_crash(function: str, code: int, complaint: bytearray) -> None:
    last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
    log.warning("Reading a file with %s ended with %s: %s", function, code, last[:500])
