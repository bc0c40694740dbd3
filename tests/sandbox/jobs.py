"""Functions that tests run in the sandbox: each does one thing that a hostile file could cause."""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

from sandbox.refusals import Refused


class NotLiked(Refused):
    """A refusal of these tests."""


class Plain(Exception):
    """An exception without a message."""


def turn_around(data: bytes, *, times: int = 1) -> tuple[object, bytes]:
    return {"length": len(data)}, data[::-1] * times


def refuse(_data: bytes) -> tuple[object, bytes]:
    raise NotLiked("%(found)s rows are more than %(limit)s.", found=7, limit="five")


def raise_plain(_data: bytes) -> tuple[object, bytes]:
    raise Plain


def raise_unknown(_data: bytes) -> tuple[object, bytes]:
    raise KeyError("secret words of the file")


def print_and_return(_data: bytes) -> tuple[object, bytes]:
    print('{"kind": "returned", "value": "not this"}', flush=True)
    return "this", b""


def wait_forever(_data: bytes) -> tuple[object, bytes]:
    while True:
        time.sleep(60)


def count_forever(_data: bytes) -> tuple[object, bytes]:
    while True:
        pass


def stop_itself(_data: bytes) -> tuple[object, bytes]:
    os.kill(os.getpid(), 19)  # SIGSTOP: no timer of its own can end it
    return None, b""


def fill_memory(_data: bytes) -> tuple[object, bytes]:
    held = []
    while True:
        held.append(bytearray(8 * 1024 * 1024))


def fill_memory_in_c(_data: bytes) -> tuple[object, bytes]:
    return None, b"\0" * (4 * 1024 * 1024 * 1024)


def end_badly(_data: bytes) -> tuple[object, bytes]:
    os.abort()


def flood(_data: bytes) -> tuple[object, bytes]:
    """Writes without end to every open file, past the worker's own check."""
    part = b"x" * 1_000_000
    while True:
        for number in range(1, 10):
            if number != 2:
                try:
                    os.write(number, part)
                except OSError:
                    continue


def write_a_file(data: bytes) -> tuple[object, bytes]:
    path = Path(data.decode())
    try:
        path.write_bytes(b"x")
    except OSError as error:
        return type(error).__name__, b""
    return "written", b""


def describe(_data: bytes) -> tuple[object, bytes]:
    return {
        "environment": sorted(os.environ),
        "modules": sorted(name for name in sys.modules if "." not in name),
        "folder": os.getcwd(),
        "core": resource.getrlimit(resource.RLIMIT_CORE)[1],
        "files": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
    }, b""
