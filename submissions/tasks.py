from celery import shared_task
from django.utils import timezone

from submissions.precheck import operations as precheck


@shared_task
def look_at_evidence() -> None:
    """Look at links and files of people who are about to send, one after the other."""
    while precheck.look_at_next(now=timezone.now()):
        pass
