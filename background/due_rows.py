"""What must happen later is a row with a due time; a worker only has to be woken to look at it."""

from __future__ import annotations

from celery import signature
from django.db import transaction


def wake(task: str) -> None:
    """After the commit, tell a worker that rows are due. A broker that is down only delays."""
    transaction.on_commit(signature(task).delay, robust=True)
