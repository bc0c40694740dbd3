from celery import shared_task
from django.utils import timezone

from reviewing import operations


@shared_task
def remind_reviewers() -> None:
    """Runs on schedule. However often it runs, a reviewer gets one email per working day."""
    operations.remind_reviewers(now=timezone.now())
