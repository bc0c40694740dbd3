"""The program, read at most once for each request.

Every page names it. The user of a request brings it along (`accounts/backends.py`), so pages for
people with an account ask nothing more. Outside of a request, it is read each time: an email that
leaves says what is true then.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from program.models import Program

_remembered: ContextVar[list[Program] | None] = ContextVar("remembered program", default=None)


def current() -> Program:
    known = _remembered.get()
    if known is None:
        return Program.objects.current()
    if not known:
        known.append(Program.objects.current())
    return known[0]


def remember(program: Program) -> None:
    """Another statement has read it, or an operation has just changed it."""
    known = _remembered.get()
    if known is not None:
        known[:] = [program]


@contextmanager
def read_once() -> Iterator[None]:
    """What is read first in this block is the program until its end."""
    token = _remembered.set([])
    try:
        yield
    finally:
        _remembered.reset(token)
