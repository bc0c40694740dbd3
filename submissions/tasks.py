from celery import shared_task
from django.utils import timezone

from submissions import operations


@shared_task
def forget_files() -> None:
    """Delete what is to be gone. Also run by the schedule, so no file waits for a lost task."""
    operations.forget_due_files(now=timezone.now())
