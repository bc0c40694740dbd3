"""Later work is stored as rows with a due time; a task only makes a worker look sooner."""

from __future__ import annotations

from celery import signature
from django.db import transaction


def enqueue_on_commit(task: str) -> None:
    """Enqueue a task after the commit. If the broker is down, the schedule finds the rows later."""
    transaction.on_commit(signature(task).delay, robust=True)
