"""The languages that the program offers. Each process looks again after some seconds.

The language of a request is chosen before anything is read, also for pages that are kept, so the
answer is remembered. Languages change once in a program's life; a page in a language that is no
longer offered may come for LOOK_AGAIN_SECONDS.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.db import DatabaseError

from program.models import Program, languages_known

LOOK_AGAIN_SECONDS = 10

_offered: tuple[str, ...] = ()
_until = 0.0


def offered() -> tuple[str, ...]:
    """At least one, in the order of the settings."""
    if time.monotonic() >= _until:
        try:
            remember(Program.objects.current().languages)
        except DatabaseError:  # the page itself will say so
            return _offered or tuple(languages_known())
    return _offered


def remember(languages: Sequence[str], seconds: float = LOOK_AGAIN_SECONDS) -> None:
    global _offered, _until
    known = [code for code in languages_known() if code in languages]
    _offered = tuple(known or languages_known())
    _until = time.monotonic() + seconds


def one_that_is_offered(language: str) -> str:
    """This language, or else the first that the program offers."""
    languages = offered()
    return language if language.partition("-")[0] in languages else languages[0]
