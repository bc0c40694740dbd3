"""Whether the home page leads to the set-up. Asked on every visit, so the answer is remembered."""

from __future__ import annotations

from django.db import DatabaseError

from accounts.set_up import operations

_is_done = False


def leads_to_set_up() -> bool:
    """What is set up stays so: each process asks until it is, and then never again."""
    global _is_done
    if _is_done:
        return False
    try:
        _is_done = not operations.is_open()
    except DatabaseError:  # the page itself will say so
        return False
    return not _is_done
