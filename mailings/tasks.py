from celery import shared_task
from django.utils import timezone

from mailings.announcements import operations as announcements
from mailings.imports import operations as imports

# Limits one task, so that it ends long before the broker takes it for lost and redelivers it.
BATCHES = 40


@shared_task
def send_announcements() -> None:
    """Queue as many letters as the sending rate allows now. The schedule goes on from there."""
    failed: set[int] = set()
    for _ in range(BATCHES):
        if not announcements.queue_next_letters(now=timezone.now(), failed=failed):
            return


@shared_task
def import_subscribers() -> None:
    """Add the next addresses of imports. The schedule goes on from there."""
    failed: set[int] = set()
    for _ in range(BATCHES):
        if not imports.add_next_batch(now=timezone.now(), failed=failed):
            return
